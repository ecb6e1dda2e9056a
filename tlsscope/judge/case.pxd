from ..handshake.extensions.opening cimport find
from ..handshake.extensions.versions cimport is_tls13
from ..session.timeline cimport Timeline
from .flight cimport flights, offers

cdef long long PRE_SHARED_KEY

cdef class Case:
    cdef readonly object session
    cdef readonly Timeline rows
    cdef readonly object version
    cdef readonly bint is_tls_1_3
    cdef readonly object first_hello
    cdef readonly object hello
    cdef readonly tuple extensions
    cdef readonly object server_hello
    cdef readonly object suite
    cdef readonly tuple answers
    cdef readonly object offer
    cdef readonly tuple sides
    cdef object _seen
    cdef tuple _request
    cdef tuple _pre_shared_key

    cpdef offered(self, long long code)
    cpdef answered(self, long long code)
    cdef _find_pre_shared_key(self)
