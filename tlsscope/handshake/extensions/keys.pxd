cimport cython
from ...wire cimport Reader

@cython.locals(shares=list, position=Py_ssize_t, stop=Py_ssize_t, group=Py_ssize_t, length=Py_ssize_t)
cpdef tuple key_share(bytes body)

@cython.locals(position=Py_ssize_t, stop=Py_ssize_t)
cpdef bint is_key_share(bytes body) except -1

@cython.locals(reader=Reader)
cpdef tuple _read_key_share(bytes body)

@cython.locals(reader=Reader)
cpdef tuple server_key_share(bytes body)
