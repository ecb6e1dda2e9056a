from ..handshake.extensions.versions cimport is_tls13, negotiated_version

cpdef bint encrypts_nothing(hello) except -1
