cimport cython

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
