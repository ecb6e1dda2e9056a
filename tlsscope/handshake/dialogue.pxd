cimport cython
from ..record.sink cimport Sink
from ..slices cimport piece
from .clear cimport fits, may_come_from
from .events cimport EventSink
from .extensions.opening cimport find
from .extensions.versions cimport is_tls13, negotiated_version, selects_raw_public_keys
from .reading cimport read
from .side cimport Side

cdef long long HANDSHAKE
cdef long long ALERT
cdef long long CHANGE_CIPHER_SPEC
cdef long long APPLICATION_DATA
cdef long long CLIENT
cdef long long SERVER
cdef long long CLIENT_HELLO
cdef long long SERVER_HELLO
cdef long long CERTIFICATE
cdef long long EARLY_DATA
cdef long long LONGEST_MESSAGE
cdef long long HEADER

cdef class Dialogue(Sink):
    cdef EventSink _observer
    cdef long long _likely_client
    cdef long long _client
    cdef bint _certain
    cdef tuple _offered
    cdef Side _client_side
    cdef Side _server_side
    cdef long long _version
    cdef tuple _raw_keys

    cdef _begin(self)
    cpdef bint wants(self, long long direction, long long content_type) except -1
    @cython.locals(role=cython.longlong, observer=EventSink, side=Side)
    cpdef record(self, long long direction, long long content_type, long long version, long long size,
                 bytes fragment, long long first_frame, long long frame, long long time, long long after_gap)
    @cython.locals(client=Side)
    cpdef hello(self, long long direction)
    cpdef bint old_message(self, long long direction, bytes body, long long frame, long long time) except -1
    cpdef gap(self, long long direction, long long size, long long frame)
    cpdef cut(self, long long direction, long long size, long long frame)
    cpdef lost(self, long long direction, long long frame)
    cpdef conflict(self, long long direction, long long frame)
    cpdef bound(self, long long direction, long long frame, text)
    cpdef restart(self)
    cpdef closed(self, ending)
    cdef long long _role(self, long long direction) noexcept
    cdef Side _side(self, long long role)
    cdef _learn_roles(self, long long direction, long long content_type, bytes fragment)
    cdef _tell_client(self, long long client)
    cdef _set_client(self, long long client)
    cdef bint _handshake(self, Side side, long long role, bytes fragment, long long version, long long first_frame,
                         long long frame, long long time) except -1
    @cython.locals(position=cython.longlong, size=cython.longlong, need=cython.longlong, type_=cython.longlong,
                   length=cython.longlong, end=cython.longlong)
    cdef _messages(self, Side side, long long role, bytes data, long long version, long long first_frame,
                   long long frame, long long time)
    cdef long long _lose(self, long long direction) except -1
    @cython.locals(begins=cython.bint, first=cython.longlong)
    cdef _message(self, Side side, long long role, long long type_, bytes body, long long version, long long frame,
                  long long time)
    cdef _server_hello(self, hello)
    cdef _read(self, long long role, long long type_, bytes body, long long version)
    cdef _change_cipher_spec(self, long long role, long long frame, long long time)
