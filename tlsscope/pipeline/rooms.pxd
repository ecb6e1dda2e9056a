cimport cython
from ..flow.listener cimport Listener
from ..flow.opening cimport Opening
from ..handshake.dialogue cimport Dialogue
from ..record.layer cimport RecordLayer
from ..session.observer cimport Observer
from ..session.place cimport Place
from ..session.sealed cimport list_sealed
from ..session.timeline cimport Timeline

cdef class Rooms:
    cdef public str file
    cdef public long long time_digits
    cdef public object follower
    cdef public object established
    cdef public object begun
    cdef object _keyring
    cdef bint _has_own_keys
    cdef dict _secrets
    cdef list _labels
    cdef object _tell

    @cython.locals(observer=Observer, likely=cython.longlong)
    cpdef Listener open(self, Opening opening)

    @cython.locals(rows=Timeline)
    cpdef complete(self, session)

    cdef bint _has_keys(self) except -1

    cdef Place _place(self, Opening opening)
