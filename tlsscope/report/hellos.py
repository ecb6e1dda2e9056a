"""The hellos as JSON: a Session and its hello enter, text is added, most of it written before.

What repeats is kept by what determines it: each list of a hello, for some clients shuffle their extensions, so that
few hellos are the same as a whole.
Kernel file: compiled where a C compiler is found (types in `hellos.pxd`), interpreted otherwise.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from tlsscope import tables
from tlsscope.handshake import extensions
from tlsscope.handshake.extensions.codes import (
    ALPN,
    EARLY_DATA,
    EC_POINT_FORMATS,
    ENCRYPTED_CLIENT_HELLO,
    KEY_SHARE,
    POST_HANDSHAKE_AUTH,
    SERVER_NAME,
    SIGNATURE_ALGORITHMS,
    SUPPORTED_GROUPS,
    SUPPORTED_VERSIONS,
)
from tlsscope.handshake.extensions.versions import is_tls13
from tlsscope.handshake.messages import ClientHello, Extension, ServerHello
from tlsscope.session import agreed
from tlsscope.session.model import Session

from . import compose, shapes
from .buffer import TextBuffer
from .document import HelloClient
from .fragments import HOLE, Kept, Table, pieces, text

LARGEST_KEY = 4096  # bytes of a hello by which something is kept


class Offer:
    """What a hello's extensions hold: the first body of those that are shown; None where there is none."""

    __slots__ = ("alpn", "codes", "early_data", "ech", "groups", "name", "point_formats", "post_handshake_auth",
                 "schemes", "shares", "versions")  # fmt: skip

    def __init__(self, offered: Sequence[Extension]) -> None:
        self.codes: list[int] = []
        self.early_data = self.post_handshake_auth = False
        self.groups: bytes | None = None
        self.point_formats: bytes | None = None
        self.schemes: bytes | None = None
        self.alpn: bytes | None = None
        self.versions: bytes | None = None
        self.shares: bytes | None = None
        self.ech: bytes | None = None
        self.name: bytes | None = None
        for code, body in offered:
            self.codes.append(code)
            self._take(code, body)

    def _take(self, code: int, body: bytes) -> None:
        if code == SERVER_NAME:
            self.name = body if self.name is None else self.name
        elif code == SUPPORTED_GROUPS:
            self.groups = body if self.groups is None else self.groups
        elif code == EC_POINT_FORMATS:
            self.point_formats = body if self.point_formats is None else self.point_formats
        elif code == SIGNATURE_ALGORITHMS:
            self.schemes = body if self.schemes is None else self.schemes
        elif code == ALPN:
            self.alpn = body if self.alpn is None else self.alpn
        elif code == SUPPORTED_VERSIONS:
            self.versions = body if self.versions is None else self.versions
        elif code == KEY_SHARE:
            self.shares = body if self.shares is None else self.shares
        elif code == ENCRYPTED_CLIENT_HELLO:
            self.ech = body if self.ech is None else self.ech
        elif code == EARLY_DATA:
            self.early_data = True
        elif code == POST_HANDSHAKE_AUTH:
            self.post_handshake_auth = True


def write_name(out: TextBuffer, session: Session) -> None:
    """Write the host name that the client asked for."""
    hello = session.client_hello
    body = None if hello is None else extensions.find(hello.extensions, SERVER_NAME)
    name = None if body is None else agreed.read(body, extensions.server_name)
    if name is None:
        out.add(b"null")
    elif not (name.isascii() and out.plain(name.encode())):
        out.add(text(name))


def write_client_hello(out: TextBuffer, session: Session, hello: ClientHello | None) -> None:
    """Write what the client offered."""
    if hello is None:
        out.add(b"null")
        return
    if hello.is_sslv2 or len(hello.body) > LARGEST_KEY:
        out.add(text(compose.client_hello(session, hello)))
        return
    offer = Offer(hello.extensions)
    form = _OFFER
    out.add(form[0])
    out.optional(session.client_hello_frame)
    out.add(form[1])
    out.add(_VERSION[hello.legacy_version])
    out.add(form[2])
    out.add(_VERSIONS[offer.versions])
    out.add(form[3])
    out.hexadecimal(hello.random)
    out.add(form[4])
    out.hexadecimal(hello.session_id)
    out.add(form[5])
    out.add(_SUITES[hello.cipher_suites])
    out.add(form[6])
    _write_lists(out, offer)
    out.add(_prints(out, session.protocol, hello, offer))


def _write_lists(out: TextBuffer, offer: Offer) -> None:
    form = _OFFER
    before = b"["
    for code in offer.codes:
        out.add(before)
        out.add(_EXTENSION[code])
        before = b","
    out.add(b"]" if offer.codes else b"[]")
    out.add(form[7])
    out.add(_GROUP_LISTS[offer.groups])
    out.add(form[8])
    out.add(_GROUPS[compose.key_share_groups(offer.shares)])
    out.add(form[9])
    out.add(_SCHEMES[offer.schemes])
    out.add(form[10])
    out.add(_ALPN[offer.alpn])
    out.add(form[11])
    out.add(b"null" if offer.ech is None else _ECH[offer.ech[:1]])
    out.add(form[12])
    out.add(b"true" if offer.early_data else b"false")
    out.add(form[13])
    out.add(b"true" if offer.post_handshake_auth else b"false")


