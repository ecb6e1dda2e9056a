cimport cython
from .keys cimport is_key_share
from .negotiation cimport is_one_name

cdef long long CLIENT
cdef long long KEY_SHARE
cdef long long SERVER_NAME
cdef long long SERVER
cdef long long REQUEST
cdef long long RETRY
cdef long long PLACES
cdef long long LARGEST_SOUND
cdef long long SPREAD
cdef long long SPREAD_SHIFT
cdef long long GREASE
cdef long long GREASE_SHIFT
cdef dict _OPENERS
cdef dict _SOUND

@cython.locals(side=cython.longlong, sound=list, malformed=list, one=tuple, code=cython.longlong, body=bytes,
               small=cython.bint, place=cython.size_t)
cpdef list malformed_extensions(message)

@cython.locals(openers=dict)
cdef _fault(long long side, long long code, bytes body)

@cython.locals(one=tuple, code=cython.longlong, seen=cython.ulonglong, greased=cython.ulonglong, mark=cython.ulonglong)
cpdef list duplicate_extensions(message)

cdef long long _side(message) except -1
