from ..handshake.extensions.versions cimport is_tls13, negotiated_version, selects_raw_public_keys

from ..flow.listener cimport Closing

cdef long long CLIENT
cdef long long SERVER
cdef dict _ENDINGS
cdef dict _ADD
cdef tuple _UNREAD

cpdef add_to_facts(session, long long direction, long long type_, bytes body, value, long long frame)

cpdef bint begins_another(session, hello, bint alone) except -1

cpdef add_gap(session, long long direction, long long frame)

cpdef add_ending(session, long long client, Closing ending, bint is_last)
