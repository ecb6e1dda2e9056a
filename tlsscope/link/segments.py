"""Segments: the TCP segments of one window as columns.

Kernel file: compiled where a C compiler is found (types in `segments.pxd`), interpreted otherwise.
"""

from array import array

from tlsscope.capture.frames import CAPACITY


class Segments:
    """Row i is the segment in row `frame[i]` of the window.

    The connection's key is two 128-bit addresses (`high_a`, `low_a`, `high_b`, `low_b`) and `ports`: IP version, port a
    and port b as one number; endpoint a is the smaller one, so that both directions have one key. `direction[i]` is 0
    where a sent it. `length[i]` bytes of payload are at `payload[i]` in the buffer, of `wire[i]` on the wire.
    `encapsulation[i]` indexes the decoder's list of labels.
    """

    def __init__(self) -> None:
        self.count = 0
        self.frame = array("q", bytes(8 * CAPACITY))
        self.high_a = array("Q", bytes(8 * CAPACITY))
        self.low_a = array("Q", bytes(8 * CAPACITY))
        self.high_b = array("Q", bytes(8 * CAPACITY))
        self.low_b = array("Q", bytes(8 * CAPACITY))
        self.ports = array("Q", bytes(8 * CAPACITY))
        self.direction = array("q", bytes(8 * CAPACITY))
        self.seq = array("q", bytes(8 * CAPACITY))
        self.ack = array("q", bytes(8 * CAPACITY))
        self.flags = array("q", bytes(8 * CAPACITY))
        self.payload = array("q", bytes(8 * CAPACITY))
        self.length = array("q", bytes(8 * CAPACITY))
        self.wire = array("q", bytes(8 * CAPACITY))
        self.encapsulation = array("q", bytes(8 * CAPACITY))
