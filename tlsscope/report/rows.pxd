cimport cython
from ..session.timeline cimport Timeline
from .buffer cimport TextBuffer
from .fragments cimport Kept

cdef long long FRAME
cdef long long LENGTH
cdef long long MESSAGE
cdef long long ROW
cdef long long TIME
cdef long long SAID
cdef long long SECOND
cdef long long MILLISECOND
cdef long long MEGASECOND
cdef long long PLACES

@cython.final
cdef class Clock:
    cdef object _write_second
    cdef long long _second
    cdef bytes _written
    cdef long long _digits
    cdef long long _unit

    @cython.locals(second=cython.longlong)
    cpdef void write(self, TextBuffer out, long long time, long long digits) except *

@cython.locals(at=cython.longlong, end=cython.longlong, what=cython.longlong, pair=tuple, before_frame=bytes, before_time=bytes, later=bytes)
cpdef void write_messages(TextBuffer out, Timeline rows, Kept said, Clock clock, long long digits, tuple form) except *

@cython.locals(unit=cython.longlong, seconds=cython.longlong, rest=cython.longlong)
cpdef bint write_span(TextBuffer out, long long span, long long digits) except -1

@cython.locals(unit=cython.longlong)
cdef long long _unit(long long digits) except -1
