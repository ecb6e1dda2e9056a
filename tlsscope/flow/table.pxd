cimport cython
from ..capture.frames cimport Frames
from ..link.segments cimport Segments
from .delivery cimport Delivery
from .listener cimport Closing, Listener

cdef long long ACK
cdef long long ACTIVE
cdef long long CLOSED
cdef long long COUNTED
cdef long long EMBRYONIC
cdef long long ENDED
cdef long long FIN
cdef long long FIN_ACKED
cdef long long FIN_SEEN
cdef long long HALF
cdef long long IGNORED
cdef long long HEADS
cdef long long LISTENED
cdef long long OPEN
cdef long long RESET
cdef long long RST
cdef long long SEARCHING
cdef long long SYN
cdef long long WORD
cdef long long LOOK
cdef long long _NEVER

cdef class ConnectionTable(Delivery):
    cdef public long long opened
    cdef public long long evicted
    cdef public long long moment
    cdef public long long activity
    cdef long long _most_weight
    cdef long long _patience_open
    cdef long long _patience_closed
    cdef long long _patience_ended
    cdef long long _patience_embryonic
    cdef unsigned long long _shard
    cdef unsigned long long _shards
    cdef long long _now
    cdef long long _next_look
    cdef str _silent

    @cython.locals(i=cython.longlong, at=cython.longlong, frame=cython.longlong, time=cython.longlong,
                   key=cython.ulonglong)
    cpdef take(self, const unsigned char[::1] buffer, Frames frames, Segments segments)

    cpdef pass_time(self, long long now)

    cpdef long long latest(self)

    cpdef finish(self)

    @cython.locals(direction=cython.longlong, flags=cython.longlong, seq=cython.longlong, wire=cython.longlong,
                   row=cython.longlong, side=cython.longlong, state=cython.longlong)
    cdef _segment(self, const unsigned char[::1] buffer, Segments segments, long long i, long long frame,
                       long long time, unsigned long long key)

    @cython.locals(row=cython.longlong)
    cdef long long _row(self, Segments segments, long long i, unsigned long long key, long long direction,
                        long long flags, long long seq) except -1

    @cython.locals(side=cython.longlong)
    cdef bint _is_over(self, long long row, long long direction, long long flags, long long seq) except -1

    @cython.locals(side=cython.longlong)
    cdef _control(self, long long row, long long direction, long long flags, long long seq, long long wire,
                       long long frame)

    @cython.locals(side=cython.longlong, other=cython.longlong)
    cdef _close(self, long long row, long long direction, long long ack)

    cdef bint _has_all(self, long long row, long long side) except -1

    @cython.locals(row=cython.longlong)
    cdef _expire(self)

    @cython.locals(found=cython.longlong, row=cython.longlong, head=cython.longlong,
                   patience=cython.longlong)
    cdef long long _expired(self) except -1

    cdef long long _patience(self, long long row) except? -1

    @cython.locals(row=cython.longlong)
    cdef _evict(self)

    @cython.locals(row=cython.longlong)
    cdef long long _oldest(self, long long head) except -1

    @cython.locals(plain=cython.longlong, listened=cython.longlong)
    cdef long long _silent_longest(self) except -1

    @cython.locals(row=cython.longlong)
    cdef _relieve(self)

    @cython.locals(listener=Listener)
    cdef _excuse(self, long long row, str text)

    cdef _part(self, long long row)

    cdef _end(self, long long row, str silent)

    @cython.locals(listener=Listener)
    cdef _tell(self, long long row, str silent)
