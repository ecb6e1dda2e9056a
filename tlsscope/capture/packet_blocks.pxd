cimport cython
from .frames cimport Frames

cdef long long ENHANCED_PACKET
cdef long long AROUND
cdef long long ROOM

cdef class PacketBlocks:
    cdef public bytearray room
    cdef public long long used
    cdef unsigned char[::1] _bytes

    @cython.locals(captured=cython.longlong, length=cython.longlong)
    cpdef long long fill(self, const unsigned char[::1] buffer, Frames frames, long long row,
                         const long long[::1] wanted) except -1

    @cython.locals(at=cython.longlong, time=cython.longlong, start=cython.longlong, end=cython.longlong)
    cdef void _block(self, const unsigned char[::1] buffer, Frames frames, long long row, long long captured,
                     long long length) except *

    @cython.locals(room="unsigned char[::1]")
    cdef void _number(self, long long at, long long value) except *
