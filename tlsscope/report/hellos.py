"""The hellos as JSON: a Session and its hello enter, text is added, most of it written before.

What repeats is kept by what determines it: each list of a hello, for some clients shuffle their extensions, so that
few hellos are the same as a whole.
Kernel file: compiled where a C compiler is found (types in `hellos.pxd`), interpreted otherwise.
"""

from msgspec.structs import replace

from tlsscope import tables
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
from tlsscope.handshake.extensions.keys import key_share
from tlsscope.handshake.extensions.negotiation import server_name
from tlsscope.handshake.extensions.opening import find
from tlsscope.handshake.messages import ClientHello, Extension, ServerHello
from tlsscope.session.agreed import application_protocol, read
from tlsscope.session.fingerprints import TCP, make_client_fingerprints
from tlsscope.session.model import Session
from tlsscope.session.visibility import is_sealed

from . import compose, shapes
from .buffer import TextBuffer
from .compose import DOWNGRADES
from .document import HelloClient
from .fragments import HOLE, Form, Kept, pieces, text

LARGEST_KEY = 4096  # bytes of a hello by which something is kept


class Offer:
    """What a hello's extensions hold: the first body of those that are shown; None where there is none."""

    __slots__ = ("alpn", "codes", "early_data", "ech", "groups", "point_formats", "post_handshake_auth", "schemes",
                 "shares", "versions")  # fmt: skip

    def __init__(self, offered: tuple[Extension, ...]) -> None:
        self.codes = [code for code, _ in offered]
        self.early_data = self.post_handshake_auth = False
        self.groups: bytes | None = None
        self.point_formats: bytes | None = None
        self.schemes: bytes | None = None
        self.alpn: bytes | None = None
        self.versions: bytes | None = None
        self.shares: bytes | None = None
        self.ech: bytes | None = None
        for code, body in reversed(offered):  # so that of a code that comes twice the first counts
            self._take(code, body)

    def _take(self, code: int, body: bytes) -> None:
        if code == SUPPORTED_GROUPS:
            self.groups = body
        elif code == EC_POINT_FORMATS:
            self.point_formats = body
        elif code == SIGNATURE_ALGORITHMS:
            self.schemes = body
        elif code == ALPN:
            self.alpn = body
        elif code == SUPPORTED_VERSIONS:
            self.versions = body
        elif code == KEY_SHARE:
            self.shares = body
        elif code == ENCRYPTED_CLIENT_HELLO:
            self.ech = body
        elif code == EARLY_DATA:
            self.early_data = True
        elif code == POST_HANDSHAKE_AUTH:
            self.post_handshake_auth = True


def write_name(out: TextBuffer, session: Session) -> None:
    """Write the host name that the client asked for."""
    hello = session.client_hello
    body = None if hello is None else find(hello.extensions, SERVER_NAME)
    name = None if body is None else read(body, server_name)
    if name is None:
        out.add(b"null")
    else:
        write_text(out, name)


def write_text(out: TextBuffer, value: str) -> None:
    """Write a string."""
    if not (value.isascii() and out.plain(value.encode())):
        out.add(text(value))


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
    out.add(_VERSION.text(hello.legacy_version))
    out.add(form[2])
    out.add(_VERSIONS.text(offer.versions))
    out.add(form[3])
    out.hexadecimal(hello.random)
    out.add(form[4])
    out.hexadecimal(hello.session_id)
    out.add(form[5])
    out.add(_SUITES.text(hello.cipher_suites))
    out.add(form[6])
    _write_lists(out, offer)
    out.add(_prints(out, session.protocol, hello, offer))


def _write_lists(out: TextBuffer, offer: Offer) -> None:
    form = _OFFER
    listed = _FIRST_EXTENSION
    for code in offer.codes:
        out.add(listed.text(code))
        listed = _LATER_EXTENSION
    out.add(b"]" if offer.codes else b"[]")
    out.add(form[7])
    out.add(_GROUP_LISTS.text(offer.groups))
    out.add(form[8])
    out.add(_SHARES.text(None if offer.shares is None else read(offer.shares, key_share)))
    out.add(form[9])
    out.add(_SCHEMES.text(offer.schemes))
    out.add(form[10])
    out.add(_ALPN.text(offer.alpn))
    out.add(form[11])
    out.add(b"null" if offer.ech is None else _ECH.text(offer.ech[:1]))
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
    kept: bytes | None = _PRINTS.get(key)
    if kept is None:
        kept = _make_prints(protocol, hello, offer)
        _PRINTS.keep(key, kept)
    return kept


