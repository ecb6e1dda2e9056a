cimport cython

@cython.locals(client_ip=str, server_ip=str, client_port=cython.longlong, server_port=cython.longlong,
               start=cython.longlong, text=str, random=bytes)
cpdef str identity(session)
