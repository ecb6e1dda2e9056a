cimport cython
from ..slices cimport copied
from .. cimport words

cdef long long LONGEST_NUMBER
cdef long long SPACE
cdef long long QUOTE
cdef long long BACKSLASH
cdef long long DELETE
cdef long long ZERO

@cython.final
cdef class TextBuffer:
    cdef unsigned char[::1] _cells
    cdef Py_ssize_t _used

    @cython.locals(length=Py_ssize_t)
    cpdef void add(self, bytes piece) except *

    @cython.locals(end=Py_ssize_t, rest=cython.longlong)
    cpdef void number(self, long long value) except *

    cpdef void optional(self, value) except *

    @cython.locals(before=bytes)
    cpdef void numbers(self, tuple values) except *

    cpdef void decimals(self, long long value, Py_ssize_t digits) except *

    @cython.locals(at=Py_ssize_t)
    cdef void _write_digits(self, long long value, Py_ssize_t end) except *

    cpdef void hexadecimal(self, bytes data) except *

    @cython.locals(length=Py_ssize_t, source="const unsigned char*", i=Py_ssize_t, byte=cython.int)
    cpdef bint plain(self, bytes value) except -1

    @cython.locals(end=Py_ssize_t, at=Py_ssize_t)
    cpdef void word(self, long long value) except *

    cpdef void clear(self) except *

    cpdef Py_ssize_t mark(self) except -1

    cpdef bytes cut(self, Py_ssize_t mark)

    @cython.locals(smaller=bytes)
    cdef void _grow(self, Py_ssize_t more) except *
