"""What a session is called: its addresses, its start and its client's random enter, an id leaves.

Kernel file: compiled where a C compiler is found (types in `identity.pxd`), interpreted otherwise.
"""

from hashlib import blake2b

from .model import Session


def identity(session: Session) -> str:
    """Name a session by its traffic alone, so that every run gives it the same name."""
    client, server, hello, start = session.client, session.server, session.client_hello, session.start
    client_ip, client_port, server_ip, server_port = client.ip, client.port, server.ip, server.port
    text = f"{client_ip} {client_port} {server_ip} {server_port} {start}"
    random = b"" if hello is None else hello.random
    return blake2b(text.encode() + random, digest_size=8).hexdigest()
