"""What the rules look at: a session enters; what it negotiated, the chains it showed and their meeting leave.

Each is as little as its rules need, so that what is said of it can be remembered. No opinions here.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from tlsscope.certificate.model import Certificate
from tlsscope.handshake.extensions import find, is_tls13, server_name
from tlsscope.handshake.extensions.codes import ENCRYPTED_CLIENT_HELLO, KEY_SHARE, KEY_SHARE_DRAFT, SERVER_NAME
from tlsscope.session.model import Session
from tlsscope.wire import MalformedError

LAST_SECOND = 253402300799  # of the year 9999


class Negotiated(NamedTuple):
    """What the ServerHello settled; `psk_alone`: keys from a pre-shared key without a key share (psk_ke)."""

    version: int | None
    cipher_suite: int | None
    psk_alone: bool


class Chain(msgspec.Struct, frozen=True):
    """The certificates of one side as sent, leaf first; there is at least one."""

    side: str  # server or client
    certificates: tuple[Certificate, ...]

    @property
    def leaf(self) -> Certificate:
        """The certificate of the peer itself."""
        return self.certificates[0]


class Meeting(NamedTuple):
    """A leaf certificate and the time of a handshake, as `moment` writes it; None where there is no clock."""

    side: str
    leaf: Certificate
    moment: str | None


class Question(NamedTuple):
    """What a server's certificate is to prove: the name asked for; a hidden one is only a cover for another."""

    name: bytes | None  # server_name of the (first) ClientHello
    hidden: bool


NO_QUESTION = Question(None, hidden=False)


def negotiated(session: Session) -> Negotiated:
    """Sum up what was negotiated."""
    hello, version = session.server_hello, session.version
    if hello is None:
        return Negotiated(version, None, psk_alone=False)
    psk_alone = (
        version is not None
        and is_tls13(version)
        and find(hello.extensions, KEY_SHARE) is None
        and find(hello.extensions, KEY_SHARE_DRAFT) is None
    )
    return Negotiated(version, hello.cipher_suite, psk_alone)


def question(session: Session) -> Question:
    """Take what the client asked for."""
    hello, version = session.client_hello, session.version
    if hello is None:
        return NO_QUESTION
    hidden = (
        version is not None
        and is_tls13(version)
        and find(hello.extensions, ENCRYPTED_CLIENT_HELLO) is not None  # RFC 9849: the outer name is a cover
    )
    return Question(find(hello.extensions, SERVER_NAME), hidden)


def name_asked_for(asked: Question) -> str | None:
    """Read the name; None where there is none to be read."""
    if not asked.name:
        return None
    try:
        return server_name(asked.name)
    except MalformedError:
        return None


@lru_cache(maxsize=1024)
def moment(second: int) -> str | None:
    """Write a second since the epoch as certificates' times are written, so that they compare as text."""
    if not 0 < second <= LAST_SECOND:
        return None
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None).isoformat() + "Z"
