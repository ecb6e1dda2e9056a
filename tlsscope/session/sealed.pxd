cimport cython
from ..handshake.extensions.versions cimport is_tls13

cdef long long CLIENT
cdef long long SERVER
cdef long long CLIENT_RECORDS
cdef long long ANSWERS
cdef tuple _HANDSHAKE_TYPES

@cython.locals(messages=list, chosen=list)
cpdef list_sealed(session)

@cython.locals(client=cython.longlong, answers=cython.longlong, direction=cython.longlong, chosen=list)
cpdef list _chosen(session)
