"""What listens to a connection: chunks, gaps and the end enter, in order; whether to go on leaves.

Kernel file: compiled where a C compiler is found (types in `listener.pxd`), interpreted otherwise.
"""

LISTENING = 0  # go on
TOLD = 1  # all is known: only count from here on
NOT_TLS = 2  # this is no TLS: give the connection back to the search


class Listener:
    """The base of all listeners. `direction` is 0 for bytes that endpoint a sent, 1 for those of b.

    `weight` is about how many bytes of memory it holds: the table ends the oldest when all together are too heavy.
    """

    def __init__(self) -> None:
        self.weight = 0

    def chunk(self, direction: int, data: bytes, frame: int, time: int) -> int:
        """Take contiguous bytes that came in (or were completed by) `frame`; give LISTENING, TOLD or NOT_TLS."""
        raise NotImplementedError

    def gap(self, direction: int, size: int, frame: int, time: int) -> int:
        """Take note that `size` bytes are missing before what comes next, which is in `frame`."""
        raise NotImplementedError

    def cut(self, direction: int, size: int, frame: int, time: int) -> int:
        """Take note that the capture kept `size` bytes less of `frame` than the wire carried."""
        return self.gap(direction, size, frame, time)

    def conflict(self, direction: int, frame: int) -> None:
        """Take note that a retransmission in `frame` had other bytes than the first copy."""
        raise NotImplementedError

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Take note that a bound of ours was hit."""
        raise NotImplementedError

    def closed(self, ending: "Closing") -> None:
        """Take note of the end: nothing comes after it."""
        raise NotImplementedError


class Closing:
    """How a connection ended, with its counts by direction (a, b)."""

    __slots__ = ("by", "bytes", "frame", "kind", "packets")

    def __init__(
        self, kind: str, by: int, frame: int, packets: tuple[int, int], bytes_: tuple[int, int]
    ) -> None:
        self.kind = kind  # "fin", "rst", "idle" or "open"
        self.by = by  # the direction of the first FIN or RST, -1 for none
        self.frame = frame
        self.packets = packets
        self.bytes = bytes_
