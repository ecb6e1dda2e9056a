cimport cython
from ..handshake.extensions.opening cimport find
from ..session.agreed cimport read
from ..session.fingerprints cimport make_client_fingerprints
from ..session.visibility cimport is_sealed
from .buffer cimport TextBuffer
from .fragments cimport Kept

cdef long long ALPN
cdef long long EARLY_DATA
cdef long long EC_POINT_FORMATS
cdef long long ENCRYPTED_CLIENT_HELLO
cdef long long KEY_SHARE
cdef long long POST_HANDSHAKE_AUTH
cdef long long SERVER_NAME
cdef long long SIGNATURE_ALGORITHMS
cdef long long SUPPORTED_GROUPS
cdef long long SUPPORTED_VERSIONS
cdef tuple _OFFER
cdef list _PRINT_FORM
cdef dict DOWNGRADES
cdef Kept _ALPN
cdef Kept _ANSWERS
cdef Kept _ECH
cdef Kept _FIRST_EXTENSION
cdef Kept _GROUP_LISTS
cdef Kept _LATER_EXTENSION
cdef Kept _PRINTS
cdef Kept _PROTOCOLS
cdef Kept _SCHEMES
cdef Kept _SHARES
cdef Kept _SUITES
cdef Kept _VERSION
cdef Kept _VERSIONS

@cython.final
cdef class Offer:
    cdef public list codes
    cdef public bytes groups
    cdef public bytes point_formats
    cdef public bytes schemes
    cdef public bytes alpn
    cdef public bytes versions
    cdef public bytes shares
    cdef public bytes ech
    cdef public bint early_data
    cdef public bint post_handshake_auth

    cdef void _take(self, long long code, bytes body) except *

@cython.final
cdef class Answer:
    cdef public tuple form
    cdef public bint has_protocol

@cython.locals(start=Py_ssize_t, code=cython.longlong, exchange=bytes, ending=bytes)
cdef bytes _answer_key(session, answer, Offer offered, TextBuffer out)

cpdef void write_text(TextBuffer out, str value) except *

@cython.locals(body=bytes, name=str)
cpdef void write_name(TextBuffer out, session) except *

@cython.locals(offer=Offer, form=tuple)
cpdef void write_client_hello(TextBuffer out, session, hello) except *

@cython.locals(form=tuple, listed=Kept)
cdef void _write_lists(TextBuffer out, Offer offer) except *

@cython.locals(start=Py_ssize_t, before=bytes, body=bytes, key=bytes, suites=tuple, suite=cython.longlong, code=cython.longlong)
cdef bytes _prints(TextBuffer out, str protocol, hello, Offer offer)

@cython.locals(form=list)
cdef bytes _make_prints(str protocol, hello, Offer offer)

cpdef void write_protocol(TextBuffer out, session, Answer agreed_on) except *

@cython.locals(form=tuple)
cpdef void write_server_hello(TextBuffer out, session, Answer agreed_on) except *
