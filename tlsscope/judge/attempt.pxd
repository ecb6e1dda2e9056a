cimport cython
from ..handshake.extensions.opening cimport find
from ..handshake.extensions.versions cimport is_tls13
from .case cimport Case
from .flight cimport Flight

cdef long long PRE_SHARED_KEY
cdef long long SESSION_TICKET
cdef long long SUPPORTED_VERSIONS
cdef long long TICKETS
cdef long long LARGEST_KEY

@cython.locals(keys=tuple)
cpdef attempt(Case case, verdict)

cdef _by_pre_shared_key(Case case)

cdef _attempt(Case case, kind, accepted, tuple keys)

cdef bint _offers_tls_1_2_only(Case case) except -1

cdef bint _is_abbreviated(verdict) except -1

@cython.locals(keys=list)
cpdef list given(session)

@cython.locals(size=Py_ssize_t)
cpdef bytes key(bytes kind, bytes value)

@cython.locals(client=Flight, server=Flight, began=cython.longlong, index=Py_ssize_t, frame=cython.longlong,
               content=cython.longlong, end=Py_ssize_t, sizes=list)
cpdef tuple ticket_sizes(Case case, flight_end)
