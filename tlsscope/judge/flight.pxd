from ..session.timeline cimport Timeline
from .rows cimport bends, block, is_alert, sealed_data

cdef class Flight:
    cdef readonly tuple contents
    cdef readonly tuple frames
    cdef readonly bint cut
    cdef readonly long long hash_length
    cdef readonly long long finished
    cdef readonly long long overhead

    cpdef long long block(self) except -1

cpdef offers(tuple extensions)
cpdef tuple flights(session, Timeline rows, suite, offer)
