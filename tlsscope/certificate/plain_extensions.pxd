cimport cython
from .walk cimport Walk

cdef long long OCTET_STRING
cdef long long OBJECT_IDENTIFIER
cdef long long SEQUENCE
cdef long long RFC822_NAME
cdef long long DNS_NAME
cdef long long URI
cdef long long IP_ADDRESS
cdef long long KEY_IDENTIFIER
cdef long long DISTRIBUTION_POINT
cdef long long FULL_NAME
cdef long long MOST_NAMES
cdef long long TIMESTAMP_HEAD
cdef long long SHA256
cdef long long RSA
cdef long long ECDSA
cdef bytes _OCSP
cdef bytes _CA_ISSUERS

@cython.locals(walk=Walk, stop=Py_ssize_t, found=list, tag=cython.longlong, content=bytes)
cpdef dict alternative_names(bytes value)

@cython.locals(walk=Walk)
cpdef dict subject_key_id(bytes value)

@cython.locals(walk=Walk, stop=Py_ssize_t)
cpdef dict authority_key_id(bytes value)

@cython.locals(walk=Walk, stop=Py_ssize_t, end=Py_ssize_t, method=bytes, ocsp=list, ca_issuers=list)
cpdef dict authority_information(bytes value)

@cython.locals(walk=Walk, stop=Py_ssize_t, end=Py_ssize_t, point=Py_ssize_t, name=Py_ssize_t, found=list)
cpdef dict distribution_points(bytes value)

@cython.locals(walk=Walk, listed=bytes, end=Py_ssize_t, position=Py_ssize_t, stop=Py_ssize_t, signature=Py_ssize_t,
               count=Py_ssize_t)
cpdef dict timestamps(bytes value)

cdef Py_ssize_t _after(bytes data, Py_ssize_t position, Py_ssize_t end) except -1

cdef _end(Walk walk, Py_ssize_t stop, Py_ssize_t size, Py_ssize_t count)

cdef str _text(bytes content)

cdef str _address(bytes content)
