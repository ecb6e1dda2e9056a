cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.string cimport memcmp, memcpy

# `words.py` says what these do. An index without sign is compared once.

cdef inline long long two(const unsigned char[::1] buffer, size_t at) except -1:
    return buffer[at] << 8 | buffer[at + 1]

cdef inline long long four(const unsigned char[::1] buffer, size_t at) except -1:
    cdef unsigned int a = buffer[at], b, c, d = buffer[at + 3]
    with cython.boundscheck(False):
        b = buffer[at + 1]
        c = buffer[at + 2]
    return a << 24 | b << 16 | c << 8 | d

cdef inline unsigned long long eight(const unsigned char[::1] buffer, size_t at) except? 1:
    cdef unsigned long long high = four(buffer, at), low = four(buffer, at + 4)
    return high << 32 | low

cdef inline long long four_little(const unsigned char[::1] buffer, size_t at) except -1:
    cdef unsigned int a = buffer[at], b, c, d = buffer[at + 3]
    with cython.boundscheck(False):
        b = buffer[at + 1]
        c = buffer[at + 2]
    return a | b << 8 | c << 16 | d << 24

cdef inline void put(unsigned char[::1] buffer, Py_ssize_t at, bytes text) except *:
    cdef Py_ssize_t length = PyBytes_GET_SIZE(text)
    if not 0 <= at <= buffer.shape[0] - length:
        raise IndexError("text that does not fit")
    if length:
        with cython.boundscheck(False):
            memcpy(&buffer[at], PyBytes_AS_STRING(text), length)

cdef inline bint lies_at(bytes part, bytes data, Py_ssize_t at) except -1:
    if not 0 <= at <= len(data) - len(part):
        raise IndexError("a part that is not there")
    return memcmp(<const char *> part, <const char *> data + at, len(part)) == 0
