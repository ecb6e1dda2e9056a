cimport cython

cdef long long WINDOW
cdef long long LONGEST
cdef long long _NONE

cdef class Copies:
    cdef long long[::1] _digests
    cdef long long[::1] _times
    cdef dict _latest
    cdef long long _count

    @cython.locals(length=cython.longlong)
    cpdef bint has_packet(self, const unsigned char[::1] buffer, long long at, long long stop, long long time) except -1

    @cython.locals(digest=cython.longlong, number=cython.longlong, slot=cython.longlong, earlier=cython.longlong,
                   apart=cython.longlong)
    cpdef bint has(self, const unsigned char[::1] buffer, long long at, long long stop, long long time) except -1
