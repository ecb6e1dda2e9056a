cimport cython
from .. cimport words
from .frames cimport Frames

cdef long long CAPACITY
cdef long long MAXIMUM_FRAME
cdef long long ENHANCED_PACKET
cdef long long SIMPLE_PACKET
cdef long long OBSOLETE_PACKET
cdef long long LATEST

@cython.final
cdef class PcapngWalker:
    cdef public bint little_endian
    cdef public long long block
    cdef public long long length
    cdef public long long base
    cdef public long long interfaces
    cdef public long long[::1] multiplier
    cdef public long long[::1] divisor
    cdef public long long[::1] shift
    cdef public long long[::1] offset
    cdef public long long[::1] snaplen
    cdef long long last_time

    @cython.locals(position=cython.longlong, row=cython.longlong, kind=cython.longlong, length=cython.longlong)
    cpdef long long walk(self, const unsigned char[::1] buffer, long long start, long long stop, Frames frames)

    @cython.locals(interface=cython.longlong, captured=cython.longlong)
    cdef bint _packet(self, const unsigned char[::1] buffer, long long at, long long kind, long long length,
                      Frames frames, long long row) except -1

    @cython.locals(original=cython.longlong, captured=cython.longlong)
    cdef bint _simple(self, const unsigned char[::1] buffer, long long at, long long length, Frames frames,
                      long long row) except -1

    @cython.locals(units=cython.longlong, shift=cython.longlong, whole=cython.longlong, parts=cython.longlong)
    cdef long long _time(self, long long high, long long low, long long interface)

    cdef inline long long _number(self, const unsigned char[::1] buffer, long long at)
