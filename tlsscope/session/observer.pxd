cimport cython
from ..handshake.events cimport EventSink
from ..handshake.extensions.soundness cimport duplicate_extensions, malformed_extensions
from .facts cimport add_ending, add_gap, add_old_server_hello, add_to_facts, begins_another
from .identity cimport identity
from .patience cimport patience
from .place cimport Place
from .timeline cimport Timeline
from .unencrypted cimport encrypts_nothing

cdef long long HANDSHAKE
cdef long long ALERT
cdef long long CHANGE_CIPHER_SPEC
cdef long long CLIENT
cdef long long SERVER
cdef long long CLIENT_HELLO
cdef long long SERVER_HELLO
cdef long long BODY_WEIGHT
cdef long long ROW_WEIGHT
cdef long long ANOMALY_WEIGHT
cdef long long AFTER_GAP
cdef long long CLEAR
cdef Timeline _NO_TIMELINE
cdef long long SESSION_WEIGHT
cdef long long MOST_MESSAGES
cdef long long MOST_FRAGMENT_BYTES
cdef long long MOST_ANOMALIES
cdef long long MOST_SESSIONS

cdef class Observer(EventSink):
    cdef Place _place
    cdef object _tell
    cdef object _current
    cdef Timeline _timeline
    cdef long long _messages
    cdef long long _records
    cdef list _sessions
    cdef long long _first_frame
    cdef long long _last_frame
    cdef long long _last_time
    cdef long long _client
    cdef long long _answers
    cdef long long _most_answers
    cdef long long _most_records
    cdef long long _fragment_bytes
    cdef bint _client_spoke
    cdef object _follower
    cdef bint _following
    cdef bint _named
    cdef public object established

    @cython.locals(begins=cython.bint, alone=cython.bint)
    cpdef bint message(self, long long direction, long long type_, bytes body, value, long long first_frame,
                       long long frame, long long time) except -1
    cpdef malformed(self, long long direction, long long type_, long long frame, why)
    cpdef alert(self, long long direction, long long level, long long description, long long frame, long long time)
    cpdef change_cipher_spec(self, long long direction, long long frame, long long time)
    @cython.locals(marks=cython.longlong)
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
    cdef _begin(self, long long frame, long long time)
    cdef _learn_patience(self, session)
    cdef _finish(self)
    cdef _note_end(self)
    cdef _list(self, long long direction, long long content_type, long long type_, long long length,
               long long frame, long long time, long long first_frame, long long level)
    cdef _keep(self, bytes fragment)
    cdef _odd(self, kind, text, frame, direction)
    cdef _check_extensions(self, hello, long long direction, long long frame)
