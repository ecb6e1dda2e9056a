cimport cython

cdef long long MOST_SOUND
cdef long long LARGEST_SOUND
cdef long long SPREAD
cdef long long SPREAD_SHIFT
cdef dict _CHECKS

cdef class Check:
    cdef object _opener
    cdef bint _remembers
    cdef bytes _last
    cdef set _sound

    cdef fault(self, bytes body)

@cython.locals(checks=dict, check=Check, body=bytes)
cpdef list malformed_extensions(message)

@cython.locals(code=cython.longlong, seen=cython.ulonglong, mark=cython.ulonglong)
cpdef list duplicate_extensions(message)
