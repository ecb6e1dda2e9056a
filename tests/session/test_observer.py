"""What becomes a session, when enough is known of it, and what bounds it."""

import handshakes
from traffic import Connection, sessions

from tlsscope.anomalies import Kind
from tlsscope.constants import CLIENT, ENCRYPTED, HANDSHAKE, SERVER, TLS_1_2, TLS_1_3
from tlsscope.session.model import Session

TALK12, TALK13 = handshakes.tls12(), handshakes.tls13()
DATA = b"\x17\x03\x03\x00\x20" + bytes(32)


def hear(*said: tuple[int, bytes]) -> list[Session]:
    return sessions(Connection().open().say(said, size=60_000).close().packets)


def test_the_facts_of_a_mutual_handshake() -> None:
    """Each message in its place, with the certificates that both ends were given."""
    (session,) = hear(*handshakes.tls12(mutual=True))
    assert session.server_certificates == (handshakes.identity(handshakes.NAME).der,)
    assert session.client_certificates == (handshakes.identity("client.example").der,)
    assert session.certificate_request is not None
    frames = session.server_certificates_frame, session.certificate_request_frame, session.client_certificates_frame
    assert frames == (5, 5, 6)
    assert session.client_certificate_verify_frame == 6
    assert [(m.direction, m.type) for m in session.messages if m.content_type == HANDSHAKE] == [
        (CLIENT, 1), (SERVER, 2), (SERVER, 11), (SERVER, 12), (SERVER, 13), (SERVER, 14),
        (CLIENT, 11), (CLIENT, 16), (CLIENT, 15), (CLIENT, -1), (SERVER, 4), (SERVER, -1),
    ]  # fmt: skip


def test_an_identity_is_of_the_traffic_alone() -> None:
    (one,), (again,) = hear(*TALK12), hear(*TALK12)
    assert one.id == again.id != ""
    assert hear(*TALK13)[0].id != one.id


def test_tls12_is_told_after_enough_data_and_its_bytes_go_on_counting() -> None:
    (session,) = hear(*TALK12[:4], *[(SERVER, DATA)] * 100)
    assert session.version == TLS_1_2
    assert len(session.records) == 24
    assert session.bytes[SERVER] == sum(len(data) for way, data in TALK12[:4] if way == SERVER) + 100 * len(DATA)


def test_tls13_is_told_after_the_answers_of_the_server() -> None:
    (session,) = hear(*TALK13[:3], *[(SERVER, DATA)] * 100)
    assert session.version == TLS_1_3
    client = next(index for index, one in enumerate(session.records) if one.direction == CLIENT)
    assert sum(one.direction == SERVER for one in session.records[client:]) == 8


def test_early_data_does_not_tell_a_session_before_its_server_answers() -> None:
    """RFC 8446 §4.2.10: a client may send much before the ServerHello; the extension says so."""
    hello = bytearray(TALK13[0][1])
    early = b"\0\x2a\0\0"
    body = hello[9:]
    at = 2 + 32
    at += 1 + body[at]
    at += 2 + int.from_bytes(body[at : at + 2], "big")
    at += 1 + body[at]
    body[at : at + 2] = (int.from_bytes(body[at : at + 2], "big") + len(early)).to_bytes(2, "big")
    body += early
    whole = b"\x16\x03\x01" + (4 + len(body)).to_bytes(2, "big") + b"\1" + len(body).to_bytes(3, "big") + body
    (session,) = hear((CLIENT, bytes(whole)), *[(CLIENT, DATA)] * 60, TALK13[1])
    assert session.server_hello is not None


def test_an_alert_alone_is_no_session() -> None:
    assert hear((CLIENT, b"\x15\x03\x03\0\2\2\x28")) == []


def test_too_many_messages_are_bounded_and_said() -> None:
    done = b"\x0e\0\0\0" * 1000
    (session,) = hear(TALK12[0], (SERVER, b"\x16\x03\x03" + len(done).to_bytes(2, "big") + done))
    assert len(session.messages) == 512
    assert [anomaly.kind for anomaly in session.anomalies] == [Kind.BOUND_HIT]


def test_too_many_sessions_in_one_connection_are_bounded_and_said() -> None:
    told = hear(*(TALK12[:2] * 100))
    assert len(told) == 64
    assert told[-1].anomalies[-1].kind == Kind.BOUND_HIT


def test_too_many_anomalies_are_bounded_and_said() -> None:
    rotten = b"\x0b\0\0\3\0\0\7" * 40
    (session,) = hear(TALK12[0], (SERVER, b"\x16\x03\x03" + len(rotten).to_bytes(2, "big") + rotten))
    assert len(session.anomalies) == 32
    assert session.anomalies[-1].kind == Kind.BOUND_HIT


def test_sealed_records_are_listed_as_far_as_they_may_be_handshake() -> None:
    """TLS 1.3: the server's flight, up to eight of the client, and two answers."""
    flight = TALK13[0], (SERVER, TALK13[1][1] + DATA)
    (session,) = hear(*flight, *[(CLIENT, DATA)] * 20, *[(SERVER, DATA)] * 5)
    listed = [message for message in session.messages if message.protection == ENCRYPTED]
    assert sum(message.direction == CLIENT for message in listed) == 8
    first = next(message.frame for message in listed if message.direction == CLIENT)
    assert sum(message.direction == SERVER and message.frame > first for message in listed) == 2
    assert any(message.direction == SERVER and message.length == len(DATA) for message in listed[:8])
