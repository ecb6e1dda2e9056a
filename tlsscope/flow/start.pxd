cimport cython

cpdef bint may_begin(long long first) noexcept

@cython.locals(length=cython.longlong, kind=cython.longlong)
cpdef bint looks_like_tls(bytes data) except -1

@cython.locals(record=cython.longlong, message=cython.longlong)
cpdef bint is_client_hello(bytes data, long long at) except -1

@cython.locals(record=cython.longlong, message=cython.longlong)
cpdef bint is_server_hello(bytes data, long long at) except -1

@cython.locals(total=cython.longlong, version=cython.longlong, suites=cython.longlong, session=cython.longlong,
               challenge=cython.longlong, known=cython.bint)
cpdef bint is_old_hello(bytes data, long long at) except -1
