cimport cython
from ..link.segments cimport Segments
from .listener cimport Listener
from .rows cimport Rows

cdef long long ACK
cdef long long ACTIVE
cdef long long COUNTED
cdef long long HALF
cdef long long IGNORED
cdef long long SEARCHING
cdef long long TURN
cdef long long WORD
cdef long long LISTENING
cdef long long NOT_TLS
cdef long long TOLD
cdef long long MOST_STRIKES
cdef long long MOST_HELD_BYTES

cdef class Delivery(Rows):
    cdef object _open
    cdef dict listeners
    cdef dict reassemblies
    cdef long long held_bytes

    @cython.locals(side=cython.longlong, start=cython.longlong, length=cython.longlong, wire=cython.longlong,
                   ahead=cython.longlong)
    cdef void data(self, const unsigned char[::1] buffer, Segments segments, long long i, long long row,
                   long long direction, long long seq, long long frame, long long time) except *

    cdef void _strike(self, long long row, long long side, long long wire) except *

    @cython.locals(side=cython.longlong, seq=cython.longlong, state=cython.longlong, listener=Listener,
                   answer=cython.longlong)
    cdef void _deliver(self, long long row, long long direction, bytes data, long long wire, long long frame,
                       long long time) except *

    cdef void _listen(self, long long row) except *

    @cython.locals(listener=Listener, keep_alive=cython.bint)
    cdef void _again(self, long long row, long long direction, long long seq, bytes data, long long wire,
                     long long behind, long long frame, long long time) except *

    @cython.locals(listener=Listener)
    cdef void _hold(self, long long row, long long direction, segment) except *

    @cython.locals(side=cython.longlong, behind=cython.longlong)
    cdef void _drain(self, long long row, long long direction, long long frame) except *

    cdef void give_up_waiting(self, long long row, long long direction, long long flags, long long ack,
                              long long frame) except *

    @cython.locals(side=cython.longlong, size=cython.longlong, listener=Listener)
    cdef void _pass_gap(self, long long row, long long direction) except *

    @cython.locals(at=cython.longlong, behind=cython.longlong)
    cdef void wake(self, const unsigned char[::1] buffer, Segments segments, long long i, long long row,
                   long long direction, long long seq, long long frame, long long time) except *

    cdef void flush(self, long long row) except *

    cdef void forget(self, long long row) except *
