cimport cython
from ...slices cimport piece

cdef Py_ssize_t _NAME
cdef long long HOST_NAME

cpdef server_name(bytes body)

@cython.locals(stop=Py_ssize_t, size=Py_ssize_t, length=Py_ssize_t)
cpdef bint is_one_name(bytes body) except -1
