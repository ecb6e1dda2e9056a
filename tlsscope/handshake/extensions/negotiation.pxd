cimport cython
from ...slices cimport piece

cdef Py_ssize_t _NAME

@cython.locals(stop=Py_ssize_t, size=Py_ssize_t, length=Py_ssize_t)
cpdef server_name(bytes body)
