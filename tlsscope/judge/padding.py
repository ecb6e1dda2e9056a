"""Deliberate padding: the sizes of one direction enter, what they may mean under block padding leaves.

A sender that pads every record to a multiple of a block (RFC 8446 §5.4) shows sizes with a common divisor.
Each divisor is a hypothesis; a verdict stands only if all hypotheses that explain the sizes agree on it.
"""

from tlsscope.session.model import ClientCertificate

from .flight import EMPTY_CERTIFICATE, Flight
from .rows import SUSPECT_BLOCK

PADDED_FROM = 20  # three sizes or more with a common divisor of so much are no accident
LEAST_CERTIFICATE = 80  # no Certificate message of any use is smaller
NEVER_MERGED_TO = 16  # mbedTLS pads to 16 and sends message by message; no stack that merges pads so little


def is_padded(flight: Flight) -> bool:
    """Tell deliberate padding for certain enough to distrust all exact sizes."""
    return len(flight.contents) >= 3 and flight.block() >= PADDED_FROM


def readings(flight: Flight) -> set[ClientCertificate]:
    """Name every verdict that some block size explains; empty where none of note divides all records."""
    common = flight.block()
    found: set[ClientCertificate] = set()
    if common < SUSPECT_BLOCK:
        return found
    for block in _divisors(common):
        found |= _under(flight, block)
    return found


def _divisors(number: int) -> list[int]:
    small = [low for low in range(1, int(number**0.5) + 1) if number % low == 0]
    return [block for block in {*small, *(number // low for low in small)} if block >= SUSPECT_BLOCK]


def _under(flight: Flight, block: int) -> set[ClientCertificate]:
    def padded(content: int) -> int:
        return -(-(content + 1) // block) * block

    finished, empty = padded(flight.finished), padded(EMPTY_CERTIFICATE)
    merged = padded(EMPTY_CERTIFICATE + flight.finished)
    first = flight.contents[0] + 1
    second = flight.contents[1] + 1 if len(flight.contents) > 1 else None
    found = set()
    if first == finished:
        found.add(ClientCertificate.NOT_REQUESTED)
    apart = first == empty and (second == finished or (second is None and flight.cut))
    if apart or (first == merged and block > NEVER_MERGED_TO):
        found.add(ClientCertificate.DECLINED)
    if first >= padded(LEAST_CERTIFICATE):
        found.add(ClientCertificate.PRESENTED)
    return found
