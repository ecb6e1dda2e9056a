cimport cython
from ..link.segments cimport Segments
from .listener cimport Listener
from .start cimport is_client_hello
from .table cimport ConnectionTable
from ..slices cimport copied

cdef long long ACTIVE
cdef long long COUNTED
cdef long long FIN
cdef long long IGNORED
cdef long long LISTENED
cdef long long OPEN
cdef long long RST
cdef long long SEARCHING
cdef long long PASSED
cdef long long UNDECIDED
cdef long long FIRST
cdef long long KEPT
cdef long long MARKS
cdef long long HELLO

cdef class LiveTable(ConnectionTable):
    cdef public list fresh
    cdef public long long[::1] marks
    cdef public bint keeps_marks

    cpdef bint listens(self, long long row, listener)

    cpdef settle(self, long long row)

    cdef Listener _listen(self, long long row)

    @cython.locals(at=cython.longlong)
    cdef wake(self, const unsigned char[::1] buffer, Segments segments, long long i, long long row,
                   long long direction, long long seq, long long frame, long long time)

    @cython.locals(opened=cython.longlong, before=cython.longlong, after=cython.longlong, row=cython.longlong,
                   mark=cython.longlong)
    cdef _segment(self, const unsigned char[::1] buffer, Segments segments, long long i, long long frame,
                       long long time, unsigned long long key)

    @cython.locals(flags=cython.longlong, next_seq=cython.longlong)
    cdef bint _ends(self, Segments segments, long long i, long long row) except -1
