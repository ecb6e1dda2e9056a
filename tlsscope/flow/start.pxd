cimport cython

@cython.locals(kind=cython.longlong)
cpdef bint looks_like_tls(const unsigned char[::1] buffer, long long at, long long length)

@cython.locals(record=cython.longlong, message=cython.longlong)
cpdef bint is_client_hello(const unsigned char[::1] buffer, long long at)

@cython.locals(record=cython.longlong, message=cython.longlong)
cpdef bint is_server_hello(const unsigned char[::1] buffer, long long at)

@cython.locals(total=cython.longlong, version=cython.longlong, suites=cython.longlong, session=cython.longlong,
               challenge=cython.longlong, known=cython.bint)
cpdef bint is_old_hello(const unsigned char[::1] buffer, long long at)
