cimport cython
from .frames cimport Frames

cdef long long CAPACITY
cdef long long FILLED
cdef long long EMPTY
cdef long long VLAN_THERE
cdef long long VLAN_TYPE_THERE
cdef long long TAG
cdef long long ADDRESSES
cdef long long ETHERNET
cdef long long LOOPBACK
cdef long long MOST_PLACES
cdef long long NOWHERE

cdef class RingWalker:
    cdef unsigned char[::1] _bytes
    cdef unsigned short[::1] _halves
    cdef unsigned int[::1] _words
    cdef long long _block_size
    cdef long long _blocks
    cdef long long _block
    cdef long long _at
    cdef long long _left
    cdef long long _places
    cdef long long[::1] _index
    cdef long long[::1] _row
    cdef long long _walked
    cdef public long long link_layer
    cdef public long long unplaced

    @cython.locals(start=cython.longlong)
    cpdef bint ready(self)

    @cython.locals(row=cython.longlong, at=cython.longlong, interface=cython.longlong)
    cpdef bint walk(self, Frames frames)

    cpdef release(self)

    @cython.locals(at=cython.longlong)
    cpdef place(self, long long index, long long row)

    @cython.locals(walked=cython.longlong)
    cpdef long long take_bytes(self)

    @cython.locals(at=cython.longlong)
    cdef long long _find(self, long long index)

    @cython.locals(words="unsigned int[::1]", start=cython.longlong, captured=cython.longlong,
                   original=cython.longlong, seconds=cython.longlong,
                   status=cython.longlong, layer=cython.longlong)
    cdef void _fill(self, Frames frames, long long row, long long at) except *

    @cython.locals(bytes_="unsigned char[::1]", i=cython.longlong, kind=cython.longlong, tag=cython.longlong,
                   place=cython.longlong)
    cdef void _put_tag(self, long long at, long long start, long long status) except *
