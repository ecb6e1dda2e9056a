cpdef str identity(session)
