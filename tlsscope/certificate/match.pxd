cimport cython

cdef long long MAX_NAME

cdef class Names:
    cdef frozenset _known
    cdef frozenset _hosts
    cdef frozenset _parents
    cdef str _common_name

    @cython.locals(host=str, parent=str, common=str)
    cpdef match(self, str server_name)

cdef str _host(str name)
cdef bint _is_wildcard(str pattern) except -1

@cython.locals(dot=Py_ssize_t)
cdef str _parent(str host)

cdef _canonical_address(str name)
