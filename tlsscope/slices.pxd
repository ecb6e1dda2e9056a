cimport cython
from cpython.bytes cimport PyBytes_FromStringAndSize

@cython.locals(text=cython.p_const_char)
cpdef bytes piece(bytes data, Py_ssize_t start, Py_ssize_t stop)

cpdef bytes copied(const unsigned char[::1] buffer, Py_ssize_t start, Py_ssize_t stop)

# What `bytes` is in the compiled file: a copy of a part of a buffer, without the objects that a view costs.
cdef inline object bytes(const unsigned char[::1] part):
    return PyBytes_FromStringAndSize(<const char *> &part[0], part.shape[0])
