cimport cython
from ..link.segments cimport Segments

cdef unsigned long long _MASK
cdef unsigned long long _MIX_1
cdef unsigned long long _MIX_2
cdef long long EMBRYONIC
cdef long long HEADS


cdef class Rows:
    cdef set followed
    cdef long long most
    cdef unsigned long long seed
    cdef long long used
    cdef list free
    cdef unsigned long long mask
    cdef long long[::1] buckets
    cdef long long[::1] state
    cdef long long[::1] strikes
    cdef long long[::1] holding
    cdef long long[::1] syn_from
    cdef long long[::1] end_frame
    cdef long long[::1] end_by
    cdef long long[::1] end_is_rst
    cdef long long[::1] list
    cdef long long[::1] older
    cdef long long[::1] newer
    cdef long long[::1] last_time
    cdef long long[::1] last_frame
    cdef long long[::1] encapsulation
    cdef long long[::1] chain
    cdef long long[::1] known
    cdef long long[::1] first_seq
    cdef long long[::1] next_seq
    cdef long long[::1] finished
    cdef long long[::1] last_seq
    cdef long long[::1] packets
    cdef long long[::1] bytes
    cdef unsigned long long[::1] key
    cdef unsigned long long[::1] ports
    cdef unsigned long long[::1] high_a
    cdef unsigned long long[::1] low_a
    cdef unsigned long long[::1] high_b
    cdef unsigned long long[::1] low_b

    @cython.locals(h=cython.ulonglong)
    cdef unsigned long long hash(self, Segments segments, long long i) except? 0

    cpdef follow(self, object keys)

    cdef tuple name(self, Segments segments, long long i)

    @cython.locals(head=cython.longlong, row=cython.longlong)
    cpdef list names(self)

    cdef bint full(self) except -1

    @cython.locals(row=cython.longlong)
    cdef long long find(self, Segments segments, long long i, unsigned long long key) except -1

    @cython.locals(row=cython.longlong, bucket=cython.ulonglong, side=cython.longlong)
    cdef long long add(self, Segments segments, long long i, unsigned long long key) except -1

    @cython.locals(older=cython.longlong, newer=cython.longlong, bucket=cython.ulonglong, at=cython.longlong)
    cdef remove(self, long long row)

    @cython.locals(older=cython.longlong, newer=cython.longlong, head=cython.longlong, last=cython.longlong)
    cdef touch(self, long long row)
