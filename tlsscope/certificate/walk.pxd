cimport cython
from ..slices cimport piece

cdef class Walk:
    cdef bytes _data
    cdef public Py_ssize_t position

    cpdef long long tag(self) except? -2
    @cython.locals(data=bytes, start=Py_ssize_t, end=Py_ssize_t, length=Py_ssize_t, width=Py_ssize_t)
    cpdef Py_ssize_t enter(self, long long tag) except -1
    @cython.locals(start=Py_ssize_t, stop=Py_ssize_t)
    cpdef bytes take(self, long long tag)
    @cython.locals(start=Py_ssize_t, stop=Py_ssize_t)
    cpdef bytes whole(self, long long tag)
    cpdef bytes since(self, Py_ssize_t start)
    cpdef leave(self, Py_ssize_t stop)
