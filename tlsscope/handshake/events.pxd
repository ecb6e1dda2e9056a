cdef class EventSink:
    cdef public bint told
    cdef public bint keeps_fragments
    cdef public bint seen_from_start
    cdef public long long weight

    cpdef bint message(self, long long direction, long long type_, bytes body, value, long long first_frame,
                       long long frame, long long time) except -1
    cpdef malformed(self, long long direction, long long type_, long long frame, why)
    cpdef alert(self, long long direction, long long level, long long description, long long frame, long long time)
    cpdef change_cipher_spec(self, long long direction, long long frame, long long time)
    cpdef sealed(self, long long direction, long long content_type, long long version, long long size,
                 bytes fragment, long long frame, long long time, long long after_gap)
    cpdef old_server_hello(self, hello, long long length, long long frame, long long time)
    cpdef gap(self, long long direction, long long size, long long frame)
    cpdef cut(self, long long direction, long long size, long long frame)
    cpdef oddity(self, kind, long long direction, long long frame)
    cpdef bound(self, long long direction, long long frame, text)
    cpdef restart(self)
    cpdef roles(self, long long client)
    cpdef swap_roles(self)
    cpdef closed(self, ending)
