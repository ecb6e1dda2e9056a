cimport cython
from ..flow.listener cimport Listener
from ..flow.start cimport is_client_hello, is_old_hello, is_server_hello
from ..slices cimport piece
from .sink cimport Sink

cdef long long BASE_WEIGHT
cdef long long HEADER
cdef long long HELLO
cdef long long LONGEST
cdef long long MOST_STRAY_CHUNKS
cdef long long HANDSHAKE
cdef long long FRESH
cdef long long IN_STEP
cdef long long LOST
cdef long long GIVEN_UP
cdef long long OLD
cdef long long LISTENING
cdef long long TOLD
cdef long long NOT_TLS

cdef class Half:
    cdef int state
    cdef bytes pending
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
    cdef Sink _sink
    cdef bint _begun
    cdef bint _old
    cdef Half _a
    cdef Half _b

    @cython.locals(half=Half, size=cython.longlong, position=cython.longlong)
    cpdef int chunk(self, int direction, bytes data, long long frame, long long time) except -1

    cpdef int gap(self, int direction, long long size, long long frame, long long time) except -1

    cpdef int cut(self, int direction, long long size, long long frame, long long time) except -1

    @cython.locals(half=Half, pending=bytes)
    cdef int _miss(self, int direction, long long size, long long frame, long long time) except -1

    @cython.locals(size=cython.longlong, content_type=cython.longlong, version=cython.longlong,
                   length=cython.longlong, there=cython.longlong, wanted=cython.bint, after_gap=cython.int,
                   end=cython.longlong, sink=Sink)
    cdef void _records(self, Half half, int direction, bytes data, long long position, long long frame,
                       long long time) except *

    @cython.locals(size=cython.longlong, header=cython.longlong, length=cython.longlong, padding=cython.longlong,
                   end=cython.longlong, body=bytes)
    cdef void _old_records(self, Half half, int direction, bytes data, long long position, long long frame,
                           long long time) except *

    @cython.locals(after_gap=cython.int)
    cdef void _skipped(self, Half half, int direction, long long frame, long long time) except *

    cdef void _find_step(self, Half half, bytes data, long long position) except *

    cdef void _lose_step(self, Half half, int direction, long long frame) except *

    @cython.locals(short=cython.bint)
    cdef bint _is_old(self, bytes data, long long position) except -1

    @cython.locals(left=cython.longlong)
    cdef bint _may_begin(self, bytes data, long long position) except -1

    @cython.locals(size=cython.longlong, whole=cython.longlong, length=cython.longlong)
    cdef bint _proves_boundary(self, bytes data, long long position) except -1

    cdef bint _is_header(self, long long content_type, long long version, long long length) except -1

    @cython.locals(sink=Sink)
    cdef int _answer(self) except -1

    cdef long long _pending(self, Half half) except -1

    @cython.locals(a=Half, b=Half)
    cdef bint _is_hopeless(self) except -1

    cdef bint _is_promising(self, Half half) except -1
