cdef class Frames:
    cdef public long long count
    cdef public long long first
    cdef public long long[::1] offset
    cdef public long long[::1] captured
    cdef public long long[::1] original
    cdef public long long[::1] time
    cdef public long long[::1] interface
    cdef public object annex
    cdef public long long annex_at
    cdef public long long annex_used
