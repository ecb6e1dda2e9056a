"""The arithmetic of TLS 1.3 without keys: sealed records enter, two flights of plaintext sizes leave.

A record's size less its header, its tag and its inner content type is the size of what it holds and of its
padding (RFC 8446 §5.2). All rules compare these numbers, so that they need not know the suite's tag.
Kernel file: compiled where a C compiler is found (types in `flight.pxd`), interpreted otherwise.
"""

from functools import lru_cache
from typing import NamedTuple

from tlsscope.constants import CLEAR
from tlsscope.handshake.messages import Extension
from tlsscope.session.model import Alert, Ending, Session
from tlsscope.session.timeline import Timeline
from tlsscope.tables import cipher_suite

from .rows import Sealed, bends, block, is_alert, sealed_data

HEADER = 5
EMPTY_CERTIFICATE = 8  # header 4, context length 1, list length 3; RFC 8446 §4.4.2
LEAST_BLOCK = 16  # mbedTLS pads so by default
UNBROKEN = (None, None)  # no gap in either direction


class Flight:
    """One direction's sealed records after the ServerHello, as far as no byte of them is missing."""

    __slots__ = ("contents", "cut", "finished", "frames", "hash_length", "overhead")

    def __init__(self, records: Sealed, hash_length: int, overhead: int) -> None:
        self.contents, self.frames, self.cut = records  # size of plaintext and padding of each; `cut`: by a gap
        self.hash_length = hash_length
        self.finished = 4 + hash_length  # content of a Finished
        self.overhead = overhead  # what protection adds to a record

    @property
    def sizes(self) -> tuple[int, ...]:
        """The records' sizes as on the wire, for people."""
        return tuple([content + self.overhead for content in self.contents])

    def block(self) -> int:
        """Give the block that all records may be padded to."""
        return block(self.contents)


class Offers(NamedTuple):
    """What the ClientHello says that bends the rules."""

    known: bool  # False: the ClientHello is not in the capture
    early_data: bool
    application_settings: bool
    compression: bool
    post_handshake: bool
    raw_public_key: bool


NO_HELLO = Offers(
    known=False,
    early_data=False,
    application_settings=False,
    compression=False,
    post_handshake=False,
    raw_public_key=False,
)


def offers(extensions: tuple[Extension, ...]) -> Offers:
    """Read the offers off the last ClientHello: a second one may offer no early data (RFC 8446 §4.2.10)."""
    return _offers(bends(extensions))


@lru_cache(maxsize=32)
def _offers(bits: int) -> Offers:
    return Offers(True, *(bits >> place & 1 == 1 for place in range(len(Offers._fields) - 1)))  # noqa: FBT003


def flights(session: Session, rows: Timeline, suite: int | None, offer: Offers) -> tuple[Flight, Flight] | None:
    """Sort the sealed records into the client's and the server's; None where the suite is not known."""
    frame = session.server_hello_frame
    adds = None if suite is None else _adds(suite)
    if adds is None or frame is None:
        return None
    hash_length, overhead = adds
    # Early data is sealed too, and goes out before the ServerHello comes back.
    client, server = sealed_data(rows, frame if offer.early_data else -1, session.gap_before, overhead)
    return Flight(client, hash_length, overhead), Flight(server, hash_length, overhead)


@lru_cache(maxsize=32)
def _adds(code: int) -> tuple[int, int] | None:
    """Give a suite's length of hash, and what it adds to a record: header, tag, inner content type."""
    suite = cipher_suite(code)
    return None if suite is None else (suite.hash_length, HEADER + suite.tag_length + 1)


def clear_alert(session: Session, direction: int) -> Alert | None:
    """Find a side's fatal alert that was sent in clear."""
    for alert in session.alerts:
        if alert.direction == direction and alert.level != 1 and alert.protection == CLEAR:
            return alert
    return None


def may_be_alert(flight: Flight, content: int) -> bool:
    """Tell a record that may hold an alert, in a flight that pads all to one block too."""
    block = flight.block() if len(flight.contents) > 2 else 1
    return is_alert(content) or (block >= LEAST_BLOCK and content + 1 == block)


def closed_by(session: Session) -> int | None:
    """Tell who closed or reset the connection, None where the capture does not show its end."""
    return session.ended_by if session.ending in (Ending.FIN, Ending.RST) else None


_RSA_SIGNATURES = tuple(bits // 8 for bits in (1024, 1536, 2048, 3072, 4096, 6144, 7680, 8192, 16384))
_ML_DSA_SIGNATURES = {2420: "ML-DSA-44", 3309: "ML-DSA-65", 4627: "ML-DSA-87"}  # FIPS 204, table 2


def _certificate_verify_sizes() -> dict[int, str]:
    """A CertificateVerify is header 4, scheme 2, length 2 and a signature, whose size tells its key."""
    names = {8 + size: f"RSA-{size * 8}" for size in _RSA_SIGNATURES}
    names |= {8 + size: name for size, name in _ML_DSA_SIGNATURES.items()}
    # An ECDSA signature is DER (RFC 8446 §4.2.3): each of its two numbers is a byte longer half of the time.
    names |= dict.fromkeys(range(76, 81), "P-256")
    names |= dict.fromkeys(range(108, 113), "P-384")
    names |= dict.fromkeys(range(143, 148), "P-521")
    return names | {72: "Ed25519", 122: "Ed448"}


CERTIFICATE_VERIFY = _certificate_verify_sizes()