def _prints(out: TextBuffer, protocol: str, hello: ClientHello, offer: Offer) -> bytes:
    """Give the fingerprints; they are kept by what determines them, which is written behind the text and taken back."""
    start = out.mark()
    out.word(hello.legacy_version)
    suites = hello.cipher_suites
    out.word(len(suites))
    for suite in suites:
        out.word(suite)
    out.word(len(offer.codes))
    for code in offer.codes:
        out.word(code)
    for body in (offer.groups, offer.point_formats, offer.schemes, offer.alpn, offer.versions):
        if body is None:
            out.add(b"-")
        else:
            out.add(b"+")
            out.word(len(body))
            out.add(body)
    out.add(protocol.encode())
    key = out.cut(start)
    kept = _PRINTS.get(key)
    if kept is None:
        kept = _make_prints(protocol, hello, offer)
        _PRINTS.keep(key, kept)
    return kept


def _make_prints(protocol: str, hello: ClientHello, offer: Offer) -> bytes:
    made = shapes.key_fingerprints(
        (
            protocol, hello.legacy_version, hello.cipher_suites, tuple(offer.codes), offer.groups,
            offer.point_formats, offer.schemes, offer.alpn, offer.versions,
        )  # fmt: skip
    )
    form = [piece.decode() for piece in _OFFER[14:]]
    return f'{form[0]}"{made.ja3}"{form[1]}"{made.ja3_text}"{form[2]}"{made.ja4}"{form[3]}'.encode()


class Answer:
    """What repeats of a ServerHello: `form` is the suite, the key exchange, and the hello around its random and more."""

    __slots__ = ("form", "has_protocol")

    def __init__(self, session: Session, answer: ServerHello) -> None:
        offered = Offer(answer.extensions)
        share, exchange = offered.shares or b"", session.server_key_exchange
        ending = answer.random[24:]
        key = (
            session.version is not None and is_tls13(session.version), answer.legacy_version, answer.cipher_suite,
            tuple(offered.codes), session.retry is None, ending if ending in compose.DOWNGRADES else None,
            share[:4], len(share), exchange and exchange[:3],
        )  # fmt: skip # of a key share, its group and lengths; of a ServerKeyExchange, its curve
        self.has_protocol = offered.alpn is not None or session.encrypted_extensions is not None
        form = _ANSWERS.get(key)
        if form is None:
            form = _answer(session, answer)
            if len(answer.body) <= LARGEST_KEY and not _has_hint(answer.cipher_suite):
                _ANSWERS.keep(key, form)
        self.form: tuple[bytes, ...] = form


def _answer(session: Session, answer: ServerHello) -> tuple[bytes, ...]:
    told = replace(compose.server_hello(session, answer), frame=HOLE, random=HOLE, session_id=HOLE)
    return text(shapes.suite(answer.cipher_suite)), text(compose.key_exchange(session, answer)), *pieces(told)


def write_protocol(out: TextBuffer, session: Session, agreed_on: Answer | None) -> None:
    """Write the protocol selected; a witness may have EncryptedExtensions without a ServerHello."""
    if agreed_on is None or agreed_on.has_protocol:
        out.add(_PROTOCOLS[agreed.application_protocol(session)])
    else:
        out.add(b"null")


def write_server_hello(out: TextBuffer, session: Session, agreed_on: Answer | None) -> None:
    """Write what the server chose."""
    answer = session.server_hello
    if answer is None or agreed_on is None:
        out.add(b"null")
        return
    form = agreed_on.form
    out.add(form[2])
    out.optional(session.server_hello_frame)
    out.add(form[3])
    out.hexadecimal(answer.random)
    out.add(form[4])
    out.hexadecimal(answer.session_id)
    out.add(form[5])


def _has_hint(suite: int) -> bool:
    """Tell whether a hint of any length stands before the curve, RFC 5489 §2."""
    known = tables.cipher_suite(suite)
    return known is not None and known.key_exchange == "ECDHE_PSK"


_OFFER = pieces(HelloClient(*[HOLE] * len(HelloClient.__struct_fields__)))
_VERSION = Kept[int, bytes](lambda code: text(tables.version_name(code)))
_VERSIONS = Kept[shapes.Body, bytes](lambda body: text(shapes.versions_in(body)))
_SUITES = Kept[shapes.Codes, bytes](lambda found: text(shapes.suites(found)))
_EXTENSION = Kept[int, bytes](lambda code: text(shapes.extension_number(code)))
_GROUP_LISTS = Kept[shapes.Body, bytes](lambda body: text(shapes.groups_in(body)))
_SCHEMES = Kept[shapes.Body, bytes](lambda body: text(shapes.schemes_in(body)))
_ALPN = Kept[shapes.Body, bytes](lambda body: text(shapes.protocols_in(body)))

_ECH = Kept[bytes, bytes](lambda first: text(compose.ech_kind(first)))

_PRINTS = Table[bytes, bytes]()
_ANSWERS = Table[tuple[Any, ...], tuple[bytes, ...]]()
_GROUPS = Kept[tuple[int, ...], bytes](lambda key: text(shapes.groups(key)))
_PROTOCOLS = Kept[bytes | None, bytes](lambda key: text(None if key is None else shapes.protocol_name(key)))
