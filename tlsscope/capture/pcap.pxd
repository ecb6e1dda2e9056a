cimport cython
from .. cimport words
from .frames cimport Frames

cdef long long CAPACITY
cdef long long MAXIMUM_FRAME

@cython.final
cdef class PcapWalker:
    cdef bint little_endian
    cdef long long fraction
    cdef long long extra

    @cython.locals(position=cython.longlong, row=cython.longlong, header=cython.longlong, captured=cython.longlong,
                   seconds=cython.longlong, fraction=cython.longlong)
    cpdef long long walk(self, const unsigned char[::1] buffer, long long start, long long stop, Frames frames)

    cdef inline long long _number(self, const unsigned char[::1] buffer, long long at)
