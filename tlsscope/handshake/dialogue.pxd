cimport cython

cdef long long HANDSHAKE
cdef long long ALERT
cdef long long CHANGE_CIPHER_SPEC
cdef long long APPLICATION_DATA
cdef long long CLIENT
cdef long long SERVER
cdef long long CLIENT_HELLO
cdef long long SERVER_HELLO
cdef long long CERTIFICATE
cdef long long LONGEST_MESSAGE
cdef long long HEADER

cdef class Dialogue:
    cdef public bint told
    cdef public long long weight
    cdef object _observer
    cdef long long _likely_client
    cdef long long _client
    cdef bint _certain
    cdef bint _early_data
    cdef list _sealed
    cdef list _assembly
    cdef list _need
    cdef list _first
    cdef list _trusted
    cdef long long _version
    cdef tuple _raw_keys

    cdef _begin(self)
    cpdef bint wants(self, long long direction, long long content_type)
    @cython.locals(role=cython.longlong)
    cpdef record(self, long long direction, long long content_type, long long version, long long size,
                 bytes fragment, long long first_frame, long long frame, long long time, long long after_gap)
    cdef long long _role(self, long long direction)
    cdef _learn_roles(self, long long direction, long long content_type, bytes fragment)
    cdef _tell_client(self, long long client)
    cdef _set_client(self, long long client)
    @cython.locals(assembly=bytearray)
    cdef bint _handshake(self, long long role, bytes fragment, long long version, long long first_frame,
                         long long frame, long long time) except *
    cdef bint _is_clear(self, bytes fragment, long long role) except *
    @cython.locals(position=cython.longlong, size=cython.longlong, need=cython.longlong, type_=cython.longlong,
                   length=cython.longlong, end=cython.longlong)
    cdef _messages(self, long long role, bytes data, long long version, long long first_frame, long long frame,
                   long long time)
    cdef long long _lose(self, long long direction) except -1
    cdef _forget(self, long long role)
    cdef _message(self, long long role, long long type_, bytes body, long long version, long long frame,
                  long long time)
    cdef _server_hello(self, hello)
    cdef _read(self, long long role, long long type_, bytes body, long long version)
    cdef _change_cipher_spec(self, long long role, long long frame, long long time)
