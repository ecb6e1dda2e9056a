cdef class Listener:
    cdef public long long weight

    cpdef int chunk(self, int direction, bytes data, long long frame, long long time) except -1
    cpdef int gap(self, int direction, long long size, long long frame, long long time) except -1
    cpdef int cut(self, int direction, long long size, long long frame, long long time) except -1
    cpdef conflict(self, int direction, long long frame)
    cpdef bound(self, int direction, long long frame, text)
    cpdef closed(self, ending)

cdef class Closing:
    cdef public str kind
    cdef public int by
    cdef public long long frame
    cdef public tuple packets
    cdef public tuple bytes
