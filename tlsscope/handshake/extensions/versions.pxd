cimport cython
from .opening cimport find

cdef long long TLS_1_3
cdef long long DTLS_1_3
cdef long long IETF_DRAFTS
cdef long long GOOGLE_DRAFTS
cdef long long FACEBOOK_DRAFTS
cdef long long SUPPORTED_VERSIONS
cdef long long CLIENT_CERTIFICATE_TYPE
cdef long long SERVER_CERTIFICATE_TYPE

cpdef bint is_tls13(long long version) noexcept
@cython.locals(body=bytes)
cpdef long long negotiated_version(hello) except? -1
cpdef tuple selects_raw_public_keys(tuple extensions)
