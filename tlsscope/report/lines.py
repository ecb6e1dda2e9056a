"""The quick road from a judged Session to JSON: the same bytes as `compose.document` encoded, joined from parts.

The words of each part come from `compose`, once for each shape of traffic; here only what differs from session
to session is filled in: frames, times, lengths, randoms, names. What is rare takes the slow road.
"""

from itertools import chain, repeat
from typing import Any

from msgspec.structs import replace

from tlsscope import tables
from tlsscope.certificate import facts
from tlsscope.handshake import extensions
from tlsscope.handshake.extensions import codes
from tlsscope.handshake.messages import CertificateRequest, ClientHello, ServerHello
from tlsscope.session import agreed
from tlsscope.session.model import Authentication, Endpoint, Finding, Ground, Outcome, Session
from tlsscope.session.visibility import is_sealed, not_visible

from . import compose, shapes
from .document import CertificateReference, Directions, FindingLine, HelloClient, MessageLine, SessionDocument, Source
from .fragments import HOLE, Kept, Table, array, numbers, pieces, text
from .steps import course
from .times import duration, rfc3339

LARGEST_KEY = 4096  # bytes of what is kept by its bytes
MOST_KEPT = 8192  # addresses, certificates

Surroundings = tuple[str, str, str, str | None, tuple[str, ...], int | None]


def session_json(session: Session, certificates: Kept[bytes, str]) -> str:
    """Write a session; `certificates` tells how one of them is written: `WHOLE` or `REFERRED`."""
    hello, answer, digits = session.client_hello, session.server_hello, session.time_digits
    start = rfc3339(session.start, digits)
    messages, end = _messages(session, start)
    client, server = session.client, session.server
    name, offered = _NOTHING_OFFERED if hello is None else _client_hello(session, hello)
    suite, exchange, alpn, chosen = _NOTHING_CHOSEN if answer is None else _server_hello(session, answer)
    surroundings = (
        session.file, session.transport, session.protocol, session.carrier, session.encapsulation, session.version,
    )  # fmt: skip
    line = list(_FRAMES[surroundings])
    line[1::2] = (
        text(session.id),
        str(session.first_frame),
        str(session.last_frame),
        _ADDRESSES[client.ip],
        str(client.port),
        _ADDRESSES[server.ip],
        str(server.port),
        f'"{start}"',
        f'"{end}"',
        text(duration(session.start, session.end, digits)),
        suite,
        exchange,
        name,
        alpn,
        "null" if session.authentication is None else _authentication(session.authentication),
        "null" if session.outcome is None else _outcome(session, session.outcome),
        "null" if session.resumption is None else text(session.resumption),
        "null" if session.certificate_request is None else _request(session, session.certificate_request),
        _chain(session.server_certificates, certificates),
        _chain(session.client_certificates, certificates),
        offered,
        chosen,
        messages,
        str(session.bytes[0]),
        str(session.bytes[1]),
        str(session.packets[0]),
        str(session.packets[1]),
        _reasons(session),
        text(compose.anomalies(session)) if session.anomalies else "[]",
        array(list(map(_finding, session.findings))) if session.findings else "[]",
    )
    return "".join(line)


def findings_json(session: Session) -> list[str]:
    """Write a session's findings as values of their own."""
    return [_finding_line(session.id, one) for one in session.findings]


def _frame(surroundings: Surroundings) -> tuple[str, ...]:
    """Write the session document's skeleton; every second part is to be filled in."""
    file, transport, protocol, carrier, encapsulation, version = surroundings
    skeleton = SessionDocument(
        id=HOLE,
        source=Source(compose.file_name(file), HOLE, HOLE),
        transport=transport,
        protocol=protocol,
        carrier=carrier,
        encapsulation=encapsulation,
        client=Endpoint(HOLE, HOLE),
        server=Endpoint(HOLE, HOLE),
        start=HOLE,
        end=HOLE,
        duration=HOLE,
        version=None if version is None else tables.version_name(version),
        cipher_suite=HOLE,
        key_exchange=HOLE,
        server_name=HOLE,
        alpn=HOLE,
        authentication=HOLE,
        outcome=HOLE,
        resumption=HOLE,
        certificate_request=HOLE,
        server_certificates=HOLE,
        client_certificates=HOLE,
        client_hello=HOLE,
        server_hello=HOLE,
        messages=HOLE,
        bytes=Directions(HOLE, HOLE),
        packets=Directions(HOLE, HOLE),
        not_visible=HOLE,
        anomalies=HOLE,
        findings=HOLE,
    )
    return tuple(chain.from_iterable(zip(pieces(skeleton), repeat(""), strict=False)))[:-1]


