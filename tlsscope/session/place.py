"""Where a session is: the connection that it was seen in, and a name that it keeps on every run."""

from hashlib import blake2b

import msgspec

from .model import Endpoint, Session


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a connection was seen: the capture, its clock, the two endpoints (a, b), the tunnels around it."""

    file: str
    time_digits: int
    endpoints: tuple[Endpoint, Endpoint]
    encapsulation: tuple[str, ...] = ()
    seen_from_start: bool = True


def identity(session: Session) -> str:
    """Name a session by its traffic alone, so that every run gives it the same name."""
    client, server, hello = session.client, session.server, session.client_hello
    text = f"{client.ip} {client.port} {server.ip} {server.port} {session.start}"
    return blake2b(text.encode() + (hello.random if hello is not None else b""), digest_size=8).hexdigest()
