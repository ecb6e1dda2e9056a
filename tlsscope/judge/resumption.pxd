cimport cython
from .trace cimport Going, going

cdef long long SIZES_KEPT
cdef long long TICKET_LEAST
cdef long long TICKET_MOST

cdef class Pending:
    cdef readonly Going going
    cdef readonly object before

cdef class Resumptions:
    cdef long long _remembered
    cdef object _originals
    cdef object _sizes
    cdef object _open
    cdef bint _asking
    cdef readonly long long forgotten

    cpdef learn(self, session)
    cpdef take_note(self, Going one)
    cpdef tuple link(self, trace)
    cdef tuple _resumed(self, trace)
    cdef _find_any(self, tuple keys)
    cdef _ask(self, Pending pending)
    cdef _judged_early(self, trace)

    @cython.locals(sizes=dict, fitting=list, kinds=set, least=cython.longlong, most=cython.longlong,
                   size=cython.longlong)
    cdef _by_ticket_size(self, trace)

    @cython.locals(sizes=dict, other=Going)
    cdef dict _sizes_given(self, trace)
    cdef _remember(self, trace, original)

    @cython.locals(is_this=cython.bint, pending=Pending)
    cdef _put(self, bytes key, original)

    @cython.locals(known=Py_ssize_t)
    cdef _keep(self, bytes key, meaning)

    @cython.locals(sizes=dict)
    cdef _remember_sizes(self, trace, original)

cdef _original(trace, verdict)
cdef _linked(trace, original)
cdef _note(dict sizes, tuple given, original)
cdef bint _same_kind(one, other) except -1
