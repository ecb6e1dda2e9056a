cimport cython
from .walk cimport Walk

cdef long long INTEGER
cdef long long OBJECT_IDENTIFIER
cdef long long SEQUENCE
cdef long long SET
cdef long long UTF8_STRING
cdef long long PRINTABLE_STRING
cdef long long IA5_STRING
cdef long long UTC_TIME
cdef long long GENERALIZED_TIME
cdef long long MOST_SERIAL_BYTES
cdef long long MOST_NAME_BYTES
cdef long long SPACE
cdef long long NUMBER_SIGN
cdef long long Z
cdef bytes FIRST_GENERALIZED
cdef dict _LABELS
cdef bytes _COMMON_NAME
cdef bytes _PRINTABLE
cdef bytes _ESCAPED

@cython.locals(size=Py_ssize_t)
cpdef str serial(bytes content)

@cython.locals(walk=Walk, begin=str, end=str)
cpdef tuple validity(bytes content)

@cython.locals(digits=bytes, text=str, hour=str, minute=str, second=str)
cdef str _time(Walk walk)

@cython.locals(size=Py_ssize_t, walk=Walk, stop=Py_ssize_t, rdn=Py_ssize_t, pair=Py_ssize_t, written=list, kind=bytes,
               value=bytes, text=str)
cpdef tuple name(bytes der)

@cython.locals(tag=cython.longlong, value=bytes, byte=cython.uchar)
cdef bytes _string(Walk walk)

cdef str _decoded(bytes value)

@cython.locals(byte=cython.uchar, size=Py_ssize_t)
cdef bint _is_itself(bytes value) except -1

@cython.locals(walk=Walk, stop=Py_ssize_t, modulus=bytes)
cpdef long long modulus_bits(bytes bit_string) except -1
