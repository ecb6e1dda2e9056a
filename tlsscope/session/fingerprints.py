"""Fingerprints of hellos: a hello enters, JA3 and JA4 of a client or JA3S of a server leave.

JA3 and JA3S (text and MD5) follow github.com/salesforce/ja3, JA4 the technical details of
github.com/FoxIO-LLC/ja4 (TLS client method only, BSD-3-Clause). None fails: what cannot be read counts as
empty. Hellos repeat themselves, so all is remembered by the parts that determine it; but never large ones,
so that nobody can fill the memory.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any, NamedTuple, TypeVar

from tlsscope.handshake.extensions import (
    alpn,
    codes,
    ec_point_formats,
    signature_algorithms,
    supported_groups,
    supported_versions,
)
from tlsscope.handshake.messages import ClientHello, Extension, ServerHello
from tlsscope.tables import GREASE
from tlsscope.wire import MalformedError

Item = TypeVar("Item")
Made = TypeVar("Made")

TCP, QUIC, DTLS = "t", "q", "d"  # JA4's first letter

REMEMBERED = 512
LARGEST_REMEMBERED_HELLO = 4096  # bytes
LARGEST_REMEMBERED_PART = 512  # numbers or bytes
NOTHING = "000000000000"
JA4_VERSIONS = {
    0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2",
    0xFEFF: "d1", 0xFEFD: "d2", 0xFEFC: "d3",
}  # fmt: skip


class ClientFingerprints(NamedTuple):
    """Both fingerprints of a ClientHello; `ja3` is the MD5 of `ja3_text`, and in the form of SSL 2.0 there is none."""

    ja3: str | None
    ja3_text: str | None
    ja4: str


class ServerFingerprint(NamedTuple):
    """The fingerprint of a ServerHello; `ja3s` is the MD5 of `ja3s_text`."""

    ja3s: str
    ja3s_text: str


class _Shape(NamedTuple):
    """The parts that determine a client's fingerprints."""

    transport: str
    legacy_version: int
    cipher_suites: tuple[int, ...]
    extensions: tuple[int, ...]  # codes in wire order
    groups: bytes | None  # bodies
    point_formats: bytes | None
    signature_algorithms: bytes | None
    protocols: bytes | None
    versions: bytes | None


def client_fingerprints(hello: ClientHello, transport: str = TCP) -> ClientFingerprints:
    """Make JA3 and JA4 of a ClientHello that came over `transport`: TCP, QUIC or DTLS.

    JA3 is made of the fields of a TLS handshake message; a hello in the form of SSL 2.0 is none.
    """
    extension_codes, bodies = _codes_and_bodies(hello.extensions)
    body = bodies.get
    make = _remembered if len(hello.body) <= LARGEST_REMEMBERED_HELLO else _fingerprints_of_large
    made = make(
        transport,
        hello.legacy_version,
        hello.cipher_suites,
        extension_codes,
        body(codes.SUPPORTED_GROUPS),
        body(codes.EC_POINT_FORMATS),
        body(codes.SIGNATURE_ALGORITHMS),
        body(codes.ALPN),
        body(codes.SUPPORTED_VERSIONS),
    )
    return made._replace(ja3=None, ja3_text=None) if hello.is_sslv2 else made


def server_fingerprint(hello: ServerHello) -> ServerFingerprint:
    """Make JA3S of a ServerHello."""
    return _ja3s((hello.legacy_version, hello.cipher_suite, *[code for code, _ in hello.extensions]))


def _codes_and_bodies(extensions: tuple[Extension, ...]) -> tuple[tuple[int, ...], dict[int, bytes]]:
    """Tell the codes in wire order, and the body of each; of the first, where a code comes twice."""
    bodies = dict(extensions)
    if len(bodies) == len(extensions):
        return tuple(bodies), bodies
    return tuple([code for code, _ in extensions]), dict(reversed(extensions))


@lru_cache(maxsize=REMEMBERED)
def _remembered(*parts: Any) -> ClientFingerprints:
    return make_client_fingerprints(*parts)


def make_client_fingerprints(*parts: Any) -> ClientFingerprints:
    """Make them of the parts that determine them, in `_Shape`'s order; for who remembers hellos himself."""
    return _fingerprints(_Shape(*parts), _remembered_ja4)


def _fingerprints_of_large(*parts: Any) -> ClientFingerprints:
    return _fingerprints(_Shape(*parts), _ja4)


