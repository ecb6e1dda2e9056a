cimport cython
from .parts cimport Parts
from .walk cimport Walk
from . cimport plain

cdef long long SEQUENCE
cdef long long BIT_STRING

@cython.locals(fields=dict)
cpdef assemble(bytes der, Parts parts)

@cython.locals(fields=dict)
cdef dict _fields(Parts parts)

cdef tuple _name(bytes der)

cdef dict _extension(bytes kind, bytes whole, bytes value)

cdef _public_key(bytes spki)

@cython.locals(walk=Walk, stop=Py_ssize_t, algorithm=bytes, key=bytes)
cdef tuple _key_parts(bytes spki)
