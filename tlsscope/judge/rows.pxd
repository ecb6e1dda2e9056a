cimport cython
from ..session.timeline cimport Timeline

cdef long long APPLICATION_DATA
cdef long long APPLICATION_SETTINGS
cdef long long APPLICATION_SETTINGS_OLD
cdef long long CLIENT_CERTIFICATE_TYPE
cdef long long COMPRESS_CERTIFICATE
cdef long long EARLY_DATA
cdef long long POST_HANDSHAKE_AUTH
cdef long long NO_GAP
cdef long long CLIENT_HELLO
cdef long long ENCRYPTED
cdef long long HANDSHAKE
cdef long long SERVER_HELLO
cdef long long AFTER_GAP
cdef long long BYTE
cdef long long CONTENT_TYPE
cdef long long FRAME
cdef long long LENGTH
cdef long long LEVEL
cdef long long MESSAGE
cdef long long PROTECTION
cdef long long PROTECTIONS
cdef long long RECORD
cdef long long ROW
cdef long long TYPE
cdef long long TYPES
cdef long long SAID

@cython.locals(bits=cython.longlong, more=cython.longlong, row=cython.longlong, at=cython.longlong, what=cython.longlong,
               protection=cython.longlong, kind=cython.longlong, is_handshake=cython.bint)
cpdef long long heard(Timeline rows) except -1

@cython.locals(numbers=list, number=cython.longlong, row=cython.longlong, at=cython.longlong, what=cython.longlong)
cpdef tuple said(Timeline rows, list frames)

@cython.locals(client=list, client_frames=list, server=list, server_frames=list, client_cut=cython.bint,
               server_cut=cython.bint, client_gap=cython.longlong, server_gap=cython.longlong, row=cython.longlong, at=cython.longlong,
               what=cython.longlong, frame=cython.longlong, is_data=cython.bint, most=Py_ssize_t)
cpdef tuple sealed_data(Timeline rows, long long since, tuple gaps, long long overhead)

@cython.locals(bits=cython.longlong, code=cython.longlong)
cpdef long long bends(tuple extensions) except -1

@cython.locals(directions=list, frames=list, sizes=list, after_gap=cython.bint, has_data=cython.bint,
               row=cython.longlong, at=cython.longlong, what=cython.longlong, content_type=cython.longlong)
cpdef tuple sealed_handshake(Timeline rows)

@cython.locals(common=cython.longlong, content=cython.longlong, other=cython.longlong)
cpdef long long block(tuple contents) except -1

cpdef bint is_alert(long long content) noexcept
