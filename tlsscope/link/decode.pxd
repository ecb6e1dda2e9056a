cimport cython
from ..capture.dedup cimport Copies
from ..capture.frames cimport Frames
from .. cimport words
from .segments cimport Segments

cdef long long ETHERNET
cdef long long _IPV4
cdef long long _IPV6
cdef long long _TCP
cdef long long _UDP
cdef long long _RARE_LINK
cdef long long _LLC
cdef long long _UNREADABLE
cdef long long DEEPEST

@cython.final
cdef class Decoder:
    cdef public list labels
    cdef public long long other
    cdef public long long malformed
    cdef public long long fragments
    cdef public long long unknown_link
    cdef public long long copies
    cdef Copies _known_packets
    cdef object _pending
    cdef Frames _frames
    cdef dict _known
    cdef long long _encapsulation
    cdef long long _at
    cdef long long _cut
    cdef long long _depth

    @cython.locals(row=cython.longlong, start=cython.longlong, stop=cython.longlong, link=cython.longlong,
                   protocol=cython.longlong, cut=cython.longlong, plain_ethernet=cython.bint)
    cpdef decode(self, const unsigned char[::1] buffer, Frames frames, list link_types, Segments segments)

    cpdef drop_copies(self)

    cdef bint _is_copy(self, const unsigned char[::1] buffer, long long start, long long stop, long long protocol,
                       long long time) except -1

    @cython.locals(protocol=cython.longlong)
    cdef Py_ssize_t _link(self, const unsigned char[::1] buffer, long long at, long long stop, long long link) except? -2

    cdef Py_ssize_t _tagged(self, const unsigned char[::1] buffer, long long stop, long long protocol) except? -2

    cdef Py_ssize_t _version(self, const unsigned char[::1] buffer, long long at, long long stop) except? -2

    cdef Py_ssize_t _vlan(self, const unsigned char[::1] buffer, long long stop, long long protocol) except? -2

    cdef _name(self, tuple names)

    @cython.locals(cut=cython.longlong)
    cdef _rare(self, found, const unsigned char[::1] buffer, long long at, long long stop, long long row,
               Segments segments)

    cdef _network(self, const unsigned char[::1] buffer, long long at, long long stop, long long protocol,
                      long long cut, long long row, Segments segments)

    @cython.locals(header=cython.longlong, total=cython.longlong, end=cython.longlong, transport=cython.longlong)
    cdef _ipv4(self, const unsigned char[::1] buffer, long long at, long long stop, long long cut, long long row,
                   Segments segments)

    @cython.locals(length=cython.longlong, end=cython.longlong, transport=cython.longlong, position=cython.longlong,
                   step=cython.longlong)
    cdef _ipv6(self, const unsigned char[::1] buffer, long long at, long long stop, long long cut, long long row,
                   Segments segments)

    @cython.locals(place=cython.longlong)
    cdef _fragment(self, const unsigned char[::1] buffer, long long at, long long stop, long long end,
                       long long row, Segments segments)

    cdef _transport(self, long long transport, const unsigned char[::1] buffer, long long at, long long stop,
                        long long end, long long row, Segments segments)

    cdef bint _tunnel_port(self, long long source, long long target) except -1

    cdef bint _is_of_tunnel(self, long long port) except -1

    @cython.locals(payload=cython.longlong, source=cython.longlong, target=cython.longlong, i=cython.longlong,
                   swap=cython.bint, there=cython.longlong, place=cython.ulonglong)
    cdef _tcp(self, const unsigned char[::1] buffer, long long at, long long stop, long long end, long long row,
                  Segments segments, unsigned long long high_source, unsigned long long low_source,
                  unsigned long long high_target, unsigned long long low_target, long long version)
