"""What takes the records of a connection: whole records, gaps and the end enter, in order.

Kernel file: compiled where a C compiler is found (types in `sink.pxd`), interpreted otherwise.
"""

from tlsscope.flow.listener import Closing


class Sink:
    """The base of all that take records. Directions are those of the connection."""

    __slots__ = ("told", "weight")

    def __init__(self) -> None:
        self.told = False  # whether all is known: records need not come any more
        self.weight = 0  # bytes of memory that it holds, about

    def wants(self, direction: int, content_type: int) -> bool:
        """Tell whether the content of the next record is needed."""
        raise NotImplementedError

    def record(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        first_frame: int, frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take a record of `size` bytes with its header; `fragment` is None where it was not wanted."""
        raise NotImplementedError

    def hello(self, direction: int) -> None:
        """Take note that the next record is a ClientHello in clear, whatever was sealed before."""
        raise NotImplementedError

    def old_message(self, direction: int, body: bytes, frame: int, time: int) -> bool:
        """Take a message of SSL 2.0 (its type first), RFC 5246 §E.2; True where all that follows is SSL 2.0."""
        raise NotImplementedError

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes."""
        raise NotImplementedError

    def cut(self, direction: int, size: int, frame: int) -> None:
        """Take note of bytes that the capture did not keep."""
        raise NotImplementedError

    def lost(self, direction: int, frame: int) -> None:
        """Take note that bytes are no record where one was due."""
        raise NotImplementedError

    def conflict(self, direction: int, frame: int) -> None:
        """Take note of a retransmission with other bytes."""
        raise NotImplementedError

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Take note of a bound that was hit."""
        raise NotImplementedError

    def restart(self) -> None:
        """Listen again after all was told: nothing is known of what came between."""
        raise NotImplementedError

    def closed(self, ending: Closing) -> None:
        """Take note of the end of the connection."""
        raise NotImplementedError