def _fingerprints(shape: _Shape, make_ja4: Callable[..., str]) -> ClientFingerprints:
    """Make all; JA4 knows neither the order of extensions, which some clients shuffle for each hello, nor GREASE."""
    text = _ja3_text(shape)
    ja4 = make_ja4(
        shape.transport,
        _ja4_version(shape.legacy_version, shape.versions),
        _plain_suites(shape.cipher_suites),
        tuple(sorted(_without_grease(shape.extensions))),
        shape.signature_algorithms or b"",
        shape.protocols,
    )
    return ClientFingerprints(_md5(text), text, ja4)


def _remembering(make: Callable[..., Made]) -> Callable[..., Made]:
    """Let a function of parts remember what it made of small ones."""
    remembered = lru_cache(maxsize=REMEMBERED)(make)

    @wraps(make)
    def make_or_recall(*parts: tuple[int, ...] | bytes) -> Made:
        return (remembered if max(map(len, parts)) <= LARGEST_REMEMBERED_PART else make)(*parts)

    return make_or_recall


def _ja3_text(shape: _Shape) -> str:
    return ",".join(
        (
            str(shape.legacy_version),
            _decimal_suites(shape.cipher_suites),
            _decimal(shape.extensions),
            _decimal_groups(shape.groups or b""),
            _decimal(_opened(ec_point_formats, shape.point_formats)),
        )
    )


@_remembering
def _decimal_suites(suites: tuple[int, ...]) -> str:
    return _decimal(suites)


@_remembering
def _plain_suites(suites: tuple[int, ...]) -> tuple[int, ...]:
    return _without_grease(suites)


@_remembering
def _decimal_groups(body: bytes) -> str:
    return _decimal(_opened(supported_groups, body))


@_remembering
def _ja3s(version_suite_extensions: tuple[int, ...]) -> ServerFingerprint:
    version, suite, *extension_codes = version_suite_extensions
    text = f"{version},{suite},{_decimal(extension_codes)}"
    return ServerFingerprint(_md5(text), text)


def _ja4(
    transport: str,
    version: str,
    suites: tuple[int, ...],
    extensions: tuple[int, ...],
    schemes: bytes,
    protocols: bytes | None,
) -> str:
    destination = "d" if codes.SERVER_NAME in extensions else "i"
    counts = f"{min(len(suites), 99):02}{min(len(extensions), 99):02}"
    return (
        f"{transport}{version}{destination}{counts}{_ja4_protocol(protocols)}"
        f"_{_ja4_suites(suites)}_{_ja4_extensions(extensions, schemes)}"
    )


_remembered_ja4 = lru_cache(maxsize=REMEMBERED)(_ja4)


def _ja4_version(legacy_version: int, body: bytes | None) -> str:
    """Tell the highest value that is offered, GREASE aside."""
    offered = _plain_versions(body or b"") or (legacy_version,)
    return JA4_VERSIONS.get(max(offered), "00")


@_remembering
def _plain_versions(body: bytes) -> tuple[int, ...]:
    return _without_grease(_opened(supported_versions, body))


def _ja4_protocol(body: bytes | None) -> str:
    """Take the first protocol's first and last character; unless alphanumeric, of its hexadecimal form."""
    protocols = _opened(alpn, body)
    if not protocols or not protocols[0]:
        return "00"
    first, last = protocols[0][:1], protocols[0][-1:]
    if first.isalnum() and last.isalnum():  # of bytes: ASCII only
        return (first + last).decode("ascii")
    text = protocols[0].hex()
    return text[0] + text[-1]


@_remembering
def _ja4_suites(suites: tuple[int, ...]) -> str:
    return _sha256(_hexadecimal(sorted(suites))) if suites else NOTHING


@_remembering
def _ja4_extensions(sorted_codes: tuple[int, ...], schemes_body: bytes) -> str:
    """Digest the codes but those of server_name and ALPN, and the signature algorithms in wire order."""
    counted = [code for code in sorted_codes if code not in (codes.SERVER_NAME, codes.ALPN)]
    if not counted:
        return NOTHING
    schemes = _without_grease(_opened(signature_algorithms, schemes_body))
    return _sha256(_hexadecimal(counted) + ("_" + _hexadecimal(schemes) if schemes else ""))


def _opened(opener: Callable[[bytes], tuple[Item, ...]], body: bytes | None) -> tuple[Item, ...]:
    if body is None:
        return ()
    try:
        return opener(body)
    except MalformedError:
        return ()


def _without_grease(values: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([value for value in values if value not in GREASE])


def _decimal(values: Iterable[int]) -> str:
    return "-".join([str(value) for value in values if value not in GREASE])


def _hexadecimal(values: Iterable[int]) -> str:
    return ",".join([f"{value:04x}" for value in values])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("ascii"), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]
