cimport cython

@cython.locals(found=cython.longlong)
cpdef find(extensions, long long code)
