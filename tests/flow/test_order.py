"""Bytes that come late, twice, differently or not at all."""

import handshakes
import pytest
from traffic import ACK, PUSH, WORD, Connection, sessions

from tlsscope.anomalies import Kind
from tlsscope.constants import CLIENT, SERVER, SERVER_HELLO_DONE, TLS_1_2
from tlsscope.session.model import Session

TALK = handshakes.tls12()
HELLO, FLIGHT, REST = TALK[0][1], TALK[1][1], TALK[2:]
CERTIFICATE = (handshakes.identity(handshakes.NAME).der,)


def kinds(session: Session) -> list[tuple[Kind, int | None]]:
    return [(anomaly.kind, anomaly.direction) for anomaly in session.anomalies]


def types(session: Session, direction: int) -> list[int]:
    return [message.type for message in session.messages if message.direction == direction]


def pushed(connection: Connection, direction: int, start: int, stop: int, data: bytes) -> None:
    """Send `data[start:stop]` with the number it has in the stream that begins with `data`."""
    connection.segment(direction, PUSH | ACK, data[start:stop], seq=connection.next[direction] + start)


def after_hello() -> Connection:
    return Connection().open().send(CLIENT, HELLO)


def test_a_message_is_complete_with_the_segment_that_came_last() -> None:
    connection = after_hello()
    pushed(connection, SERVER, 300, len(FLIGHT), FLIGHT)
    pushed(connection, SERVER, 0, 300, FLIGHT)
    (session,) = sessions(connection.packets)
    assert {message.frame for message in session.messages if message.direction == SERVER} == {6}
    assert session.server_certificates == CERTIFICATE


def test_the_first_copy_of_a_byte_wins() -> None:
    """Also where it was held back, and the other copy comes with the bytes before it."""
    spoiled = FLIGHT[:100] + bytes(byte ^ 255 for byte in FLIGHT[100:200]) + FLIGHT[200:]
    for first in (50, 120):
        connection = after_hello()
        pushed(connection, SERVER, 100, 200, FLIGHT)
        pushed(connection, SERVER, first, 300, spoiled)
        pushed(connection, SERVER, 0, first, FLIGHT)
        connection.next[SERVER] += 300
        (session,) = sessions(connection.send(SERVER, FLIGHT[300:]).packets)
        assert session.server_certificates == CERTIFICATE
        assert kinds(session) == [(Kind.OVERLAP_CONFLICT, SERVER)]


def test_a_copy_that_differs_is_told_and_not_taken() -> None:
    connection = after_hello().send(SERVER, FLIGHT)
    connection.next[SERVER] -= len(FLIGHT)
    (session,) = sessions(connection.send(SERVER, bytes(len(FLIGHT))).say(REST).packets)
    assert session.server_certificates == CERTIFICATE
    assert kinds(session) == [(Kind.OVERLAP_CONFLICT, SERVER)]


def test_a_copy_that_reaches_further_brings_what_is_new() -> None:
    connection = after_hello()
    pushed(connection, SERVER, 0, 200, FLIGHT)
    pushed(connection, SERVER, 100, len(FLIGHT), FLIGHT)
    (session,) = sessions(connection.packets)
    assert session.server_certificates == CERTIFICATE
    assert session.anomalies == []


def test_a_keep_alive_probe_is_no_conflict() -> None:
    """RFC 9293 §3.8.4: one byte of garbage, or none, one number before the next."""
    connection = after_hello()
    connection.segment(CLIENT, ACK, b"\0", seq=connection.next[CLIENT] - 1)
    connection.segment(CLIENT, ACK, b"", seq=connection.next[CLIENT] - 1)
    (session,) = sessions(connection.send(SERVER, FLIGHT).say(REST).packets)
    assert session.anomalies == []


def test_a_keep_alive_probe_yields_to_what_was_late() -> None:
    connection = after_hello()
    pushed(connection, SERVER, 299, 300, bytes(300))
    (session,) = sessions(connection.send(SERVER, FLIGHT[:300]).send(SERVER, FLIGHT[300:]).say(REST).packets)
    assert session.server_certificates == CERTIFICATE
    assert session.anomalies == []


def test_a_zero_window_probe_carries_the_next_byte() -> None:
    """RFC 9293 §3.8.6.1: it is sent again with the others when the window opens."""
    connection = after_hello()
    pushed(connection, SERVER, 0, 1, FLIGHT)
    pushed(connection, SERVER, 0, 1, FLIGHT)
    (session,) = sessions(connection.send(SERVER, FLIGHT).say(REST).packets)
    assert session.server_certificates == CERTIFICATE
    assert session.anomalies == []


