"""Fingerprints of hellos: a hello enters, JA3 and JA4 of a client or JA3S of a server leave.

JA3 and JA3S (text and MD5) follow github.com/salesforce/ja3, JA4 the technical details of
github.com/FoxIO-LLC/ja4 (TLS client method only, BSD-3-Clause). None fails: what cannot be read counts as
empty. Hellos repeat themselves, so all is remembered by the parts that determine it; but never large ones,
so that nobody can fill the memory.
Kernel file: compiled where a C compiler is found (types in `fingerprints.pxd`), interpreted otherwise.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache
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
from tlsscope.wire import MalformedError

Item = TypeVar("Item")
Codes = tuple[int, ...]
Body = bytes | None  # of an extension

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
    extension_codes, bodies = codes_and_bodies(hello.extensions)
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
    parts = (hello.legacy_version, hello.cipher_suite, *[code for code, _ in hello.extensions])
    return (_remembered_ja3s if len(parts) <= LARGEST_REMEMBERED else _ja3s)(parts)


def codes_and_bodies(extensions: tuple[Extension, ...]) -> tuple[tuple[int, ...], dict[int, bytes]]:
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

    Some clients shuffle the codes for each hello, and put other GREASE in; the lists repeat themselves.
    """
    bodies = (groups, point_formats, schemes, protocols, versions)
    size = len(cipher_suites) + len(extensions) + sum([len(body) for body in bodies if body is not None])
    make = _REMEMBERING if size <= LARGEST_REMEMBERED else _MAKING
    of_suites, of_groups, of_formats, of_versions, of_protocols, of_extensions = make
    decimal_suites, count, suites = of_suites(cipher_suites)
    text = f"{legacy_version},{decimal_suites},{_decimal(extensions)},{of_groups(groups)},{of_formats(point_formats)}"
    plain = _without_grease(extensions)
    plain.sort()
    destination = "d" if codes.SERVER_NAME in plain else "i"
    highest = of_versions(versions)
    version = JA4_VERSIONS.get(legacy_version if highest is None else highest, "00")
    ja4 = (
        f"{transport}{version}{destination}{count}{min(len(plain), 99):02}{of_protocols(protocols)}"
        f"_{suites}_{of_extensions(tuple(plain), schemes)}"
    )
    return ClientFingerprints(_md5(text), text, ja4)


def _of_suites(suites: Codes) -> tuple[str, str, str]:
    """Give JA3's decimal numbers, and JA4's count and digest."""
    plain = _without_grease(suites)
    digest = _sha256(_hexadecimal(sorted(plain))) if plain else NOTHING
    return _decimal(suites), f"{min(len(plain), 99):02}", digest


def _of_groups(body: Body) -> str:
    return _decimal(_opened(supported_groups, body))


def _of_formats(body: Body) -> str:
    return _decimal(_opened(ec_point_formats, body))


def _of_versions(body: Body) -> int | None:
    """Tell the highest version that is offered, GREASE aside."""
    return max(_without_grease(_opened(supported_versions, body)), default=None)


def _of_protocols(body: Body) -> str:
    """Take the first protocol's first and last character; unless alphanumeric, of its hexadecimal form."""
    protocols = _opened(alpn, body)
    if not protocols or not protocols[0]:
        return "00"
    name = protocols[0]
    first, last = name[:1], name[len(name) - 1 :]
    if first.isalnum() and last.isalnum():  # of bytes: ASCII only
        return (first + last).decode("ascii")
    text = name.hex()
    return text[0] + text[len(text) - 1]


def _of_extensions(sorted_codes: Codes, schemes_body: Body) -> str:
    """Digest the codes but those of server_name and ALPN, and the signature algorithms in wire order."""
    counted = [code for code in sorted_codes if code not in (codes.SERVER_NAME, codes.ALPN)]
    if not counted:
        return NOTHING
    schemes = _without_grease(_opened(signature_algorithms, schemes_body))
    return _sha256(_hexadecimal(counted) + ("_" + _hexadecimal(schemes) if schemes else ""))


_MAKING: tuple[Callable[..., Any], ...] = (
    _of_suites, _of_groups, _of_formats, _of_versions, _of_protocols, _of_extensions
)  # fmt: skip
_REMEMBERING = tuple([lru_cache(maxsize=REMEMBERED)(make) for make in _MAKING])


def _ja3s(version_suite_extensions: Codes) -> ServerFingerprint:
    version, suite, *extension_codes = version_suite_extensions
    text = f"{version},{suite},{_decimal(tuple(extension_codes))}"
    return ServerFingerprint(_md5(text), text)


_remembered_ja3s = lru_cache(maxsize=REMEMBERED)(_ja3s)

def _opened(opener: Callable[[bytes], tuple[Item, ...]], body: Body) -> tuple[Item, ...]:
    if body is None:
        return ()
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
