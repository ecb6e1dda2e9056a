cimport cython
from ..certificate.match cimport Names
from .case cimport Case
from .evidence cimport is_cover, is_psk_alone, name_asked_for

cdef long long LARGEST_REMEMBERED
cdef long long SECOND

cdef class Shown:
    cdef readonly object leaf
    cdef readonly tuple chain
    cdef readonly Names names
    cdef readonly str begin
    cdef readonly str end

@cython.locals(chain=tuple, found=tuple, said=tuple, shown=Shown)
cpdef tuple findings(Case case)

@cython.locals(size=cython.longlong)
cdef Shown _shown(str side, tuple certificates)

@cython.locals(when=str)
cdef tuple _on_side(Shown shown, str side, long long start)

cdef tuple _on_name(Shown shown, Case case)

cdef tuple _cite(tuple said, frame)
