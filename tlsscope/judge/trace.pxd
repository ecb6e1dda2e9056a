cimport cython
from ..handshake.extensions.versions cimport is_tls13
from .attempt cimport attempt, given, ticket_sizes
from .case cimport Case
from .recall cimport Judgement, Recall

cdef Recall EVERYWHERE

cdef class Going:
    cdef readonly str session
    cdef readonly tuple pair
    cdef readonly bint is_tls_1_3
    cdef readonly bint is_abbreviated
    cdef readonly list given
    cdef object _now

    cpdef trace(self)

@cython.locals(is_answered=cython.bint, has_sizes=cython.bint)
cpdef trace(Case case, verdict, flight_end)

cpdef Going going(session)
cpdef Going going_as(told)
@cython.locals(case=Case, judgement=Judgement)
cpdef look_early(session)

cdef bint _is_abbreviated(session) except -1
