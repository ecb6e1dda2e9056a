cimport cython

cdef long long HANDSHAKE
cdef long long ALERT
cdef long long CHANGE_CIPHER_SPEC
cdef long long CLIENT
cdef long long SERVER
cdef long long CLIENT_HELLO
cdef long long SERVER_HELLO
cdef long long BODY_WEIGHT
cdef long long ITEM_WEIGHT
cdef long long SESSION_WEIGHT
cdef long long MOST_MESSAGES
cdef long long MOST_FRAGMENT_BYTES
cdef long long MOST_ANOMALIES
cdef long long MOST_SESSIONS

cdef class Observer:
    cdef public bint told
    cdef public bint keeps_fragments
    cdef public bint seen_from_start
    cdef public long long weight
    cdef object _place
    cdef object _tell
    cdef object _current
    cdef list _sessions
    cdef long long _client
    cdef long long _answers
    cdef long long _most_answers
    cdef long long _most_records
    cdef long long _fragment_bytes
    cdef bint _client_spoke
    cdef object _follower
    cdef bint _following

    cpdef bint message(self, long long direction, long long type_, bytes body, value, long long first_frame,
                       long long frame, long long time) except *
    @cython.locals(records=list, kept=bytes)
    cpdef sealed(self, long long direction, long long content_type, long long version, long long size,
                 bytes fragment, long long frame, long long time, long long after_gap)
    cpdef alert(self, long long direction, long long level, long long description, long long frame, long long time)
    cpdef change_cipher_spec(self, long long direction, long long frame, long long time)
    cdef bint _begins_another(self, session, hello) except *
    cdef _begin(self, long long frame, long long time)
    cdef _finish(self)
    cdef _list(self, message)
    cdef _odd(self, kind, text, frame, direction)
    cdef _miss(self, long long direction, long long frame)
    cdef _check_extensions(self, hello, long long direction, long long frame)
