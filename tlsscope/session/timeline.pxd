cimport cython

cdef long long ENCRYPTED
cdef long long AFTER_GAP
cdef long long BYTE
cdef long long CONTENT_TYPE
cdef long long FEW_ROWS
cdef long long FIRST_FRAME
cdef long long FRAME
cdef long long LENGTH
cdef long long LEVEL
cdef long long MESSAGE
cdef long long OPENED
cdef long long PROTECTION
cdef long long PROTECTIONS
cdef long long RECORD
cdef long long ROW
cdef long long TIME
cdef long long TYPE
cdef long long TYPES
cdef long long VERSION
cdef long long VERSIONS

cdef long long SHARED
cdef Room _ROOM

cdef class Room:
    cdef long long[::1] _block
    cdef Py_ssize_t _given

    @cython.locals(start=Py_ssize_t, stop=Py_ssize_t)
    cdef long long[::1] few_rows(self)

cdef class Timeline:
    cdef public long long count
    cdef public long long[::1] cells
    cdef public bint grows
    cdef public bint ordered
    cdef public list fragments

    @cython.locals(what=cython.longlong)
    cpdef message(self, long long direction, long long content_type, long long type_, long long length,
                  long long frame, long long time, long long first_frame, long long protection, long long level)

    @cython.locals(what=cython.longlong)
    cpdef record(self, long long direction, long long content_type, long long version, long long size,
                 long long frame, long long time, long long marks)

    @cython.locals(at=cython.longlong)
    cdef int _add(self, long long what, long long length, long long frame, long long first_frame,
                  long long time) except -1

    @cython.locals(smaller="long long[::1]", i=cython.longlong)
    cdef _grow(self)

    @cython.locals(other=Timeline, i=cython.longlong)
    cpdef Timeline copy(self)

    @cython.locals(row=cython.longlong, at=cython.longlong, what=cython.longlong, made=list)
    cpdef list messages(self, make)

    @cython.locals(row=cython.longlong, at=cython.longlong, what=cython.longlong, made=list)
    cpdef list records(self, make)

    @cython.locals(row=cython.longlong, at=cython.longlong, number=cython.longlong)
    cpdef note_opened(self, list opened)

    @cython.locals(row=cython.longlong, at=cython.longlong)
    cpdef swap(self)

    @cython.locals(row=cython.longlong, at=cython.longlong)
    cpdef count_frames_from(self, long long before)

    @cython.locals(row=cython.longlong, at=cython.longlong, found=list)
    cpdef list frames(self)
