cimport cython
from ..flow.listener cimport Listener

cdef long long HEADER
cdef long long LONGEST
cdef long long HANDSHAKE
cdef long long FRESH
cdef long long IN_STEP
cdef long long LOST
cdef long long GIVEN_UP
cdef long long LISTENING
cdef long long TOLD
cdef long long NOT_TLS

cdef class Half:
    cdef int state
    cdef bytearray pending
    cdef long long need
    cdef long long skip
    cdef long long content_type
    cdef long long version
    cdef long long size
    cdef long long first_frame
    cdef bint damaged
    cdef int after_gap
    cdef int stray

cdef class RecordLayer(Listener):
    cdef object _sink
    cdef Half _a
    cdef Half _b

    @cython.locals(half=Half, size=cython.longlong, position=cython.longlong)
    cpdef int chunk(self, int direction, bytes data, long long frame, long long time) except -1

    @cython.locals(half=Half)
    cpdef int gap(self, int direction, long long size, long long frame, long long time) except -1

    @cython.locals(content_type=cython.longlong, version=cython.longlong, length=cython.longlong,
                   there=cython.longlong, wanted=cython.bint, after_gap=cython.int, end=cython.longlong)
    cdef void _records(self, Half half, int direction, bytes data, long long position, long long size,
                       long long frame, long long time) except *

    @cython.locals(after_gap=cython.int)
    cdef void _skipped(self, Half half, int direction, long long frame, long long time) except *

    cdef bint _in_step(self, Half half, bytes data, long long position, long long frame, int direction,
                       long long time) except *

    @cython.locals(size=cython.longlong, length=cython.longlong, kind=cython.longlong)
    cdef bint _old_hello(self, Half half, int direction, bytes data, long long position, long long frame,
                         long long time) except *

    @cython.locals(left=cython.longlong)
    cdef bint _may_begin(self, bytes data, long long position)

    @cython.locals(size=cython.longlong, whole=cython.longlong, length=cython.longlong)
    cdef bint _proves_boundary(self, bytes data, long long position)

    cdef bint _is_header(self, long long content_type, long long version, long long length)

    @cython.locals(half=Half)
    cdef int _answer(self, int direction) except -1

    cdef Half _restart(self, int direction)
