"""What repeats from session to session: code points and certificates enter, parts of the document leave.

Real traffic repeats itself, so each part is built once, by what determines it, and kept in bounded tables.
`READABLE` keeps the parts as values, for programs that look into the document; `ENCODED` keeps them as
finished JSON, for those that only write it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol, TypeVar, cast

import msgspec

from tlsscope import tables
from tlsscope.certificate import facts
from tlsscope.certificate.model import Certificate
from tlsscope.certificate.names import subject_name
from tlsscope.handshake import extensions
from tlsscope.handshake.extensions import codes
from tlsscope.handshake.messages import ClientHello
from tlsscope.session import fingerprints
from tlsscope.session.agreed import opened

from .document import CertificateReference, Code, KeyExchange, Number
from .text import harmless_json

K = TypeVar("K")
T = TypeVar("T")

# The tables are bounded in entries, and an entry in size, so that no flood of odd hellos fills the memory
ENTRIES = 1024
LONGEST_LIST = 512
LARGEST_CHAIN = 16384  # bytes
LARGEST_HELLO = 4096  # bytes
JA4_TRANSPORTS = {"QUIC": fingerprints.QUIC, "DTLS": fingerprints.DTLS}

Codes = tuple[int, ...]
Chain = tuple[bytes, ...]

# The extensions whose bodies show in a ClientHello's names and fingerprints; of the others only the code does
_SHAPING = frozenset(
    (
        codes.SUPPORTED_GROUPS,
        codes.EC_POINT_FORMATS,
        codes.SIGNATURE_ALGORITHMS,
        codes.ALPN,
        codes.SUPPORTED_VERSIONS,
    )
)


class Keep(Protocol):
    """What is done to a part before it is kept: nothing, or encoding."""

    def __call__(self, part: T, /) -> T:
        """Give back what stands for the part."""
        ...


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
    ja3: str
    ja3_text: str
    ja4: str


class Shapes:
    """The bounded tables of parts, each asked by the code points or bytes that determine it."""

    def __init__(self, keep: Keep, certificates: Callable[[Chain], tuple[Certificate, ...]]) -> None:
        def table(build: Callable[[K], T]) -> Callable[[K], T]:
            return lru_cache(maxsize=ENTRIES)(lambda found: keep(build(found)))

        def list_table(build: Callable[[Codes], T]) -> Callable[[Codes], T]:
            kept = table(build)
            return lambda found: kept(found) if len(found) <= LONGEST_LIST else keep(build(found))

        def chain_table(build: Callable[[Chain], T]) -> Callable[[Chain], T]:
            kept = table(build)
            return lambda chain: kept(chain) if sum(map(len, chain)) <= LARGEST_CHAIN else keep(build(chain))

        self.suite = table(suite)
        self.key_exchange = table(key_exchange)
        self.suites = list_table(suites)
        self.numbers = list_table(extension_numbers)
        self.groups = list_table(groups)
        self.schemes = list_table(schemes)
        self.versions = list_table(versions)
        self.certificates = chain_table(certificates)
        self.authorities = chain_table(authorities)
        self._hellos: dict[object, HelloShape] = {}

    def hello(self, hello: ClientHello, protocol: str) -> HelloShape:
        """Give the repeating part of a ClientHello."""
        if len(hello.body) > LARGEST_HELLO:
            return self._shape(hello, protocol)
        shape = tuple([one if one[0] in _SHAPING else one[0] for one in hello.extensions])
        key = (protocol, hello.legacy_version, hello.cipher_suites, shape)
        found = self._hellos.get(key)
        if found is None:
            if len(self._hellos) >= ENTRIES:
                self._hellos.clear()
            found = self._hellos[key] = self._shape(hello, protocol)
        return found

    def _shape(self, hello: ClientHello, protocol: str) -> HelloShape:
        offered = hello.extensions
        present = {code for code, _ in offered}
        prints = fingerprints.client_fingerprints(hello, JA4_TRANSPORTS.get(protocol, fingerprints.TCP))
        spoken = opened(offered, codes.SUPPORTED_VERSIONS, extensions.supported_versions)
        return HelloShape(
            version=tables.version_name(hello.legacy_version),
            versions=self.versions(spoken or ()),
            cipher_suites=self.suites(hello.cipher_suites),
            extensions=self.numbers(tuple(code for code, _ in offered)),
            groups=self.groups(opened(offered, codes.SUPPORTED_GROUPS, extensions.supported_groups) or ()),
            signature_algorithms=self.schemes(
                opened(offered, codes.SIGNATURE_ALGORITHMS, extensions.signature_algorithms) or ()
            ),
            alpn=tuple(map(protocol_name, opened(offered, codes.ALPN, extensions.alpn) or ())),
            early_data=codes.EARLY_DATA in present,
            post_handshake_auth=codes.POST_HANDSHAKE_AUTH in present,
            ja3=prints.ja3,
            ja3_text=prints.ja3_text,
            ja4=prints.ja4,
        )


def suite(code: int) -> Code:
    """Name a cipher suite; an SSL 2.0 cipher kind has 24 bits."""
    return Code(f"0x{code:04x}" if code < 0x10000 else f"0x{code:06x}", tables.cipher_suite_name(code))


def suites(found: Codes) -> tuple[Code, ...]:
    """Name cipher suites, in their order."""
    return tuple(map(suite, found))


def schemes(found: Codes) -> tuple[Code, ...]:
    """Name signature schemes, in their order."""
    return tuple(Code(f"0x{code:04x}", tables.signature_scheme_name(code)) for code in found)


def extension_numbers(found: Codes) -> tuple[Number, ...]:
    """Name extensions, in their order."""
    return tuple(Number(code, tables.extension_name(code)) for code in found)


def groups(found: Codes) -> tuple[Number, ...]:
    """Name groups, in their order."""
    return tuple(Number(code, tables.group_name(code)) for code in found)


def versions(found: Codes) -> tuple[str, ...]:
    """Name versions, in their order."""
    return tuple(map(tables.version_name, found))


def certificates(chain: Chain) -> tuple[Certificate, ...]:
    """Read certificates, as sent."""
    return tuple(map(facts.read, chain))


def references(chain: Chain) -> tuple[Certificate, ...]:
    """Name certificates by their digests only: to be encoded where certificates stand."""
    found = tuple(CertificateReference(facts.read(der).sha256) for der in chain)
    return cast("tuple[Certificate, ...]", found)


def authorities(names: Chain) -> tuple[str, ...]:
    """Write distinguished names."""
    return tuple(map(subject_name, names))


def key_exchange(agreed: tuple[int, int | None, bool]) -> KeyExchange:
    """Tell what a suite and a group protect against; the flag: a TLS 1.3 server sent no key share."""
    code, group, without_share = agreed
    known = tables.cipher_suite(code)
    return KeyExchange(
        group=None if group is None else Number(group, tables.group_name(group)),
        forward_secret=None if known is None else known.forward_secret and not without_share,
        post_quantum=group is not None and tables.is_post_quantum_group(group),
    )


def protocol_name(name: bytes) -> str:
    """Write an ALPN protocol; a byte that is no UTF-8 stands as `\\xff`."""
    return name.decode("utf-8", "backslashreplace")


def _as_it_is(part: T, /) -> T:
    return part


def _encoded(part: T, /) -> T:
    """Encode a part for good; only an encoder can read it then, so the type is kept for the model's sake."""
    return cast("T", msgspec.Raw(harmless_json(msgspec.json.encode(part))))


READABLE = Shapes(_as_it_is, certificates)
ENCODED = Shapes(_encoded, certificates)
REFERRING = Shapes(_encoded, references)  # for `--certificates reference`
