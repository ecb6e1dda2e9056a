cimport cython
from ..handshake.extensions.opening cimport find
from ..handshake.extensions.versions cimport is_tls13

cdef long long ALPN
cdef long long PRE_SHARED_KEY
cdef long long CLIENT
cdef long long SERVER

@cython.locals(found=dict, direction=cython.longlong)
cpdef dict not_visible(session)

cpdef bint is_sealed(session) except -1

@cython.locals(empty=list, server_open=cython.bint, client_open=cython.bint, asked=cython.bint)
cdef list _sealed(session)

cdef bint _says(hello, long long extension) except -1