def _messages(session: Session, start: str) -> tuple[str, str]:
    """Write the messages; and the time of the session's end, which mostly is the last one's."""
    digits, time, written, frame, head = session.time_digits, session.start, start, -1, ""
    said = _SAID[course(session)]
    lines = []
    for message in session.messages:
        if message.frame != frame or message.time != time:  # many share one frame
            if message.time != time:
                time = message.time
                written = rfc3339(time, digits)
            frame = message.frame
            head = f'{_MESSAGE}{frame}{_AT}"{written}"'
        middle, tail = said[message.direction, message.content_type, message.type, message.protection]
        lines.append(f"{head}{middle}{message.length}{tail}")
    end = written if session.end == time else rfc3339(session.end, digits)
    return array(lines) if session.retry is None else text(compose.messages(session)), end


def _client_hello(session: Session, hello: ClientHello) -> tuple[str, str]:
    """Write the server name, and the hello."""
    offered, bodies = shapes.codes_and_bodies(hello.extensions)
    key = shapes.hello_key(hello, session.protocol, offered, bodies)
    parts = _HELLOS.get(key)
    if parts is None:
        if len(hello.body) > LARGEST_KEY:
            return text(agreed.server_name(session)), text(compose.client_hello(session, hello))
        parts = _hello_parts(hello, session.protocol, offered, bodies)
        _HELLOS.keep(key, parts)
    a, b, c, d, e, f = parts
    body = bodies.get
    shares = _GROUPS[compose.key_share_groups(body(codes.KEY_SHARE))]
    ech = _WORDS[compose.ech_kind(body(codes.ENCRYPTED_CLIENT_HELLO))]
    frame, random, session_id = _number(session.client_hello_frame), hello.random.hex(), hello.session_id.hex()
    named = body(codes.SERVER_NAME)
    name = "null" if named is None else text(agreed.read(named, extensions.server_name))
    return name, f'{a}{frame}{b}"{random}"{c}"{session_id}"{d}{shares}{e}{ech}{f}'


def _hello_parts(hello: ClientHello, protocol: str, offered: shapes.Codes, bodies: dict[int, bytes]) -> tuple[str, ...]:
    """Write what repeats of a hello, around frame, random, session id, key shares and ECH.

    Some clients shuffle their extensions, so that few hellos are the same as a whole: the lists in them are.
    """
    body, o = bodies.get, _OFFER
    prints = shapes.client_fingerprints(hello, protocol)
    version, versions = _VERSION[hello.legacy_version], _VERSIONS[body(codes.SUPPORTED_VERSIONS)]
    suites, groups = _SUITES[hello.cipher_suites], _GROUP_LISTS[body(codes.SUPPORTED_GROUPS)]
    shown = array([_EXTENSION[code] for code in offered])
    schemes, alpn = _SCHEMES[body(codes.SIGNATURE_ALGORITHMS)], _ALPN[body(codes.ALPN)]
    early, later = _FLAG[codes.EARLY_DATA in bodies], _FLAG[codes.POST_HANDSHAKE_AUTH in bodies]
    return (
        o[0],
        f"{o[1]}{version}{o[2]}{versions}{o[3]}",
        o[4],
        f"{o[5]}{suites}{o[6]}{shown}{o[7]}{groups}{o[8]}",
        f"{o[9]}{schemes}{o[10]}{alpn}{o[11]}",
        f'{o[12]}{early}{o[13]}{later}{o[14]}"{prints.ja3}"{o[15]}"{prints.ja3_text}"{o[16]}"{prints.ja4}"{o[17]}',
    )


def _server_hello(session: Session, answer: ServerHello) -> tuple[str, str, str, str]:
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
    frame = _number(session.server_hello_frame)
    chosen = f'{a}{frame}{b}"{answer.random.hex()}"{c}"{answer.session_id.hex()}"{d}'
    alpn = "null"
    if codes.ALPN in bodies or session.encrypted_extensions is not None:
        alpn = _PROTOCOLS[agreed.application_protocol(session)]
    return suite, agreed_on, alpn, chosen


def _has_hint(suite: int) -> bool:
    """Tell whether a hint of any length stands before the curve, RFC 5489 §2."""
    known = tables.cipher_suite(suite)
    return known is not None and known.key_exchange == "ECDHE_PSK"


def _authentication(verdict: Authentication) -> str:
    before, after = _VERDICTS[
        verdict.mode, verdict.basis, verdict.confidence, verdict.client_certificate,
        verdict.requested, verdict.sent, verdict.accepted,
    ]  # fmt: skip
    return f"{before}{array(list(map(_ground, verdict.grounds)))}{after}"


def _ground(ground: Ground) -> str:
    before, after = _GROUNDS[ground.rule, ground.text]
    return f"{before}{numbers(ground.frames)}{after}"


def _finding(one: Finding) -> str:
    before, after = _FINDINGS[one.rule, one.severity, one.text, one.reference]
    return f"{before}{numbers(one.frames)}{after}"


