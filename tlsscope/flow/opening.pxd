cdef tuple _BYTES

cimport cython

cdef class Opening:
    cdef public str address_a
    cdef public str address_b
    cdef public long long port_a
    cdef public long long port_b
    cdef public int syn_from
    cdef public long long encapsulation

cpdef str address(long long version, unsigned long long high, unsigned long long low)
