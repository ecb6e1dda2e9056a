cimport cython
from ..handshake.extensions.opening cimport find
from .evidence cimport is_cover, is_psk_alone

cdef long long SERVER_NAME
cdef long long LARGEST_REMEMBERED
cdef long long SECOND

cdef class Shown:
    cdef readonly object leaf
    cdef readonly tuple chain
    cdef readonly tuple name
    cdef readonly tuple always
    cdef readonly str begin
    cdef readonly str end

@cython.locals(found=tuple)
cpdef tuple findings(session)

@cython.locals(size=cython.longlong, shown=Shown, when=str)
cdef tuple _on_side(long long start, str side, tuple certificates, name, bint hidden)

cdef tuple _cite(tuple said, frame)
