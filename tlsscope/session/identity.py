"""What a session is called: its addresses, its start and its client's random enter, an id leaves.

Kernel file: compiled where a C compiler is found, interpreted otherwise.
"""

from hashlib import blake2b

from .model import Session


def identity(session: Session) -> str:
    """Name a session by its traffic alone, so that every run gives it the same name."""
    client, server, hello = session.client, session.server, session.client_hello
    text = f"{client.ip} {client.port} {server.ip} {server.port} {session.start}"
    return blake2b(text.encode() + (hello.random if hello is not None else b""), digest_size=8).hexdigest()
