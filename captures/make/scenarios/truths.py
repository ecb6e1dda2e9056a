"""Short words for the truths that recur; each is one row of "what must happen" with its usual fields."""

from dataclasses import replace

from model import Session

Names = tuple[str, ...]


def one_way(version: str, server: Names, **more: object) -> Session:
    """The server shows its certificates; the client is not asked for any."""
    session = Session(
        version=version,
        authentication="one-way",
        client_certificate="not-requested",
        server_certificates=server,
    )
    return replace(session, **more)


def declined(version: str, server: Names, **more: object) -> Session:
    """The server asks; the client sends an empty Certificate, and the handshake goes on."""
    session = one_way(version, server, client_certificate="declined", certificate_requested=True)
    return replace(session, **more)


def mutual(version: str, server: Names, client: Names, **more: object) -> Session:
    """The server asks; the client presents certificates and proves that it holds the key."""
    session = one_way(
        version,
        server,
        authentication="mutual",
        client_certificate="presented",
        client_certificates=client,
        certificate_requested=True,
    )
    return replace(session, **more)


def missing(version: str, server: Names, **more: object) -> Session:
    """The server requires a certificate, the client has none: declined, and the server ends it."""
    return declined(version, server, outcome="failed", failed_by="server", **more)


def rejected(version: str, server: Names, client: Names, **more: object) -> Session:
    """The client presents certificates that the server does not accept, and the server ends it."""
    return mutual(version, server, client, outcome="failed", failed_by="server", **more)


def distrusted(version: str, server: Names, **more: object) -> Session:
    """The client does not accept the server's certificates, and ends it."""
    return one_way(version, server, outcome="failed", failed_by="client", **more)


def resumed(original: Session, kind: str, index: int = 0, **more: object) -> Session:
    """A session resumed: no certificate and no request on the wire; who is who is inherited."""
    session = replace(
        original,
        resumed=kind,
        original=index,
        certificate_requested=False,
        server_certificates=(),
        client_certificates=(),
        hello_retry=False,
    )
    return replace(session, **more)


def undecided(**more: object) -> Session:
    """A handshake that ended before anybody proved anything."""
    session = Session(
        version=None, authentication="unknown", client_certificate="unknown", certificate_requested=None
    )
    return replace(session, outcome="failed", **more)
