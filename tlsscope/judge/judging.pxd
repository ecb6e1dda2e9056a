cimport cython
from .case cimport Case
from .findings cimport findings
from .recall cimport Judgement, Recall
from .resumption cimport Resumptions
from .trace cimport trace

cdef Recall EVERYWHERE

cdef class Judged:
    cdef readonly Case case
    cdef readonly Judgement judgement
    cdef readonly object trace

@cython.locals(judged=Judged)
cpdef judge(session, Resumptions resumptions)

@cython.locals(case=Case, judgement=Judgement)
cpdef Judged look(session)

cpdef conclude(Judged judged, verdict, resumption)

cdef _blind(Case case)
