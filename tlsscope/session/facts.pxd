cimport cython
from ..flow.listener cimport Closing
from ..handshake.extensions.versions cimport is_tls13, negotiated_version, selects_raw_public_keys

cdef long long CERTIFICATE
cdef long long CERTIFICATE_REQUEST
cdef long long CERTIFICATE_STATUS
cdef long long CERTIFICATE_VERIFY
cdef long long CLIENT
cdef long long CLIENT_HELLO
cdef long long CLIENT_KEY_EXCHANGE
cdef long long COMPRESSED_CERTIFICATE
cdef long long ENCRYPTED_EXTENSIONS
cdef long long NEW_SESSION_TICKET
cdef long long SERVER
cdef long long SERVER_HELLO
cdef long long SERVER_KEY_EXCHANGE
cdef dict _ENDINGS

cpdef add_to_facts(session, long long direction, long long type_, bytes body, value, long long frame)

cpdef add_old_server_hello(session, hello, long long frame)

cpdef bint begins_another(session, hello, bint alone) except -1

cpdef add_gap(session, long long direction, long long frame)

cpdef add_ending(session, long long client, Closing ending, bint is_last)

cdef _client_hello(session, value, long long frame)

cdef _server_hello(session, value, long long frame)

@cython.locals(shown=tuple, certificates=tuple)
cdef _certificate(session, long long direction, value, long long frame)

cdef bint _shows_raw_public_key(session, long long direction) except -1

cdef _certificate_verify(session, long long direction, value, long long frame)

cdef _new_session_ticket(session, value)
