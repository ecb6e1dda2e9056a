from .readers cimport certificate, client_hello, server_hello
cdef dict _PARSERS
cdef long long CERTIFICATE
cdef long long CLIENT_HELLO
cdef long long SERVER_HELLO

cpdef read(long long type_, bytes body, long long version)