def _finding_line(session: str, one: Finding) -> str:
    before, middle, after = _FINDING_LINES[one.rule, one.severity, one.text, one.reference]
    return f"{before}{text(session)}{middle}{numbers(one.frames)}{after}"


def _outcome(session: Session, ended: Outcome) -> str:
    if session.alerts:
        return text(compose.outcome(ended, session.alerts))
    return _OUTCOMES[ended.state, ended.by, ended.reason]


def _request(session: Session, asked: CertificateRequest) -> str:
    if sum(map(len, asked.authorities)) > LARGEST_KEY:
        return text(compose.request(asked, session.certificate_request_frame))
    before, after = _REQUESTS[asked.certificate_types, asked.signature_algorithms, asked.authorities]
    return f"{before}{_number(session.certificate_request_frame)}{after}"


def _chain(chain: tuple[bytes, ...] | None, certificates: Kept[bytes, str]) -> str:
    return array([certificates[der] if len(der) <= LARGEST_KEY else certificates.make(der) for der in chain or ()])


def _reasons(session: Session) -> str:
    found = not_visible(session)
    return _REASONS[tuple(found.items())] if found else "{}"


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _sayings(taken: str) -> Kept[tuple[int, int, int, int], tuple[str, ...]]:
    """Keep what is said of a message in a course of the handshake, before and after its length."""

    def made(key: tuple[int, int, int, int]) -> tuple[str, ...]:
        sender, name, protection, number, alert, outer = compose.named(taken, *key)
        return pieces(MessageLine(HOLE, HOLE, sender, name, HOLE, protection, number, alert, outer))[2:]

    return Kept(made)


def _verdict(key: tuple[Any, ...]) -> tuple[str, ...]:
    mode, basis, confidence, client_certificate, *facts_apart = key
    return pieces(Authentication(mode, basis, confidence, client_certificate, HOLE, *facts_apart))


_NOTHING_OFFERED = ("null", "null")
_NOTHING_CHOSEN = ("null", "null", "null", "null")
_MESSAGE, _AT, *_ = pieces(MessageLine(HOLE, HOLE, "", "", 0, "", None))

WHOLE = Kept[bytes, str](lambda der: text(facts.read(der)), MOST_KEPT)
REFERRED = Kept[bytes, str](lambda der: text(CertificateReference(facts.read(der).sha256)), MOST_KEPT)

_OFFER = pieces(HelloClient(*[HOLE] * len(HelloClient.__struct_fields__)))
_VERSION = Kept[int, str](lambda code: text(tables.version_name(code)))
_VERSIONS = Kept[shapes.Body, str](lambda body: text(shapes.versions_in(body)))
_SUITES = Kept[shapes.Codes, str](lambda found: text(shapes.suites(found)))
_EXTENSION = Kept[int, str](lambda code: text(shapes.extension_number(code)))
_GROUP_LISTS = Kept[shapes.Body, str](lambda body: text(shapes.groups_in(body)))
_SCHEMES = Kept[shapes.Body, str](lambda body: text(shapes.schemes_in(body)))
_ALPN = Kept[shapes.Body, str](lambda body: text(shapes.protocols_in(body)))
_FLAG = {False: "false", True: "true"}

_FRAMES = Kept(_frame)
_HELLOS = Table[shapes.HelloKey, tuple[str, ...]]()
_ANSWERS = Table[tuple[Any, ...], tuple[str, ...]]()
_SAID = {taken: _sayings(taken) for taken in ("hellos", "one-way", "mutual")}
_VERDICTS = Kept(_verdict)
_GROUNDS = Kept[tuple[str, str], tuple[str, ...]](lambda key: pieces(Ground(*key, HOLE)), MOST_KEPT)
_FINDINGS = Kept[tuple[Any, ...], tuple[str, ...]](lambda key: pieces(Finding(*key, HOLE)))
_FINDING_LINES = Kept[tuple[Any, ...], tuple[str, ...]](lambda key: pieces(FindingLine(HOLE, *key, HOLE)))
_OUTCOMES = Kept[tuple[Any, ...], str](lambda key: text(compose.outcome(Outcome(*key), [])))
_REQUESTS = Kept[tuple[Any, ...], tuple[str, ...]](
    lambda key: pieces(compose.request(CertificateRequest(*key), HOLE))
)
_REASONS = Kept[tuple[tuple[str, str], ...], str](lambda key: text(dict(key)))
_GROUPS = Kept[tuple[int, ...], str](lambda key: text(shapes.groups(key)))
_PROTOCOLS = Kept[bytes | None, str](lambda key: text(None if key is None else shapes.protocol_name(key)))
_ADDRESSES = Kept[str, str](text, MOST_KEPT)
_WORDS = Kept[str | None, str](text)
