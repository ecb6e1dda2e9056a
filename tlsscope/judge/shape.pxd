cimport cython
from ..handshake.extensions.opening cimport find
from ..session.timeline cimport Timeline
from .rows cimport block, is_alert, said, sealed_handshake

@cython.locals(rows=Timeline, numbers=tuple, frames=list, speakers=cython.longlong, only_hellos=cython.bint,
               key=tuple, cited=list)
cpdef shape(case)

@cython.locals(same=list, frame=cython.longlong, last=cython.longlong)
cdef tuple _order(list frames)

@cython.locals(packets=tuple)
cdef tuple _circumstances(session)

@cython.locals(directions=tuple, sealed_frames=list, sizes=list, after_gap=cython.bint, has_data=cython.bint,
               cited=list, key=tuple)
cdef _clear(session, Timeline rows, tuple numbers, list frames, long long speakers)

@cython.locals(cited=list)
cdef _sealed(case)

@cython.locals(contents=tuple, frames=tuple, later=tuple, finished=cython.longlong, padded=cython.longlong,
               end=cython.longlong, content=cython.longlong)
cdef tuple _client(flight, bint post_handshake)

@cython.locals(contents=tuple, frames=tuple, later=tuple, finished=cython.longlong, padded=cython.longlong,
               begun=cython.longlong, alerts=cython.longlong, content=cython.longlong)
cdef tuple _server(flight, client)
