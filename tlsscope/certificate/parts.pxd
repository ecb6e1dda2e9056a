cimport cython
from .walk cimport Walk

cdef long long BOOLEAN
cdef long long INTEGER
cdef long long BIT_STRING
cdef long long OCTET_STRING
cdef long long OBJECT_IDENTIFIER
cdef long long SEQUENCE
cdef long long VERSION_TAG
cdef long long EXTENSIONS_TAG
cdef bytes VERSION_3
cdef bytes TRUE

cdef class Parts:
    cdef public bytes serial
    cdef public bytes algorithm
    cdef public bytes issuer
    cdef public bytes validity
    cdef public bytes subject
    cdef public bytes key
    cdef public bytes key_algorithm
    cdef public bytes key_bits
    cdef public list extensions

cpdef split(bytes der)

@cython.locals(walk=Walk, parts=Parts, end=Py_ssize_t)
cdef Parts _certificate(bytes der)

@cython.locals(parts=Parts, stop=Py_ssize_t)
cdef Parts _body(Walk walk)

@cython.locals(start=Py_ssize_t, stop=Py_ssize_t)
cdef _key(Walk walk, Parts parts)

@cython.locals(content=bytes)
cdef bytes _octets(Walk walk)

@cython.locals(found=list, kinds=set, outer=Py_ssize_t, stop=Py_ssize_t, start=Py_ssize_t, end=Py_ssize_t,
               kind=bytes, value=bytes)
cdef list _extensions(Walk walk)