@pytest.mark.parametrize("number", [0, WORD, WORD - 100, 0x7FFF_FFFF, 0x8000_0000])
def test_numbers_wrap_around(number: int) -> None:
    (session,) = sessions(Connection(numbers=(number, number)).open().say(TALK, 50).close().packets)
    assert (session.version, session.anomalies) == (TLS_1_2, [])


def test_a_lost_segment_is_a_gap_and_the_other_direction_goes_on() -> None:
    """The receiver has acknowledged it, so it will not come: bytes of the Certificate."""
    connection = after_hello()
    pushed(connection, SERVER, 0, 150, FLIGHT)
    connection.lose(SERVER, 250).send(SERVER, FLIGHT[250:])
    connection.acknowledge(CLIENT, 20)
    (session,) = sessions(connection.say(REST).close().packets)
    assert kinds(session) == [(Kind.GAP, SERVER)]
    assert session.anomalies[0].text.startswith("100 bytes of the server")
    assert session.gap_before == (None, 6)
    assert session.server_certificates is None
    assert SERVER_HELLO_DONE in types(session, SERVER)  # records are found again behind the broken one
    assert 16 in types(session, CLIENT)


def test_a_gap_that_is_never_acknowledged_is_told_at_the_end() -> None:
    connection = after_hello().lose(SERVER, 150).send(SERVER, FLIGHT[150:])
    only_server = [packet for packet in connection.packets if packet.data[34:36] == b"\x01\xbb"]
    assert sessions(only_server) == []  # from its middle, no boundary is proved
    (session,) = sessions(connection.packets)
    assert types(session, SERVER) == []


@pytest.mark.parametrize("loser", [CLIENT, SERVER])
def test_bytes_missing_just_before_the_end_are_a_gap(loser: int) -> None:
    """No segment comes behind them, but the FIN's number counts them (RFC 9293 §3.4)."""
    connection = after_hello().send(SERVER, FLIGHT).lose(loser, 7).close()
    (session,) = sessions(connection.packets)
    assert kinds(session) == [(Kind.GAP, loser)]
    assert session.anomalies[0].text.startswith("7 bytes")
    assert session.gap_before[loser] is not None
    assert session.gap_before[1 - loser] is None


def test_a_number_that_was_spent_on_a_fin_is_no_gap() -> None:
    """Also where it is sent again, or acknowledges later than it was sent."""
    connection = after_hello().send(SERVER, FLIGHT).close()
    (session,) = sessions([*connection.packets, *connection.packets[-3:]])
    assert session.anomalies == []


def test_records_resume_only_at_a_proven_boundary() -> None:
    """Bytes behind a gap that look like a record and do not end like one are not taken."""
    fake = b"\x16\x03\x03\x00\x40\x0b\x00\x00\x3c" + bytes(20)
    connection = after_hello().send(SERVER, FLIGHT[:100]).lose(SERVER, 5000).send(SERVER, fake)
    (session,) = sessions(connection.acknowledge(CLIENT, 20).packets)
    assert session.server_certificates is None


def test_what_snaplen_cut_is_not_lost_but_cut() -> None:
    connection = after_hello().segment(SERVER, PUSH | ACK, FLIGHT, cut=300)
    (session,) = sessions(connection.say(REST).packets)
    assert kinds(session) == [(Kind.SNAPLEN, SERVER)]
    assert session.server_hello is not None
    assert session.server_certificates is None
    assert 16 in types(session, CLIENT)


def test_too_much_out_of_order_is_given_up_and_said() -> None:
    connection = after_hello().lose(SERVER, 1)
    for _ in range(300):
        connection.send(SERVER, b"\x17\x03\x03\x00\x01x")
    (session,) = sessions(connection.packets)
    assert (Kind.BOUND_HIT, SERVER) in kinds(session)


def test_a_lost_first_segment_of_the_server() -> None:
    """Behind the gap a ServerHello proves where records begin."""
    connection = after_hello().lose(SERVER, 39).send(SERVER, FLIGHT, size=200).acknowledge(CLIENT, 20)
    (session,) = sessions(connection.say(REST).packets)
    assert kinds(session) == [(Kind.GAP, SERVER)]
    assert session.server_certificates == CERTIFICATE
