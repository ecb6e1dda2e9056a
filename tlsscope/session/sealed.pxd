cimport cython
from ..handshake.extensions.versions cimport is_tls13
from .timeline cimport Timeline

cdef long long ALERT
cdef long long CHANGE_CIPHER_SPEC
cdef long long CLIENT
cdef long long HANDSHAKE
cdef long long SERVER
cdef long long BYTE
cdef long long CONTENT_TYPE
cdef long long FRAME
cdef long long MESSAGE
cdef long long OPENED
cdef long long RECORD
cdef long long ROW
cdef long long TIME
cdef long long CLIENT_RECORDS
cdef long long ANSWERS

@cython.locals(rows=Timeline, listed=cython.longlong, last=cython.longlong, frame=cython.longlong,
               time=cython.longlong)
cpdef list_sealed(session)

@cython.locals(row=cython.longlong, listed=cython.longlong, at=cython.longlong, what=cython.longlong, content_type=cython.longlong,
               is_handshake=cython.bint)
cdef long long _list_handshake(Timeline rows) except -1

@cython.locals(row=cython.longlong, listed=cython.longlong, client=cython.longlong, answers=cython.longlong, at=cython.longlong,
               what=cython.longlong, direction=cython.longlong)
cdef long long _list_flights(Timeline rows) except -1

@cython.locals(at=cython.longlong)
cdef long long _last_message(Timeline rows) except -1
