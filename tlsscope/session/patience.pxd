cimport cython
from ..handshake.extensions.opening cimport find
from ..handshake.extensions.versions cimport is_tls13

cdef long long SSL_2_0
cdef long long EARLY_DATA
cdef long long POST_HANDSHAKE_AUTH

cpdef tuple patience(version, tuple extensions)
