cimport cython
from ..capture.frames cimport Frames
from ..capture.packet_blocks cimport PacketBlocks
from ..link.segments cimport Segments

cdef long long KEPT
cdef long long MARKS
cdef long long PASSED
cdef long long UNDECIDED
cdef long long MOST_HELD_BYTES
cdef long long MOST_HELD_PACKETS

cdef class HandshakePackets:
    cdef public long long[::1] wanted
    cdef public long long dropped
    cdef long long[::1] _single
    cdef PacketBlocks _blocks
    cdef dict _held
    cdef long long _held_bytes

    @cython.locals(row=cython.longlong, i=cython.longlong, mark=cython.longlong, connection=cython.longlong)
    cpdef bytes choose(self, const unsigned char[::1] buffer, Frames frames, Segments segments,
                       const long long[::1] marks)

    @cython.locals(count=cython.longlong)
    cdef void _hold(self, const unsigned char[::1] buffer, Frames frames, long long row, long long connection) except *

    cdef list _take(self, long long connection)
