cimport cython

@cython.final
cdef class Kept:
    cdef public object make
    cdef Py_ssize_t _entries
    cdef dict _made

    cpdef bytes text(self, key)
    cpdef tuple form(self, key)
    cpdef bytes once(self, key)
    cpdef keep(self, key, made)
    cpdef get(self, key)
    cdef _new(self, key)
