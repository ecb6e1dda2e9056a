cimport cython
from .case cimport Case
from .flight cimport Flight
from .shape cimport shape

cdef class Judgement:
    cdef readonly object flight_end
    cdef dict _outcomes
    cdef tuple _facts
    cdef tuple _answers
    cdef list _grounds

    @cython.locals(said=tuple)
    cpdef outcome(self, Case case)

    @cython.locals(places=dict)
    cpdef remember(self, verdict, list frames)

    @cython.locals(grounds=list, places=tuple, place=Py_ssize_t)
    cpdef verdict(self, Case case, list frames)

cdef class Recall:
    cdef long long _remembered
    cdef dict _judgements

    @cython.locals(its=tuple, known=Judgement, judgement=Judgement)
    cpdef tuple judge(self, Case case)

    @cython.locals(frames=list)
    cdef _remember(self, tuple its, verdict, Judgement judgement)
