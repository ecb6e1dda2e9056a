cimport cython
from ..link.segments cimport Segments
from .listener cimport Listener
from .opening cimport Opening, address
from .reassembly cimport Reassembly
from .rows cimport Rows
from .start cimport is_client_hello, looks_like_tls, may_begin
from ..slices cimport copied, piece

cdef long long ACK
cdef long long ACTIVE
cdef long long COUNTED
cdef long long FIN_ACKED
cdef long long FIN_SEEN
cdef long long HALF
cdef long long IGNORED
cdef long long LISTENED
cdef long long OPEN
cdef long long SEARCHING
cdef long long TURN
cdef long long WORD
cdef long long LISTENING
cdef long long NOT_TLS
cdef long long TOLD
cdef long long MOST_STRIKES
cdef long long HELLO
cdef long long UNKNOWN
cdef long long KNOWN
cdef long long MOVED

cdef class Delivery(Rows):
    cdef object _open
    cdef list listeners
    cdef list reassemblies
    cdef public long long weight

    @cython.locals(row=cython.longlong)
    cdef long long add(self, Segments segments, long long i, unsigned long long key) except -1

    @cython.locals(side=cython.longlong, start=cython.longlong, length=cython.longlong, wire=cython.longlong,
                   ahead=cython.longlong, data=bytes)
    cdef data(self, const unsigned char[::1] buffer, Segments segments, long long i, long long row,
                   long long direction, long long seq, long long frame, long long time)

    cdef _strike(self, long long row, long long side, long long wire)

    @cython.locals(side=cython.longlong, seq=cython.longlong, state=cython.longlong, listener=Listener,
                   answer=cython.longlong, reassembly=Reassembly)
    cdef _deliver(self, long long row, long long direction, bytes data, long long wire, long long frame,
                       long long time)

    @cython.locals(reassembly=Reassembly)
    cdef Reassembly _reassembly(self, long long row)

    @cython.locals(listener=Listener)
    cdef _answered(self, long long row, long long side, long long answer)

    @cython.locals(listener=Listener, version=cython.longlong)
    cdef Listener _listen(self, long long row)

    @cython.locals(listener=Listener, reassembly=Reassembly)
    cdef _compare(self, long long row, long long direction, long long seq, bytes data, long long frame)

    @cython.locals(listener=Listener, reassembly=Reassembly, before=cython.longlong, conflict=cython.bint)
    cdef _hold(self, long long row, long long direction, segment)

    @cython.locals(reassembly=Reassembly)
    cdef bint _reaches_held(self, long long row, long long direction, long long wire) except -1

    @cython.locals(side=cython.longlong, behind=cython.longlong, before=cython.longlong, reassembly=Reassembly)
    cdef _drain(self, long long row, long long direction, long long frame)

    @cython.locals(reassembly=Reassembly)
    cdef give_up_waiting(self, long long row, long long direction, long long flags, long long ack)

    @cython.locals(side=cython.longlong, size=cython.longlong, reassembly=Reassembly)
    cdef _pass_gap(self, long long row, long long direction)

    @cython.locals(listener=Listener, before=cython.longlong, answer=cython.longlong)
    cdef _tell_gap(self, long long row, long long direction, long long size, long long frame, long long time)

    @cython.locals(at=cython.longlong, side=cython.longlong, behind=cython.longlong)
    cdef wake(self, const unsigned char[::1] buffer, Segments segments, long long i, long long row,
                   long long direction, long long seq, long long frame, long long time)

    @cython.locals(reassembly=Reassembly, direction=cython.longlong, side=cython.longlong, missing=cython.longlong,
                   frame=cython.longlong)
    cdef flush(self, long long row)

    @cython.locals(reassembly=Reassembly)
    cdef forget(self, long long row)
