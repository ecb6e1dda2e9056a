cimport cython
from .case cimport Case
from .flight cimport Flight
from .rows cimport block, heard, is_alert, said, sealed_handshake

cdef long long CLIENT
cdef long long SERVER
cdef long long PRE_SHARED_KEY
cdef long long TLS_CERT_WITH_EXTERN_PSK
cdef long long EMPTY_CERTIFICATE
cdef long long LEAST_BLOCK
cdef long long JSSE_PADDING
cdef long long KEPT
cdef long long MORE_THAN_HELLOS
cdef long long SUSPECT_BLOCK
cdef long long MOST_FRAGMENTS
cdef long long LEAST_RENEGOTIATION
cdef long long LEAST_FINISHED
cdef long long LARGE
cdef long long BOTH
cdef long long MOST_CITED
cdef long long ALL
cdef long long PLACE_BITS

@cython.locals(speakers=cython.longlong, key=tuple, cited=list, alerts=list)
cpdef shape(Case case)

@cython.locals(same=cython.longlong, frame=cython.longlong, last=cython.longlong)
cdef _order(list frames)

@cython.locals(packets=tuple, bits=cython.longlong)
cdef long long _circumstances(Case case, long long speakers) except -1

@cython.locals(numbers=tuple, directions=tuple, sealed_frames=list, sizes=list, after_gap=cython.bint,
               has_data=cython.bint, cited=list, key=tuple, anomalies=list, gaps=tuple, places=cython.longlong,
               place=cython.longlong)
cdef tuple _clear(Case case, long long speakers)

@cython.locals(frame=cython.longlong, place=Py_ssize_t)
cdef long long _place(list frames, long long sought) except -2

@cython.locals(bits=cython.longlong)
cdef long long _absences(Case case) except -1

@cython.locals(sides=tuple, client=Flight, server=Flight, post_handshake=cython.bint, sizes=tuple, frames=tuple,
               server_sizes=tuple, went_on=cython.bint, early=tuple, later=tuple, cited=list)
cdef tuple _sealed(Case case)

cdef tuple _resumes(Case case)

@cython.locals(contents=tuple, frames=tuple, finished=cython.longlong, padded=cython.longlong, count=Py_ssize_t,
               end=Py_ssize_t, index=Py_ssize_t, least=cython.longlong, content=cython.longlong,
               first=cython.longlong, second=cython.longlong, bits=cython.longlong)
cdef tuple _client(Flight flight, bint post_handshake)

@cython.locals(contents=tuple, frames=tuple, finished=cython.longlong, padded=cython.longlong, count=Py_ssize_t,
               begun=Py_ssize_t, first=cython.longlong, index=Py_ssize_t, content=cython.longlong, frame=cython.longlong,
               alerts=Py_ssize_t, went_on=cython.bint)
cdef tuple _server(Flight flight, Flight client)

@cython.locals(frame=cython.longlong, count=Py_ssize_t)
cdef Py_ssize_t _count_until(tuple frames, long long last) except -1
