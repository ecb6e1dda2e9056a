"""What a certificate is made of: plain DER enters, its parts leave, each still in its own bytes.

Nothing is understood here but where things stand (RFC 5280 §4.1): a version 3 certificate that says its signature
algorithm twice alike, and is not its own issuer. Kernel file: compiled where a C compiler is found (types in
`parts.pxd`), interpreted otherwise.
"""

from .walk import OddError, Walk

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OBJECT_IDENTIFIER, SEQUENCE = 0x01, 0x02, 0x03, 0x04, 0x06, 0x30
VERSION_TAG, EXTENSIONS_TAG = 0xA0, 0xA3
VERSION_3 = b"\x02\x01\x02"
TRUE = b"\xff"

Extension = tuple[bytes, bytes, bytes]  # its identifier; all of it; its value


class Parts:
    """Parts of a TBSCertificate. Whole elements, but of serial number, validity and key bits the contents."""

    __slots__ = (
        "algorithm",
        "extensions",
        "issuer",
        "key",
        "key_algorithm",
        "key_bits",
        "serial",
        "subject",
        "validity",
    )

    def __init__(self) -> None:
        self.serial = b""
        self.algorithm = b""
        self.issuer = b""
        self.validity = b""
        self.subject = b""
        self.key = b""
        self.key_algorithm = b""
        self.key_bits = b""
        self.extensions: list[Extension] = []


def split(der: bytes) -> Parts | None:
    """Take a certificate apart; None where that takes more than a plain walk."""
    try:
        return _certificate(der)
    except OddError:
        return None


def _certificate(der: bytes) -> Parts:
    walk = Walk(der)
    end = walk.enter(SEQUENCE)
    parts = _body(walk)
    if walk.whole(SEQUENCE) != parts.algorithm or parts.issuer == parts.subject:
        raise OddError
    _octets(walk)
    walk.leave(end)
    walk.leave(len(der))
    return parts


def _body(walk: Walk) -> Parts:
    parts = Parts()
    stop = walk.enter(SEQUENCE)
    if walk.take(VERSION_TAG) != VERSION_3:
        raise OddError
    parts.serial = walk.take(INTEGER)
    parts.algorithm = walk.whole(SEQUENCE)
    parts.issuer = walk.whole(SEQUENCE)
    parts.validity = walk.take(SEQUENCE)
    parts.subject = walk.whole(SEQUENCE)
    _key(walk, parts)
    if walk.position != stop:
        parts.extensions = _extensions(walk)
    walk.leave(stop)
    return parts


def _key(walk: Walk, parts: Parts) -> None:
    """Open SubjectPublicKeyInfo, RFC 5280 §4.1.2.7."""
    start = walk.position
    stop = walk.enter(SEQUENCE)
    parts.key_algorithm = walk.whole(SEQUENCE)
    parts.key_bits = _octets(walk)
    walk.leave(stop)
    parts.key = walk.since(start)


def _octets(walk: Walk) -> bytes:
    """Take a BIT STRING that fills its octets: byte one counts the unused bits, X.690 §8.6.2."""
    content = walk.take(BIT_STRING)
    if len(content) < 2 or content[0] != 0:
        raise OddError
    return content


def _extensions(walk: Walk) -> list[Extension]:
    """Open Extensions, RFC 5280 §4.1.2.9: none comes twice."""
    found: list[Extension] = []
    kinds: set[bytes] = set()
    outer = walk.enter(EXTENSIONS_TAG)
    stop = walk.enter(SEQUENCE)
    while walk.position < stop:
        start = walk.position
        end = walk.enter(SEQUENCE)
        kind = walk.take(OBJECT_IDENTIFIER)
        if walk.tag() == BOOLEAN and walk.take(BOOLEAN) != TRUE:
            raise OddError
        value = walk.take(OCTET_STRING)
        walk.leave(end)
        found.append((kind, walk.since(start), value))
        kinds.add(kind)
    walk.leave(stop)
    walk.leave(outer)
    if not found or len(kinds) != len(found):
        raise OddError
    return found
