cimport cython
from ..repeats cimport Parts
from ..wire cimport Reader
from .extensions.opening cimport find
from .extensions.versions cimport is_tls13

cdef long long TLS_1_2
cdef long long TLS_1_3
cdef long long DTLS_1_2
cdef long long MOST_SUITES
cdef long long LARGEST_SUITES
cdef dict _SUITES
cdef Parts _CIPHER_SUITES
cdef Parts _CERTIFICATES
cdef long long FIRST_DRAFT
cdef long long FIRST_DRAFT_WITH_SESSION_ID

@cython.locals(reader=Reader)
cpdef client_hello(bytes body)

cdef tuple cipher_suites(bytes raw)

@cython.locals(version=cython.longlong)
cpdef server_hello(bytes body)

@cython.locals(reader=Reader)
cpdef _server_hello(bytes body)

@cython.locals(reader=Reader, entries=Reader, certificates=list)
cpdef certificate(bytes body, long long version)

@cython.locals(entries=Reader, certificates=list, extensions=list)
cpdef _certificate_13(Reader reader)

cpdef bytes _some(bytes der)

cpdef bint names_signature_scheme(long long version) noexcept

@cython.locals(reader=Reader)
cpdef new_session_ticket(bytes body, long long version)
