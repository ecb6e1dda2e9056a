cimport cython
from .slices cimport piece
from . cimport words

cdef unsigned long long MIX
cdef unsigned long long WORD

@cython.locals(length=Py_ssize_t, step=Py_ssize_t, mixed=cython.ulonglong)
cdef Py_ssize_t place(bytes data, Py_ssize_t start, Py_ssize_t stop) except -1

@cython.final
cdef class Entries:
    cdef list _known
    cdef Py_ssize_t _largest
    cdef Py_ssize_t _mask

    @cython.locals(at=Py_ssize_t, known=tuple, number=cython.longlong, part=bytes)
    cpdef tuple entry(self, long long code, bytes data, Py_ssize_t start, Py_ssize_t stop)

@cython.final
cdef class Parts:
    cdef Entries _entries

    cpdef bytes part(self, bytes data, Py_ssize_t start, Py_ssize_t stop)
