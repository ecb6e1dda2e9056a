from ..handshake.extensions.opening cimport find
from .case cimport Case

cdef long long ENCRYPTED_CLIENT_HELLO
cdef long long KEY_SHARE
cdef long long KEY_SHARE_DRAFT
cdef long long SERVER_NAME

cpdef bint is_psk_alone(Case case) except -1
cpdef bint is_cover(Case case) except -1
cpdef name_asked_for(Case case)
