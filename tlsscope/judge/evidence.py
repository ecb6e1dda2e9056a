"""What the rules look at: a session enters; what it negotiated, the chains it showed and their meeting leave.

Each is as little as its rules need, so that what is said of it can be remembered. No opinions here.
Kernel file: compiled where a C compiler is found (types in `evidence.pxd`), interpreted otherwise.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from tlsscope.certificate.model import Certificate
from tlsscope.handshake.extensions.codes import ENCRYPTED_CLIENT_HELLO, KEY_SHARE, KEY_SHARE_DRAFT, SERVER_NAME
from tlsscope.handshake.extensions.negotiation import server_name
from tlsscope.handshake.extensions.opening import find
from tlsscope.session.agreed import read

from .case import Case

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
    """The name that a server's certificate is to prove; a hidden one is only a cover for another."""

    name: str
    hidden: bool


def is_psk_alone(case: Case) -> bool:
    """Tell a TLS 1.3 session whose ServerHello has no key share."""
    if case.server_hello is None or not case.is_tls_1_3:
        return False
    return case.answered(KEY_SHARE) is None and case.answered(KEY_SHARE_DRAFT) is None


def is_cover(case: Case) -> bool:
    """Tell that the name which the client asked for is a cover for another, RFC 9849."""
    hello = case.first_hello
    return case.is_tls_1_3 and hello is not None and find(hello.extensions, ENCRYPTED_CLIENT_HELLO) is not None


def name_asked_for(case: Case) -> str | None:
    """Read server_name of the (first) ClientHello; None where there is none to be read."""
    hello = case.first_hello
    body = None if hello is None else find(hello.extensions, SERVER_NAME)
    return read(body, server_name) if body else None


@lru_cache(maxsize=1024)
def moment(second: int) -> str | None:
    """Write a second since the epoch as certificates' times are written, so that they compare as text."""
    if not 0 < second <= LAST_SECOND:
        return None
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None).isoformat() + "Z"
