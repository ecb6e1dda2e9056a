"""Our own sessions enter, Accounts leave: the other side of a comparison, read with our own means."""

from tlsscope.session import agreed
from tlsscope.session.fingerprints import DTLS, QUIC, TCP, client_fingerprints, server_fingerprint
from tlsscope.session.model import Session

from .account import Account, Names, account

_JA4_TRANSPORTS = {"DTLS": DTLS, "QUIC": QUIC}


def our_account(session: Session) -> Account:
    """Give our account of a session."""
    return account(session, _names(session))


def _names(session: Session) -> Names:
    hello, answer = session.client_hello, session.server_hello
    client = client_fingerprints(hello, _JA4_TRANSPORTS.get(session.protocol, TCP)) if hello else None
    protocol = agreed.application_protocol(session)
    return Names(
        server_name=agreed.server_name(session),
        alpn=None if protocol is None else protocol.decode("utf-8", "backslashreplace"),
        ja3=client.ja3 if client else None,
        ja3s=server_fingerprint(answer).ja3s if answer else None,
        ja4=client.ja4 if client else None,
    )
