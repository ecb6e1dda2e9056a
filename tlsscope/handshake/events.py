"""What the dialogue tells of both ends: the events that a session is made of."""

from typing import Any, Protocol

from .messages import Sslv2ServerHello


class Observer(Protocol):
    """Where events go. Directions are CLIENT and SERVER."""

    told: bool
    keeps_fragments: bool  # whether encrypted fragments are wanted

    weight: int  # bytes of memory that it holds, about
    seen_from_start: bool  # whether the connection's first bytes were captured

    def message(
        self, direction: int, type_: int, body: bytes, value: Any, first_frame: int, frame: int, time: int
    ) -> bool:
        """Take a handshake message; `value` is what its parser gave, None where it has none.

        True where it begins another session in the same connection.
        """

    def malformed(self, direction: int, type_: int, frame: int, why: str) -> None:
        """Take note of what is wrong with the message that was taken last."""

    def alert(self, direction: int, level: int, description: int, frame: int, time: int) -> None:
        """Take an alert in clear."""

    def change_cipher_spec(self, direction: int, frame: int, time: int) -> None:
        """Take a ChangeCipherSpec."""

    def sealed(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take a protected record of `size` bytes with its header."""

    def old_server_hello(self, hello: Sslv2ServerHello, length: int, frame: int, time: int) -> None:
        """Take a SERVER-HELLO of SSL 2.0."""

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes."""

    def cut(self, direction: int, size: int, frame: int) -> None:
        """Take note of bytes that the capture did not keep."""

    def oddity(self, kind: str, direction: int, frame: int) -> None:
        """Take note of something odd: `lost`, `conflict`."""

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Take note of a bound that was hit."""

    def restart(self) -> None:
        """Listen again after all was told."""

    def roles(self, client: int) -> None:
        """Learn which direction of the connection is the client's."""

    def swap_roles(self) -> None:
        """Learn that the client was taken for the server."""

    def closed(self, ending: Any) -> None:
        """Take note of the end of the connection."""
