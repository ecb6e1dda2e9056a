cimport cython

@cython.locals(one=tuple, found=cython.longlong)
cpdef find(tuple extensions, long long code)
