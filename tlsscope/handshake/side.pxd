cdef class Side:
    cdef bint sealed
    cdef bint trusted
    cdef bytearray assembly
    cdef long long need
    cdef long long first

    cdef void begin(self) noexcept
    cdef void forget(self) noexcept
    cdef void lose(self) noexcept
    cdef void seal(self) noexcept
    cdef long long weight(self) noexcept
