cimport cython

cdef long long MOST_HELD_SEGMENTS
cdef long long MOST_HELD_BYTES
cdef long long MOST_REMEMBERED
cdef long long SMALL
cdef long long OVERHEAD
cdef long long PATIENCE
cdef long long WORD
cdef long long HALF
cdef long long TURN

cdef list _NOTHING

cdef class Stream:
    cdef public list held
    cdef public list known
    cdef public long long size
    cdef public long long start

cdef class Reassembly:
    cdef public long long weight
    cdef Stream _a
    cdef Stream _b
    cdef long long _waited

    @cython.locals(stream=Stream, size=cython.longlong, known=list)
    cdef void remember(self, long long direction, long long seq, bytes data) except *

    @cython.locals(stream=Stream, shift=cython.longlong, start=cython.longlong, stop=cython.longlong)
    cdef bint conflicts(self, long long direction, long long seq, bytes data) except *

    @cython.locals(place=cython.longlong, before=cython.longlong, behind=cython.longlong, conflict=cython.bint)
    cdef bint hold(self, long long direction, segment) except *

    @cython.locals(stream=Stream)
    cdef list _held(self, long long direction)

    cdef void _insert(self, list held, long long place, segment) except *

    @cython.locals(stream=Stream)
    cdef first(self, long long direction)

    @cython.locals(held=list)
    cdef next(self, long long direction)

    cdef bint overfull(self, long long direction) except -1

    @cython.locals(stream=Stream)
    cdef bint lost(self, long long direction, long long next_seq, long long ack) except -1


@cython.locals(ahead=cython.longlong)
cdef long long distance(long long start, long long end) noexcept

@cython.locals(shift=cython.longlong, start=cython.longlong, stop=cython.longlong)
cdef bint differ(known, segment) except -1
