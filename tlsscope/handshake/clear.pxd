cimport cython

cdef long long HELLO_REQUEST
cdef long long SMALLEST_FULL_RECORD

@cython.locals(position=cython.longlong, size=cython.longlong, length=cython.longlong, type_=cython.longlong)
cpdef bint fits(bytes fragment) except *