def _make_prints(protocol: str, hello: ClientHello, offer: Offer) -> bytes:
    made = make_client_fingerprints(
        shapes.JA4_TRANSPORTS.get(protocol, TCP), hello.legacy_version, hello.cipher_suites, tuple(offer.codes),
        offer.groups, offer.point_formats, offer.schemes, offer.alpn, offer.versions,
    )  # fmt: skip
    form = _PRINT_FORM
    return f'{form[0]}"{made.ja3}"{form[1]}"{made.ja3_text}"{form[2]}"{made.ja4}"{form[3]}'.encode()


class Answer:
    """What repeats of a ServerHello: `form` is the suite, the key exchange, and the hello around its random."""

    __slots__ = ("form", "has_protocol")

    def __init__(self, session: Session, answer: ServerHello, out: TextBuffer) -> None:
        offered = Offer(answer.extensions)
        self.has_protocol = offered.alpn is not None or session.encrypted_extensions is not None
        key = _answer_key(session, answer, offered, out)
        form: Form | None = _ANSWERS.get(key)
        if form is None:
            form = _answer(session, answer)
            if len(answer.body) <= LARGEST_KEY and not _has_hint(answer.cipher_suite):
                _ANSWERS.keep(key, form)
        self.form = form


def _answer_key(session: Session, answer: ServerHello, offered: Offer, out: TextBuffer) -> bytes:
    """Give what determines it: of a key share, its group and lengths; of a ServerKeyExchange, its curve."""
    start = out.mark()
    exchange = session.server_key_exchange
    out.word(is_sealed(session))
    out.word(session.retry is None)
    out.word(answer.legacy_version)
    out.word(answer.cipher_suite)
    out.word(len(offered.codes))
    for code in offered.codes:
        out.word(code)
    if offered.shares is not None:
        out.add(b"s")
        out.word(len(offered.shares))
        out.add(offered.shares[:4])
    if exchange is not None:
        out.add(b"x")
        out.add(exchange[:3])
    ending = answer.random[24:]
    if ending in DOWNGRADES:
        out.add(ending)
    return out.cut(start)


def _answer(session: Session, answer: ServerHello) -> Form:
    told = replace(compose.server_hello(session, answer), frame=HOLE, random=HOLE, session_id=HOLE)
    return text(shapes.suite(answer.cipher_suite)), text(compose.key_exchange(session, answer)), *pieces(told)


def write_protocol(out: TextBuffer, session: Session, agreed_on: Answer | None) -> None:
    """Write the protocol selected; a witness may have EncryptedExtensions without a ServerHello."""
    if agreed_on is None or agreed_on.has_protocol:
        out.add(_PROTOCOLS.text(application_protocol(session)))
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
_PRINT_FORM = [piece.decode() for piece in _OFFER[14:]]
_VERSION = Kept(lambda code: text(tables.version_name(code)))
_VERSIONS = Kept(lambda body: text(shapes.versions_in(body)))
_SUITES = Kept(lambda found: text(shapes.suites(found)))
_FIRST_EXTENSION = Kept(lambda code: b"[" + text(shapes.extension_number(code)))
_LATER_EXTENSION = Kept(lambda code: b"," + text(shapes.extension_number(code)))
_GROUP_LISTS = Kept(lambda body: text(shapes.groups_in(body)))
_SCHEMES = Kept(lambda body: text(shapes.schemes_in(body)))
_ALPN = Kept(lambda body: text(shapes.protocols_in(body)))

_ECH = Kept(lambda first: text(compose.ech_kind(first)))

_PRINTS = Kept(text)  # made and kept where it is known what of
_ANSWERS = Kept(text)
_SHARES = Kept(lambda shares: text(shapes.groups(tuple([group for group, _ in shares or ()]))))
_PROTOCOLS = Kept(lambda key: text(None if key is None else shapes.protocol_name(key)))
