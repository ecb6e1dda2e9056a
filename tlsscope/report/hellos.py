"""The hellos as JSON, from finished parts: a Session and its hello enter, text leaves.

What repeats is kept by what determines it: a hello without its random, session id, key shares and name.
"""

from typing import Any

from msgspec.structs import replace

from tlsscope import tables
from tlsscope.handshake import extensions
from tlsscope.handshake.extensions import codes
from tlsscope.handshake.messages import ClientHello, ServerHello
from tlsscope.session import agreed
from tlsscope.session.model import Session
from tlsscope.session.visibility import is_sealed

from . import compose, shapes
from .document import HelloClient
from .fragments import HOLE, Kept, Table, array, number, pieces, text

LARGEST_KEY = 4096  # bytes of a hello by which something is kept


def write_client_hello(session: Session, hello: ClientHello) -> tuple[str, str]:
    """Write the server name, and the hello."""
    offered, bodies = shapes.codes_and_bodies(hello.extensions)
    key = shapes.hello_key(hello, session.protocol, offered, bodies)
    parts = None if hello.is_sslv2 else _HELLOS.get(key)
    if parts is None:
        if hello.is_sslv2 or len(hello.body) > LARGEST_KEY:
            return text(agreed.server_name(session)), text(compose.client_hello(session, hello))
        parts = _hello_parts(key, bodies)
        _HELLOS.keep(key, parts)
    a, b, c, d, e, f = parts
    body = bodies.get
    shares = _GROUPS[compose.key_share_groups(body(codes.KEY_SHARE))]
    ech = _WORDS[compose.ech_kind(body(codes.ENCRYPTED_CLIENT_HELLO))]
    frame, random, session_id = number(session.client_hello_frame), hello.random.hex(), hello.session_id.hex()
    named = body(codes.SERVER_NAME)
    name = "null" if named is None else text(agreed.read(named, extensions.server_name))
    return name, f'{a}{frame}{b}"{random}"{c}"{session_id}"{d}{shares}{e}{ech}{f}'


def _hello_parts(key: shapes.HelloKey, bodies: dict[int, bytes]) -> tuple[str, ...]:
    """Write what repeats of a hello, around frame, random, session id, key shares and ECH.

    Some clients shuffle their extensions, so that few hellos are the same as a whole: the lists in them are.
    """
    _, legacy_version, suite_codes, offered, group_body, _, scheme_body, alpn_body, version_body = key
    o, prints = _OFFER, shapes.key_fingerprints(key)
    version, versions, suites = _VERSION[legacy_version], _VERSIONS[version_body], _SUITES[suite_codes]
    groups, schemes, alpn = _GROUP_LISTS[group_body], _SCHEMES[scheme_body], _ALPN[alpn_body]
    shown = array([_EXTENSION[code] for code in offered])
    early, later = _FLAG[codes.EARLY_DATA in bodies], _FLAG[codes.POST_HANDSHAKE_AUTH in bodies]
    return (
        o[0],
        f"{o[1]}{version}{o[2]}{versions}{o[3]}",
        o[4],
        f"{o[5]}{suites}{o[6]}{shown}{o[7]}{groups}{o[8]}",
        f"{o[9]}{schemes}{o[10]}{alpn}{o[11]}",
        f'{o[12]}{early}{o[13]}{later}{o[14]}"{prints.ja3}"{o[15]}"{prints.ja3_text}"{o[16]}"{prints.ja4}"{o[17]}',
    )


def write_server_hello(session: Session, answer: ServerHello) -> tuple[str, str, str, str]:
    """Write the cipher suite, the key exchange, the protocol selected, and the hello."""
    offered, bodies = shapes.codes_and_bodies(answer.extensions)
    share, exchange = bodies.get(codes.KEY_SHARE, b""), session.server_key_exchange
    key = (
        is_sealed(session), answer.legacy_version, answer.cipher_suite, offered, session.retry is None,
        compose.downgrade(answer), share[:4], len(share), exchange and exchange[:3],
    )  # fmt: skip # of a key share, its group and lengths; of a ServerKeyExchange, its curve
    parts = _ANSWERS.get(key)
    if parts is None:
        told = replace(compose.server_hello(session, answer), frame=HOLE, random=HOLE, session_id=HOLE)
        suite = text(shapes.suite(answer.cipher_suite))
        parts = (suite, text(compose.key_exchange(session, answer)), *pieces(told))
        if len(answer.body) <= LARGEST_KEY and not _has_hint(answer.cipher_suite):
            _ANSWERS.keep(key, parts)
    suite, agreed_on, a, b, c, d = parts
    frame = number(session.server_hello_frame)
    chosen = f'{a}{frame}{b}"{answer.random.hex()}"{c}"{answer.session_id.hex()}"{d}'
    alpn = "null"
    if codes.ALPN in bodies or session.encrypted_extensions is not None:
        alpn = write_protocol(session)
    return suite, agreed_on, alpn, chosen


def write_protocol(session: Session) -> str:
    """Write the protocol selected; a witness may have EncryptedExtensions without a ServerHello."""
    return _PROTOCOLS[agreed.application_protocol(session)]


def _has_hint(suite: int) -> bool:
    """Tell whether a hint of any length stands before the curve, RFC 5489 §2."""
    known = tables.cipher_suite(suite)
    return known is not None and known.key_exchange == "ECDHE_PSK"


_OFFER = pieces(HelloClient(*[HOLE] * len(HelloClient.__struct_fields__)))
_VERSION = Kept[int, str](lambda code: text(tables.version_name(code)))
_VERSIONS = Kept[shapes.Body, str](lambda body: text(shapes.versions_in(body)))
_SUITES = Kept[shapes.Codes, str](lambda found: text(shapes.suites(found)))
_EXTENSION = Kept[int, str](lambda code: text(shapes.extension_number(code)))
_GROUP_LISTS = Kept[shapes.Body, str](lambda body: text(shapes.groups_in(body)))
_SCHEMES = Kept[shapes.Body, str](lambda body: text(shapes.schemes_in(body)))
_ALPN = Kept[shapes.Body, str](lambda body: text(shapes.protocols_in(body)))
_FLAG = {False: "false", True: "true"}

_HELLOS = Table[shapes.HelloKey, tuple[str, ...]]()
_ANSWERS = Table[tuple[Any, ...], tuple[str, ...]]()
_GROUPS = Kept[tuple[int, ...], str](lambda key: text(shapes.groups(key)))
_PROTOCOLS = Kept[bytes | None, str](lambda key: text(None if key is None else shapes.protocol_name(key)))
_WORDS = Kept[str | None, str](text)
