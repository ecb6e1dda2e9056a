from ..handshake.extensions.opening cimport find
from ..handshake.extensions.versions cimport is_tls13

cdef long long ENCRYPTED_CLIENT_HELLO
cdef long long KEY_SHARE
cdef long long KEY_SHARE_DRAFT
cdef long long SERVER_NAME

cpdef bint is_psk_alone(session) except -1
cpdef bint is_cover(session) except -1
cpdef name_asked_for(session)
