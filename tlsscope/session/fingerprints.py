"""Fingerprints of hellos: a hello enters, JA3 and JA4 of a client or JA3S of a server leave.

JA3 and JA3S (text and MD5) follow github.com/salesforce/ja3, JA4 the technical details of
github.com/FoxIO-LLC/ja4 (TLS client method only, BSD-3-Clause). None fails: what cannot be read counts as
empty. Hellos repeat themselves, so all is remembered by the parts that determine it; but never large ones,
so that nobody can fill the memory.
Kernel file: compiled where a C compiler is found (types in `fingerprints.pxd`), interpreted otherwise.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import NamedTuple, TypeVar

from tlsscope.handshake.extensions import (
    alpn,
    codes,
    ec_point_formats,
    signature_algorithms,
    supported_groups,
    supported_versions,
)
from tlsscope.handshake.messages import ClientHello, Extension, ServerHello
from tlsscope.wire import MalformedError

Item = TypeVar("Item")
Made = TypeVar("Made")
Codes = tuple[int, ...]
Body = bytes | None  # of an extension
Part = TypeVar("Part", Codes, bytes)

TCP, QUIC, DTLS = "t", "q", "d"  # JA4's first letter

REMEMBERED = 512
LARGEST_REMEMBERED = 512  # numbers and bytes
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


def client_fingerprints(hello: ClientHello, transport: str = TCP) -> ClientFingerprints:
    """Make JA3 and JA4 of a ClientHello that came over `transport`: TCP, QUIC or DTLS.

    JA3 is made of the fields of a TLS handshake message; a hello in the form of SSL 2.0 is none.
    """
    extension_codes, bodies = _codes_and_bodies(hello.extensions)
    body = bodies.get
    made = make_client_fingerprints(
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


def make_client_fingerprints(
    transport: str,
    legacy_version: int,
    cipher_suites: Codes,
    extensions: Codes,
    groups: Body,
    point_formats: Body,
    schemes: Body,
    protocols: Body,
    versions: Body,
) -> ClientFingerprints:
    """Make them of the parts that determine them: codes in wire order, and bodies of extensions.

    JA4 knows neither the order of extensions, which some clients shuffle for each hello, nor GREASE.
    """
    text = (
        f"{legacy_version},{_decimal_suites(cipher_suites)},{_decimal(extensions)},"
        f"{_decimal_groups(groups or b'')},{_decimal_formats(point_formats or b'')}"
    )
    plain = _without_grease(extensions)
    plain.sort()
    parts = (
        transport, _ja4_version(legacy_version, versions or b""), _plain_suites(cipher_suites), tuple(plain),
        schemes or b"", protocols,
    )  # fmt: skip
    is_small = len(cipher_suites) + len(plain) + len(schemes or b"") + len(protocols or b"") <= LARGEST_REMEMBERED
    return ClientFingerprints(_md5(text), text, _remembered_ja4(*parts) if is_small else _ja4(*parts))


def _remembering(make: Callable[[Part], Made]) -> Callable[[Part], Made]:
    """Let a function remember what it made of small parts."""
    remembered = lru_cache(maxsize=REMEMBERED)(make)

    @wraps(make)
    def make_or_recall(part: Part) -> Made:
        return (remembered if len(part) <= LARGEST_REMEMBERED else make)(part)

    return make_or_recall


@_remembering
def _decimal_suites(suites: Codes) -> str:
    return _decimal(suites)


@_remembering
def _plain_suites(suites: Codes) -> Codes:
    return tuple(_without_grease(suites))


@_remembering
def _decimal_groups(body: bytes) -> str:
    return _decimal(_opened(supported_groups, body))


@_remembering
def _decimal_formats(body: bytes) -> str:
    return _decimal(_opened(ec_point_formats, body))


@_remembering
def _ja3s(version_suite_extensions: Codes) -> ServerFingerprint:
    version, suite, *extension_codes = version_suite_extensions
    text = f"{version},{suite},{_decimal(tuple(extension_codes))}"
    return ServerFingerprint(_md5(text), text)


def _ja4(
    transport: str,
    version: str,
    suites: Codes,
    extensions: Codes,
    schemes: bytes,
    protocols: Body,
) -> str:
    destination = "d" if codes.SERVER_NAME in extensions else "i"
    counts = f"{min(len(suites), 99):02}{min(len(extensions), 99):02}"
    return (
        f"{transport}{version}{destination}{counts}{_ja4_protocol(protocols)}"
        f"_{_ja4_suites(suites)}_{_ja4_extensions(extensions, schemes)}"
    )


_remembered_ja4 = lru_cache(maxsize=REMEMBERED)(_ja4)


def _ja4_version(legacy_version: int, body: bytes) -> str:
    """Tell the highest value that is offered, GREASE aside."""
    highest = _highest_version(body)
    return JA4_VERSIONS.get(legacy_version if highest is None else highest, "00")


@_remembering
def _highest_version(body: bytes) -> int | None:
    return max(_without_grease(_opened(supported_versions, body)), default=None)


def _ja4_protocol(body: Body) -> str:
    """Take the first protocol's first and last character; unless alphanumeric, of its hexadecimal form."""
    protocols = () if body is None else _opened(alpn, body)
    if not protocols or not protocols[0]:
        return "00"
    name = protocols[0]
    first, last = name[:1], name[len(name) - 1 :]
    if first.isalnum() and last.isalnum():  # of bytes: ASCII only
        return (first + last).decode("ascii")
    text = name.hex()
    return text[0] + text[len(text) - 1]


def _ja4_suites(suites: Codes) -> str:
    return _sha256(_hexadecimal(sorted(suites))) if suites else NOTHING


def _ja4_extensions(sorted_codes: Codes, schemes_body: bytes) -> str:
    """Digest the codes but those of server_name and ALPN, and the signature algorithms in wire order."""
    counted = [code for code in sorted_codes if code not in (codes.SERVER_NAME, codes.ALPN)]
    if not counted:
        return NOTHING
    schemes = _without_grease(_opened(signature_algorithms, schemes_body))
    return _sha256(_hexadecimal(counted) + ("_" + _hexadecimal(schemes) if schemes else ""))


def _opened(opener: Callable[[bytes], tuple[Item, ...]], body: bytes) -> tuple[Item, ...]:
    try:
        return opener(body)
    except MalformedError:
        return ()


def _without_grease(values: Codes) -> list[int]:
    return [value for value in values if not _is_grease(value)]


def _decimal(values: Codes) -> str:
    written = []
    for value in values:
        if not _is_grease(value):
            number = value
            written.append(f"{number}")
    return "-".join(written)


def _is_grease(value: int) -> bool:
    """Tell 0x0a0a, 0x1a1a … 0xfafa, RFC 8701 §2."""
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def _hexadecimal(values: Iterable[int]) -> str:
    return ",".join([f"{value:04x}" for value in values])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("ascii"), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]
