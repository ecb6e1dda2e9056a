cimport cython
from ..session.timeline cimport Timeline
from .buffer cimport TextBuffer
from .fragments cimport Kept
from .hellos cimport Answer, write_client_hello, write_name, write_protocol, write_server_hello, write_text
from .rows cimport Clock, write_messages, write_span

cdef Kept FINDING_LINES
cdef Kept FINDINGS
cdef Kept FRAMES
cdef Kept GROUNDS
cdef Kept OUTCOMES
cdef Kept REASONS
cdef Kept REQUESTS
cdef Kept VERDICTS
cdef dict SAID

@cython.final
cdef class SessionWriter:
    cdef TextBuffer _out
    cdef Clock _clock
    cdef Kept _certificates

    cpdef bytes write(self, session)
    cpdef bytes line(self, session)
    cpdef list findings(self, session)
    @cython.locals(form=tuple)
    cdef void _finding(self, session, one) except *
    @cython.locals(form=tuple)
    cdef void _session(self, session) except *
    @cython.locals(out=TextBuffer, digits=cython.longlong)
    cdef void _place(self, session, tuple form) except *
    @cython.locals(out=TextBuffer, agreed=Answer)
    cdef void _told(self, session, tuple form) except *
    @cython.locals(rows=Timeline)
    cdef void _said(self, session, tuple form) except *
    @cython.locals(out=TextBuffer)
    cdef void _around(self, session, tuple form) except *

@cython.locals(form=tuple, around=tuple, before=bytes)
cdef void _write_verdict(TextBuffer out, verdict) except *

cdef void _write_outcome(TextBuffer out, session) except *

@cython.locals(form=tuple)
cdef void _write_request(TextBuffer out, asked, frame) except *

@cython.locals(before=bytes, der=bytes)
cdef void _write_chain(TextBuffer out, tuple chain, Kept certificates) except *

@cython.locals(form=tuple, before=bytes)
cdef void _write_findings(TextBuffer out, tuple findings) except *
