cimport cython

cdef long long HELLO_REQUEST
cdef long long SMALLEST_FULL_RECORD
cdef bytes _SENDERS

cpdef bint may_come_from(long long role, bytes fragment) except -1

@cython.locals(position=cython.longlong, size=cython.longlong, length=cython.longlong, type_=cython.longlong)
cpdef bint fits(bytes fragment) except -1
