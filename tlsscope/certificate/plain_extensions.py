"""Extensions that are read straight from their bytes: an extension's value enters, its fields leave.

Those that nearly every certificate has of its own, in their plainest form; whatever is more than that is an
`OddError`, and a library reads the certificate instead. Kernel file: compiled where a C compiler is found (types in
`plain_extensions.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from ipaddress import IPv6Address
from typing import Any

from .der import encoded
from .walk import OddError, Walk

OCTET_STRING, OBJECT_IDENTIFIER, SEQUENCE = 0x04, 0x06, 0x30
RFC822_NAME, DNS_NAME, URI, IP_ADDRESS, KEY_IDENTIFIER = 0x81, 0x82, 0x86, 0x87, 0x80
DISTRIBUTION_POINT, FULL_NAME = 0xA0, 0xA0

MOST_NAMES = 1000  # of one extension: longer lists are cut, and the cut is told, by `facts`
TIMESTAMP_HEAD = 43  # version, log id, time, length of extensions: RFC 6962 §3.2
SHA256, RSA, ECDSA = 4, 1, 3  # RFC 5246 §7.4.1.4.1

_OCSP, _CA_ISSUERS = encoded("1.3.6.1.5.5.7.48.1"), encoded("1.3.6.1.5.5.7.48.2")


def alternative_names(value: bytes) -> dict[str, Any]:
    """Read SubjectAltName, RFC 5280 §4.2.1.6: host names, addresses of both kinds, URIs."""
    walk = Walk(value)
    stop = walk.enter(SEQUENCE)
    found: list[str] = []
    while walk.position < stop:
        tag = walk.tag()
        content = walk.take(tag)
        if tag == DNS_NAME:
            found.append("dns:" + _text(content))
        elif tag == IP_ADDRESS:
            found.append("ip:" + _address(content))
        elif tag == RFC822_NAME:
            found.append("email:" + _text(content))
        elif tag == URI:
            found.append("uri:" + _text(content))
        else:
            raise OddError
    _end(walk, stop, len(value), len(found))
    return {"subject_alternative_names": tuple(found)}


def subject_key_id(value: bytes) -> dict[str, Any]:
    """Read SubjectKeyIdentifier, RFC 5280 §4.2.1.2."""
    walk = Walk(value)
    identifier = walk.take(OCTET_STRING)
    walk.leave(len(value))
    return {"subject_key_id": identifier.hex()}


def authority_key_id(value: bytes) -> dict[str, Any]:
    """Read AuthorityKeyIdentifier, RFC 5280 §4.2.1.1, of a key alone."""
    walk = Walk(value)
    stop = walk.enter(SEQUENCE)
    identifier = walk.take(KEY_IDENTIFIER)
    walk.leave(stop)
    walk.leave(len(value))
    return {"authority_key_id": identifier.hex()}


def authority_information(value: bytes) -> dict[str, Any]:
    """Read AuthorityInfoAccess, RFC 5280 §4.2.2.1: URIs."""
    walk = Walk(value)
    stop = walk.enter(SEQUENCE)
    ocsp: list[str] = []
    ca_issuers: list[str] = []
    while walk.position < stop:
        end = walk.enter(SEQUENCE)
        method = walk.take(OBJECT_IDENTIFIER)
        if method == _OCSP:
            ocsp.append(_text(walk.take(URI)))
        elif method == _CA_ISSUERS:
            ca_issuers.append(_text(walk.take(URI)))
        else:
            raise OddError
        walk.leave(end)
    _end(walk, stop, len(value), len(ocsp) + len(ca_issuers))
    return {"ocsp": tuple(ocsp), "ca_issuers": tuple(ca_issuers)}


def distribution_points(value: bytes) -> dict[str, Any]:
    """Read CRLDistributionPoints, RFC 5280 §4.2.1.13: one URI each."""
    walk = Walk(value)
    stop = walk.enter(SEQUENCE)
    found: list[str] = []
    while walk.position < stop:
        end = walk.enter(SEQUENCE)
        point = walk.enter(DISTRIBUTION_POINT)
        name = walk.enter(FULL_NAME)
        found.append(_text(walk.take(URI)))
        walk.leave(name)
        walk.leave(point)
        walk.leave(end)
    _end(walk, stop, len(value), len(found))
    return {"crl": tuple(found)}


def timestamps(value: bytes) -> dict[str, Any]:
    """Count a SignedCertificateTimestampList, RFC 6962 §3.3: version 1, no extensions, RSA or ECDSA with SHA-256."""
    walk = Walk(value)
    listed = walk.take(OCTET_STRING)
    walk.leave(len(value))
    end = len(listed)
    position = _after(listed, 0, end)
    if position != end:
        raise OddError
    position = 2
    count = 0
    while position < end:
        stop = _after(listed, position, end)
        signature = position + 2 + TIMESTAMP_HEAD + 2
        if signature + 2 > stop or listed[position + 2] or listed[signature - 4] or listed[signature - 3]:
            raise OddError
        if listed[signature - 2] != SHA256 or listed[signature - 1] not in (RSA, ECDSA):
            raise OddError
        if _after(listed, signature, stop) != stop:
            raise OddError
        position = stop
        count += 1
    if not 1 <= count <= MOST_NAMES:
        raise OddError
    return {"scts": count}


def _after(data: bytes, position: int, end: int) -> int:
    """Tell where a vector with a two-byte length ends."""
    if position + 2 > end:
        raise OddError
    stop = position + 2 + (data[position] << 8 | data[position + 1])
    if stop > end:
        raise OddError
    return stop


def _end(walk: Walk, stop: int, size: int, count: int) -> None:
    """Prove that a list ends where its value ends, and holds neither nothing nor a flood."""
    walk.leave(stop)
    walk.leave(size)
    if not 1 <= count <= MOST_NAMES:
        raise OddError


def _text(content: bytes) -> str:
    if not content.isascii():
        raise OddError
    return content.decode()


def _address(content: bytes) -> str:
    if len(content) == 4:
        return f"{content[0]}.{content[1]}.{content[2]}.{content[3]}"
    if len(content) == 16:
        return str(IPv6Address(content))
    raise OddError


PLAIN: dict[bytes, Callable[[bytes], dict[str, Any]]] = {
    encoded("2.5.29.14"): subject_key_id,
    encoded("2.5.29.17"): alternative_names,
    encoded("2.5.29.31"): distribution_points,
    encoded("2.5.29.35"): authority_key_id,
    encoded("1.3.6.1.5.5.7.1.1"): authority_information,
    encoded("1.3.6.1.4.1.11129.2.4.2"): timestamps,
}
