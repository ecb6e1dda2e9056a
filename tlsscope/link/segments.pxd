cdef class Segments:
    cdef public long long count
    cdef public long long[::1] frame
    cdef public unsigned long long[::1] high_a
    cdef public unsigned long long[::1] low_a
    cdef public unsigned long long[::1] high_b
    cdef public unsigned long long[::1] low_b
    cdef public unsigned long long[::1] ports
    cdef public long long[::1] direction
    cdef public long long[::1] seq
    cdef public long long[::1] ack
    cdef public long long[::1] flags
    cdef public long long[::1] payload
    cdef public long long[::1] length
    cdef public long long[::1] wire
    cdef public long long[::1] encapsulation
