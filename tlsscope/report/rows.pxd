cimport cython
from ..session.timeline cimport Timeline

cdef long long FRAME
cdef long long LENGTH
cdef long long MESSAGE
cdef long long ROW
cdef long long TIME
cdef long long SAID
cdef long long SECOND

cdef class Clock:
    cdef object _write_second
    cdef long long _second
    cdef str _written
    cdef long long _time
    cdef long long _digits
    cdef str _text

    @cython.locals(second=cython.longlong, fraction=str)
    cpdef str write(self, long long time, long long digits)

@cython.locals(lines=list, frame=cython.longlong, time=cython.longlong, head=str, at=cython.longlong,
               what=cython.longlong, length=cython.longlong, pair=tuple)
cpdef str message_lines(Timeline rows, said, Clock clock, long long digits, str before_frame, str before_time)
