"""What repeats from session to session: code points and certificates enter, parts of the document leave.

Real traffic repeats itself, so each part is built once, by what determines it, and kept in bounded tables.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import msgspec

from tlsscope import tables
from tlsscope.certificate import facts
from tlsscope.certificate.model import Certificate
from tlsscope.certificate.names import subject_name
from tlsscope.handshake import extensions
from tlsscope.handshake.extensions import codes
from tlsscope.handshake.messages import ClientHello
from tlsscope.session import fingerprints
from tlsscope.session.agreed import read

from .document import Code, KeyExchange, Number

T = TypeVar("T")

# The tables are bounded in entries, and an entry in size, so that no flood of odd hellos fills the memory
ENTRIES = 1024
LONGEST_LIST = 512
LARGEST_HELLO = 4096  # bytes
JA4_TRANSPORTS = {"QUIC": fingerprints.QUIC, "DTLS": fingerprints.DTLS}

Codes = tuple[int, ...]
Chain = tuple[bytes, ...]
Body = bytes | None  # of an extension
HelloKey = tuple[str, int, Codes, Codes, Body, Body, Body, Body, Body]


class HelloShape(msgspec.Struct, frozen=True):
    """All of a ClientHello that repeats."""

    version: str
    versions: tuple[str, ...]
    cipher_suites: tuple[Code, ...]
    extensions: tuple[Number, ...]
    groups: tuple[Number, ...]
    signature_algorithms: tuple[Code, ...]
    alpn: tuple[str, ...]
    early_data: bool
    post_handshake_auth: bool
    ja3: str | None
    ja3_text: str | None
    ja4: str


def hello_key(hello: ClientHello, protocol: str, offered: Codes, bodies: dict[int, bytes]) -> HelloKey:
    """Name what determines a ClientHello's shape, if it has the form of TLS: of most extensions only the code shows."""
    body = bodies.get
    return (
        protocol,
        hello.legacy_version,
        hello.cipher_suites,
        offered,
        body(codes.SUPPORTED_GROUPS),
        body(codes.EC_POINT_FORMATS),
        body(codes.SIGNATURE_ALGORITHMS),
        body(codes.ALPN),
        body(codes.SUPPORTED_VERSIONS),
    )


def hello_shape(hello: ClientHello, protocol: str) -> HelloShape:
    """Give the repeating part of a ClientHello."""
    offered, bodies = fingerprints.codes_and_bodies(hello.extensions)
    if hello.is_sslv2 or len(hello.body) > LARGEST_HELLO:
        return _shape(hello, protocol, offered, bodies)
    key = hello_key(hello, protocol, offered, bodies)
    found = _shapes.get(key)
    if found is None:
        if len(_shapes) >= ENTRIES:
            _shapes.clear()
        found = _shapes[key] = _shape(hello, protocol, offered, bodies)
    return found


_shapes: dict[HelloKey, HelloShape] = {}


def _shape(hello: ClientHello, protocol: str, offered: Codes, bodies: dict[int, bytes]) -> HelloShape:
    body = bodies.get
    prints = client_fingerprints(hello, protocol)
    return HelloShape(
        version=tables.version_name(hello.legacy_version),
        versions=versions_in(body(codes.SUPPORTED_VERSIONS)),
        cipher_suites=suites(hello.cipher_suites),
        extensions=extension_numbers(offered),
        groups=groups_in(body(codes.SUPPORTED_GROUPS)),
        signature_algorithms=schemes_in(body(codes.SIGNATURE_ALGORITHMS)),
        alpn=protocols_in(body(codes.ALPN)),
        early_data=codes.EARLY_DATA in bodies,
        post_handshake_auth=codes.POST_HANDSHAKE_AUTH in bodies,
        ja3=prints.ja3,
        ja3_text=prints.ja3_text,
        ja4=prints.ja4,
    )


def client_fingerprints(hello: ClientHello, protocol: str) -> fingerprints.ClientFingerprints:
    """Make JA3 and JA4 of a ClientHello."""
    return fingerprints.client_fingerprints(hello, JA4_TRANSPORTS.get(protocol, fingerprints.TCP))


def versions_in(body: Body) -> tuple[str, ...]:
    """Name the versions of supported_versions."""
    return versions(_opened(body, extensions.supported_versions))


def groups_in(body: Body) -> tuple[Number, ...]:
    """Name the groups of supported_groups."""
    return groups(_opened(body, extensions.supported_groups))


def schemes_in(body: Body) -> tuple[Code, ...]:
    """Name the schemes of signature_algorithms."""
    return schemes(_opened(body, extensions.signature_algorithms))


def protocols_in(body: Body) -> tuple[str, ...]:
    """Name the protocols of a client's ALPN."""
    return tuple(map(protocol_name, _opened(body, extensions.alpn)))


def _opened(body: Body, opener: Callable[[bytes], tuple[T, ...]]) -> tuple[T, ...]:
    """Open a body; what is absent or malformed counts as empty."""
    return () if body is None else read(body, opener) or ()


def _keeping(build: Callable[[Codes], T]) -> Callable[[Codes], T]:
    """Let a builder of lists remember the short ones."""
    kept = lru_cache(maxsize=ENTRIES)(build)
    return lambda found: kept(found) if len(found) <= LONGEST_LIST else build(found)


@lru_cache(maxsize=ENTRIES)
def suite(code: int) -> Code:
    """Name a cipher suite; an SSL 2.0 cipher kind has 24 bits."""
    return Code(f"0x{code:04x}" if code < 0x10000 else f"0x{code:06x}", tables.cipher_suite_name(code))


@_keeping
def suites(found: Codes) -> tuple[Code, ...]:
    """Name cipher suites, in their order."""
    return tuple(map(suite, found))


@_keeping
def schemes(found: Codes) -> tuple[Code, ...]:
    """Name signature schemes, in their order."""
    return tuple(Code(f"0x{code:04x}", tables.signature_scheme_name(code)) for code in found)


@lru_cache(maxsize=ENTRIES)
def extension_number(code: int) -> Number:
    """Name an extension."""
    return Number(code, tables.extension_name(code))


def extension_numbers(found: Codes) -> tuple[Number, ...]:
    """Name extensions, in their order, which some clients shuffle for each hello."""
    return tuple(map(extension_number, found))


@_keeping
def groups(found: Codes) -> tuple[Number, ...]:
    """Name groups, in their order."""
    return tuple(Number(code, tables.group_name(code)) for code in found)


@_keeping
def versions(found: Codes) -> tuple[str, ...]:
    """Name versions, in their order."""
    return tuple(map(tables.version_name, found))


def certificates(chain: Chain) -> tuple[Certificate, ...]:
    """Read certificates, as sent."""
    return tuple(map(facts.read, chain))


def authorities(names: Chain) -> tuple[str, ...]:
    """Write distinguished names."""
    return tuple(map(subject_name, names))


@lru_cache(maxsize=ENTRIES)
def key_exchange(code: int, group: int | None, without_share: bool) -> KeyExchange:  # noqa: FBT001
    """Tell what a suite and a group protect against; the flag: a TLS 1.3 server sent no key share."""
    known = tables.cipher_suite(code)
    return KeyExchange(
        group=None if group is None else Number(group, tables.group_name(group)),
        forward_secret=None if known is None else known.forward_secret and not without_share,
        post_quantum=group is not None and tables.is_post_quantum_group(group),
    )


def protocol_name(name: bytes) -> str:
    """Write an ALPN protocol; a byte that is no UTF-8 stands as `\\xff`."""
    return name.decode("utf-8", "backslashreplace")
