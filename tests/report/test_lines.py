"""The quick road writes the same bytes as the document encoded: for any session, seen before or not."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from made_sessions import START, mutual_tls12, one_way_tls13, unseen

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.handshake.messages import CertificateRequest, ClientHello, ServerHello
from tlsscope.pipeline import Scan
from tlsscope.report import fragments
from tlsscope.report.compose import document
from tlsscope.report.fragments import HOLE, Kept, pieces
from tlsscope.report.lines import SessionWriter
from tlsscope.report.parts import REFERRED, WHOLE
from tlsscope.report.text import harmless_json
from tlsscope.session.model import (
    Alert,
    Authentication,
    Basis,
    ClientCertificate,
    Endpoint,
    Finding,
    Ground,
    Mode,
    Outcome,
    Resumption,
    ResumptionKind,
    Session,
    Severity,
    State,
)
from tlsscope.session.spoken import Message

SHARED = Path(__file__).parents[3] / "shared"
TRIES = 300
CAPTURES = 40  # of each collection

words = some.text(max_size=20) | some.sampled_from(["a.example", "\x7f", "\x1b[31m", '"', "é\x7f", "\u202e", "%s"])
blobs = some.binary(max_size=60)
bits16 = some.integers(0, 0xFFFF)
frames = some.integers(1, 10**6)
frame_lists = some.lists(frames, max_size=4).map(tuple)
times = some.integers(0, 2**62) | some.integers(START - 10**9, START + 10**9)
sides = some.sampled_from([0, 1])
maybe = some.none() | some.booleans()

suites = some.sampled_from([0x1301, 0x1A1A, 0xC02F, 0xC035, 0x009C, 0x10080, 0x7777])  # 0xC035: ECDHE_PSK
known = [0, 10, 11, 13, 16, 35, 43, 45, 51, 0xFE0D, 0x2A2A, 65281]
bodies = blobs | some.sampled_from(
    [
        bytes.fromhex("0006000003612e62"), bytes.fromhex("000a0000076500782e6f7267"), bytes.fromhex("0004001d0017"),
        bytes.fromhex("000c02683208687474702f312e31"), bytes.fromhex("0003026832"), bytes.fromhex("0304"),
        bytes.fromhex("001d0002abcd"), bytes.fromhex("0006001d0002abcd"), bytes.fromhex("0403040303"), b"\0", b"\1",
    ]
)  # fmt: skip
extension_lists = some.lists(some.tuples(some.sampled_from(known), bodies), max_size=6).map(tuple)
client_hellos = some.builds(
    ClientHello, bits16, blobs, blobs, some.lists(suites, max_size=5).map(tuple), blobs, extension_lists, blobs,
    is_sslv2=some.booleans(),
)  # fmt: skip
endings = some.sampled_from([b"DOWNGRD\x01", b"DOWNGRD\x00", b"01234567"])
randoms = some.builds(bytes.__add__, some.binary(min_size=24, max_size=24), endings)
server_hellos = some.builds(ServerHello, bits16, randoms, blobs, suites, sides, extension_lists, blobs)
requests = some.builds(
    CertificateRequest, some.lists(some.integers(0, 255), max_size=3).map(tuple),
    some.lists(bits16, max_size=3).map(tuple), some.lists(blobs, max_size=2).map(tuple),
)  # fmt: skip
messages = some.builds(
    Message, sides, some.sampled_from([20, 21, 22, 23, 99]), some.integers(-1, 255), bits16, frames, times, frames,
    some.sampled_from([0, 1, 2]),
)  # fmt: skip
verdicts = some.builds(
    Authentication, some.sampled_from(Mode), some.none() | some.sampled_from(Basis), some.floats(0, 1),
    some.sampled_from(ClientCertificate), some.lists(some.builds(Ground, words, words, frame_lists)).map(tuple),
    maybe, maybe, maybe,
)  # fmt: skip
chains = some.none() | some.lists(blobs, max_size=2).map(tuple)
endpoints = some.builds(Endpoint, words, bits16)
sessions = some.builds(
    Session,
    file=words, client=endpoints, server=endpoints, first_frame=frames, last_frame=frames, start=times, end=times,
    id=words, transport=words, protocol=some.sampled_from(["TLS", "DTLS", "QUIC", "SSLv2"]),
    carrier=some.none() | words, encapsulation=some.lists(words, max_size=2).map(tuple),
    time_digits=some.integers(0, 9),
    client_hello=some.none() | client_hellos, client_hello_frame=some.none() | frames,
    retry=some.none() | server_hellos, server_hello=some.none() | server_hellos,
    server_hello_frame=some.none() | frames,
    version=some.none() | some.sampled_from([0x0303, 0x0304, 0x7F1C, 0xFEFC, 0x1234]),
    server_key_exchange=some.none() | blobs | some.sampled_from([b"\3\0\x1d", b"\0\2ab\3\0\x17"]),
    server_certificates=chains, client_certificates=chains,
    certificate_request=some.none() | requests, certificate_request_frame=some.none() | frames,
    encrypted_extensions=some.none() | extension_lists,
    alerts=some.lists(some.builds(Alert, sides, some.none() | sides, some.none() | sides, frames), max_size=2),
    bytes=some.tuples(bits16, bits16), packets=some.tuples(sides, sides),
    not_visible=some.dictionaries(words, words, max_size=2),
    anomalies=some.lists(
        some.builds(Anomaly, some.sampled_from(Kind), words, some.none() | frames, some.none() | sides), max_size=2
    ),
    authentication=some.none() | verdicts,
    outcome=some.none() | some.builds(Outcome, some.sampled_from(State), some.none() | sides, some.none() | words),
    resumption=some.none() | some.builds(Resumption, some.sampled_from(ResumptionKind), maybe, some.none() | words),
    findings=some.lists(
        some.builds(Finding, words, some.sampled_from(Severity), words, words, frame_lists), max_size=2
    ).map(tuple),
)  # fmt: skip



def with_messages(session: Session, said: list[Message]) -> Session:
    session.messages = said
    return session


talking = some.builds(with_messages, sessions, some.lists(messages, max_size=6))


WRITER = SessionWriter(WHOLE)


def quickly(session: Session) -> bytes:
    return WRITER.write(session)


def slowly(session: Session) -> bytes:
    return harmless_json(msgspec.json.encode(document(session)))


def test_encrypted_extensions_without_a_server_hello_are_written_like_the_document() -> None:
    session = unseen()
    session.encrypted_extensions = ((16, bytes.fromhex("0003020000")),)
    assert document(session).alpn == "\0\0"
    assert quickly(session) == slowly(session)


@settings(max_examples=TRIES, deadline=None)
@given(talking)
def test_any_session_is_written_like_its_document(session: Session) -> None:
    for _ in range(2):  # the second time from what was kept
        assert quickly(session) == slowly(session)


def test_made_sessions_are_written_like_their_documents() -> None:
    for session in (one_way_tls13(), mutual_tls12(), unseen()):
        assert quickly(session) == slowly(session)


def captures(collection: str) -> Iterator[str]:
    found = sorted(path for path in (SHARED / collection).rglob("*.pcap*") if path.stat().st_size < 2**20)
    yield from map(str, random.Random(collection).sample(found, min(CAPTURES, len(found))))


@pytest.mark.parametrize("collection", ["corpus", "lab"])
def test_captured_sessions_are_written_like_their_documents(collection: str) -> None:
    if not (SHARED / collection).is_dir():
        pytest.skip(f"no {collection} beside the checkout")
    told = [one for one in Scan(captures(collection)) if isinstance(one, Session)]
    assert told
    for session in told:
        assert quickly(session) == slowly(session)


def test_with_references_only_digests_stand_for_certificates() -> None:
    told = json.loads(SessionWriter(REFERRED).write(mutual_tls12()))
    whole = json.loads(SessionWriter(WHOLE).write(mutual_tls12()))
    for side in ("server_certificates", "client_certificates"):
        assert told.pop(side) == [{"sha256": one["sha256"]} for one in whole.pop(side)]
    assert told == whole


def test_a_line_has_a_line_for_each_finding_behind_it() -> None:
    session = mutual_tls12(7)
    session.findings = (Finding("old-version", Severity.MEDIUM, "TLS 1.1 is deprecated", "RFC 8996", (6, 8)),)
    first, second = SessionWriter(WHOLE).line(session).splitlines()
    assert json.loads(first)["kind"] == "session"
    assert json.loads(second) == {
        "kind": "finding", "session": session.id, "rule": "old-version", "severity": "medium",
        "text": "TLS 1.1 is deprecated", "reference": "RFC 8996", "frames": [6, 8],
    }  # fmt: skip
    assert SessionWriter(WHOLE).findings(session) == [second]


def test_a_value_is_cut_at_its_holes() -> None:
    assert pieces({"a": HOLE, "b": [1, HOLE]}) == (b'{"a":', b',"b":[1,', b"]}")


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "LARGEST", 10)
    made: list[int] = []

    def make(number: int) -> bytes:
        made.append(number)
        return b"x" * number

    kept = Kept(make, entries=2)
    assert [len(kept.text(number)) for number in (1, 1, 20, 20, 2, 3)] == [1, 1, 20, 20, 2, 3]
    assert made == [1, 20, 20, 2, 3]
    assert len(kept) <= 2
