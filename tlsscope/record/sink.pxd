cdef class Sink:
    cdef public bint told
    cdef public long long weight

    cpdef bint wants(self, long long direction, long long content_type) except -1
    cpdef record(self, long long direction, long long content_type, long long version, long long size,
                 bytes fragment, long long first_frame, long long frame, long long time, long long after_gap)
    cpdef hello(self, long long direction)
    cpdef bint old_message(self, long long direction, bytes body, long long frame, long long time) except -1
    cpdef gap(self, long long direction, long long size, long long frame)
    cpdef cut(self, long long direction, long long size, long long frame)
    cpdef lost(self, long long direction, long long frame)
    cpdef conflict(self, long long direction, long long frame)
    cpdef bound(self, long long direction, long long frame, text)
    cpdef restart(self)
    cpdef closed(self, ending)
