cimport cython
from .case cimport Case
from .flight cimport Flight
from .shape cimport shape

cdef class Judgement:
    cdef readonly object verdict
    cdef readonly object flight_end
    cdef readonly dict outcomes

    @cython.locals(said=tuple)
    cpdef outcome(self, Case case)

cdef class Recall:
    cdef long long _remembered
    cdef dict _judgements

    @cython.locals(its=tuple, known=Judgement, judgement=Judgement)
    cpdef tuple judge(self, Case case)

    @cython.locals(frames=list)
    cdef _remember(self, tuple its, Judgement judgement)

@cython.locals(grounds=list, sides=tuple, client=Flight, place=Py_ssize_t)
cdef _with_frames(verdict, Case case, list frames)
