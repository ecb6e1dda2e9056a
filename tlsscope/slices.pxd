cimport cython

@cython.locals(text=cython.p_const_char)
cpdef bytes piece(bytes data, Py_ssize_t start, Py_ssize_t stop)

# What `memoryview` is in the compiled file: where the bytes of a buffer lie. They are sliced behind a check alone.
cdef inline const unsigned char *memoryview(const unsigned char[::1] buffer) noexcept:
    return &buffer[0]

@cython.locals(text=cython.p_const_uchar)
cpdef bytes copied(const unsigned char[::1] buffer, Py_ssize_t start, Py_ssize_t stop)
