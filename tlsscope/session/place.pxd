cdef class Place:
    cdef public str file
    cdef public long long time_digits
    cdef public tuple endpoints
    cdef public tuple encapsulation
    cdef public bint seen_from_start

    cpdef session(self, long long client, frame, time)
