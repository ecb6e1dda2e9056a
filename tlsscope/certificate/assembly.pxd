cimport cython
from .parts cimport Parts
from . cimport plain

@cython.locals(fields=dict)
cpdef assemble(bytes der, Parts parts)

@cython.locals(fields=dict)
cdef dict _fields(Parts parts)

cdef tuple _name(bytes der)

cdef dict _extension(bytes kind, bytes whole, bytes value)

cdef _public_key(Parts parts)
