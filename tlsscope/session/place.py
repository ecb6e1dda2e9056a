"""Where a session is: the connection that it was seen in, and a name that it keeps on every run.

Kernel file: compiled where a C compiler is found (types in `place.pxd`), interpreted otherwise.
"""

from hashlib import blake2b

from .model import Endpoint, Session


class Place:
    """Where a connection was seen: the capture, its clock, the two endpoints (a, b), the tunnels around it."""

    __slots__ = ("encapsulation", "endpoints", "file", "seen_from_start", "time_digits")

    def __init__(
        self,
        file: str,
        time_digits: int,
        endpoints: tuple[Endpoint, Endpoint],
        encapsulation: tuple[str, ...],
        seen_from_start: bool,  # noqa: FBT001
    ) -> None:
        self.file = file
        self.time_digits = time_digits
        self.endpoints = endpoints
        self.encapsulation = encapsulation
        self.seen_from_start = seen_from_start


def identity(session: Session) -> str:
    """Name a session by its traffic alone, so that every run gives it the same name."""
    client, server, hello = session.client, session.server, session.client_hello
    text = f"{client.ip} {client.port} {server.ip} {server.port} {session.start}"
    return blake2b(text.encode() + (hello.random if hello is not None else b""), digest_size=8).hexdigest()
