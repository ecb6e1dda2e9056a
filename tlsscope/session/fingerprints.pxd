cimport cython

@cython.locals(bodies=tuple, size=Py_ssize_t, plain=list)
cpdef make_client_fingerprints(str transport, long long legacy_version, tuple cipher_suites, tuple extensions,
                               bytes groups, bytes point_formats, bytes schemes, bytes protocols, bytes versions)

cdef tuple _opened(opener, bytes body)

cdef list _without_grease(tuple values)

@cython.locals(written=list, number=cython.longlong)
cdef str _decimal(tuple values)

cdef bint _is_grease(long long value) noexcept

cdef str _md5(str text)

cdef str _sha256(str text)
