cimport cython
from .repeats cimport Entries, Parts
from .slices cimport piece

cdef Entries _ENTRIES

cdef class Reader:
    cdef public bytes _data
    cdef public Py_ssize_t _position
    cdef public Py_ssize_t _stop

    @cython.locals(start=Py_ssize_t)
    cpdef bytes(self, Py_ssize_t length)
    cpdef rest(self)
    cpdef long long uint8(self) except? -1
    @cython.locals(start=Py_ssize_t)
    cpdef long long uint16(self) except? -1
    cpdef long long uint24(self) except? -1
    cpdef long long uint32(self) except? -1
    cpdef Reader vector8(self)
    cpdef Reader vector16(self)
    cpdef Reader vector24(self)
    cpdef opaque8(self)
    cpdef opaque16(self)
    cpdef opaque24(self)
    @cython.locals(start=Py_ssize_t)
    cpdef repeated(self, Py_ssize_t length, Parts parts)
    cpdef uint8s(self)
    cpdef uint16s(self)
    @cython.locals(position=Py_ssize_t, stop=Py_ssize_t, start=Py_ssize_t, length=Py_ssize_t,
                   code=Py_ssize_t, entries=list, repeated=Entries)
    cpdef entries16(self)
    cpdef end(self)
    @cython.locals(start=Py_ssize_t, child=Reader)
    cpdef Reader _child(self, Py_ssize_t length)
    @cython.locals(start=Py_ssize_t)
    cpdef Py_ssize_t _advance(self, Py_ssize_t length) except -1
