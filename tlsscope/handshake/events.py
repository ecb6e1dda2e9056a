"""What takes the events that the dialogue tells of both ends, and that a session is made of.

Kernel file: compiled where a C compiler is found (types in `events.pxd`), interpreted otherwise.
"""

from typing import Any

from .messages import Sslv2ServerHello


class EventSink:
    """The base of all that take events. Directions are CLIENT and SERVER."""

    __slots__ = ("keeps_fragments", "seen_from_start", "told", "weight")

    def __init__(self, keeps_fragments: bool, seen_from_start: bool) -> None:  # noqa: FBT001
        self.told = False  # whether all is known: events need not come any more
        self.weight = 0  # bytes of memory that it holds, about
        self.keeps_fragments = keeps_fragments  # whether encrypted fragments are wanted
        self.seen_from_start = seen_from_start  # whether the connection's first bytes were captured

    def message(
        self, direction: int, type_: int, body: bytes, value: Any, first_frame: int, frame: int, time: int
    ) -> bool:
        """Take a handshake message; `value` is what its parser gave, None where it has none.

        True where it begins another session in the same connection.
        """
        raise NotImplementedError

    def malformed(self, direction: int, type_: int, frame: int, why: str) -> None:
        """Take note of what is wrong with the message that was taken last."""
        raise NotImplementedError

    def alert(self, direction: int, level: int, description: int, frame: int, time: int) -> None:
        """Take an alert in clear."""
        raise NotImplementedError

    def change_cipher_spec(self, direction: int, frame: int, time: int) -> None:
        """Take a ChangeCipherSpec."""
        raise NotImplementedError

    def sealed(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take a protected record of `size` bytes with its header."""
        raise NotImplementedError

    def old_server_hello(self, hello: Sslv2ServerHello, length: int, frame: int, time: int) -> None:
        """Take a SERVER-HELLO of SSL 2.0."""
        raise NotImplementedError

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes."""
        raise NotImplementedError

    def cut(self, direction: int, size: int, frame: int) -> None:
        """Take note of bytes that the capture did not keep."""
        raise NotImplementedError

    def oddity(self, kind: str, direction: int, frame: int) -> None:
        """Take note of something odd: `lost`, `conflict`."""
        raise NotImplementedError

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Take note of a bound that was hit."""
        raise NotImplementedError

    def restart(self) -> None:
        """Listen again after all was told."""
        raise NotImplementedError

    def roles(self, client: int) -> None:
        """Learn which direction of the connection is the client's."""
        raise NotImplementedError

    def swap_roles(self) -> None:
        """Learn that the client was taken for the server."""
        raise NotImplementedError

    def closed(self, ending: Any) -> None:
        """Take note of the end of the connection."""
        raise NotImplementedError
