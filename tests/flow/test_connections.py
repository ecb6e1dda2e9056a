"""Connections as they come: where they begin and end, who is who, and what is one connection and what is two."""

import handshakes
import pytest
from traffic import ACK, CLIENT_END, FIN, MILLISECOND, PUSH, RST, SECOND, SERVER_END, SYN, Connection, sessions

from tlsscope.anomalies import Kind
from tlsscope.constants import CLIENT, SERVER, TLS_1_2
from tlsscope.flow.opening import Limits
from tlsscope.session.model import Ending, Endpoint, Session

TALK = handshakes.tls12()
HELLO, FLIGHT = TALK[0][1], TALK[1][1]


def kinds(session: Session) -> list[Kind]:
    return [anomaly.kind for anomaly in session.anomalies]


def test_a_connection_from_syn_to_fin() -> None:
    (session,) = sessions(Connection().open().say(TALK).close().packets)
    assert (session.client, session.server) == (Endpoint(*CLIENT_END), Endpoint(*SERVER_END))
    assert (session.first_frame, session.version, session.ending, session.ended_by) == (
        4, TLS_1_2, Ending.FIN, CLIENT,
    )  # fmt: skip
    sent = [sum(len(data) for direction, data in TALK if direction == one) for one in (CLIENT, SERVER)]
    assert session.bytes == tuple(sent)
    assert session.anomalies == []


@pytest.mark.parametrize("ends", [(CLIENT_END, SERVER_END), (("198.51.100.2", 50123), ("192.0.2.1", 443))])
def test_the_client_is_who_says_hello(ends: tuple[tuple[str, int], tuple[str, int]]) -> None:
    client, server = ends
    for one, other in ((client, server), (server, client)):
        (session,) = sessions(Connection(one, other).say(TALK).packets)
        assert (session.client, session.server) == (Endpoint(*one), Endpoint(*other))


def test_addresses_of_version_6_are_written_short() -> None:
    (session,) = sessions(Connection(("2001:db8::1", 5), ("2001:db8:0:0:1:0:0:1", 443)).open().say(TALK).packets)
    assert (session.client.ip, session.server.ip) == ("2001:db8::1", "2001:db8::1:0:0:1")  # RFC 5952 §4.2.3


def test_from_the_middle() -> None:
    """The capture begins with the server's flight: who is who shows, and that the start is missing."""
    (session,) = sessions(Connection().say(TALK[1:]).packets)
    assert session.client == Endpoint(*CLIENT_END)
    assert session.client_hello is None
    assert session.version == TLS_1_2
    assert kinds(session) == [Kind.MID_STREAM]


def test_a_wrong_guess_of_who_is_who_is_mended() -> None:
    """A Certificate alone says nothing; the ClientKeyExchange behind it does."""
    talk = handshakes.tls12(mutual=True)
    (session,) = sessions(Connection(("192.0.2.1", 443), ("198.51.100.2", 50123)).say([talk[2]], 200).packets)
    assert session.client == Endpoint("192.0.2.1", 443)
    assert session.client_certificates == (handshakes.identity("client.example").der,)
    assert session.server_certificates is None
    assert {message.direction for message in session.messages} == {CLIENT}


def test_simultaneous_open() -> None:
    connection = Connection().segment(SERVER, SYN).segment(CLIENT, SYN)
    connection.segment(CLIENT, SYN | ACK, seq=1000).segment(SERVER, SYN | ACK, seq=900_000)
    (session,) = sessions(connection.say(TALK).close().packets)
    assert session.client == Endpoint(*CLIENT_END)
    assert session.anomalies == []


def test_a_reset() -> None:
    (session,) = sessions(Connection().open().say(TALK[:2]).segment(CLIENT, RST).packets)
    assert (session.ending, session.ended_by, session.end_frame) == (Ending.RST, CLIENT, 6)


def test_a_capture_that_ends_first() -> None:
    (session,) = sessions(Connection().open().say(TALK[:2]).packets)
    assert (session.ending, session.ended_by) == (Ending.OPEN, None)


def test_silence_ends_a_connection_in_the_time_of_the_capture() -> None:
    connection = Connection().open().say(TALK)
    connection.time += 1000 * SECOND
    first, second = sessions(connection.say(TALK).packets)
    assert first.ending == Ending.IDLE
    assert kinds(second) == [Kind.MID_STREAM]


def test_a_port_used_again() -> None:
    first = Connection().open().say(TALK).close()
    second = Connection(numbers=(5_000_000, 6_000_000), time=first.time).open().say(handshakes.tls13()).close()
    told = sessions(first.packets + second.packets)
    assert [session.first_frame for session in told] == [4, len(first.packets) + 4]
    assert [session.ending for session in told] == [Ending.FIN, Ending.FIN]


def test_a_port_used_again_without_a_goodbye() -> None:
    first = Connection().open().say(TALK)
    second = Connection(numbers=(5_000_000, 6_000_000), time=first.time).open().say(TALK).close()
    assert [session.ending for session in sessions(first.packets + second.packets)] == [Ending.OPEN, Ending.FIN]


def test_a_repeated_syn_is_the_same_connection() -> None:
    connection = Connection().segment(CLIENT, SYN).segment(CLIENT, SYN, seq=1000)
    connection.segment(SERVER, SYN | ACK).segment(CLIENT, ACK)
    (session,) = sessions(connection.say(TALK).packets)
    assert session.packets[CLIENT] == 3 + sum(direction == CLIENT for direction, _ in TALK)


def test_data_in_the_syn() -> None:
    """TCP Fast Open, RFC 7413."""
    connection = Connection().segment(CLIENT, SYN, HELLO).segment(SERVER, SYN | ACK)
    (session,) = sessions(connection.say(TALK[1:]).packets)
    assert session.client_hello_frame == 1
    assert session.anomalies == []


def test_data_in_the_fin() -> None:
    connection = Connection().open().say(TALK[:1]).segment(SERVER, FIN | PUSH | ACK, FLIGHT)
    (session,) = sessions(connection.packets)
    assert session.server_certificates == (handshakes.identity(handshakes.NAME).der,)


@pytest.mark.parametrize("between", [0, 40])
def test_one_session_after_another(between: int) -> None:
    """Told already (after many records), or not: another ClientHello begins another session."""
    record = b"\x17\x03\x03\x00\x20" + bytes(32)
    connection = Connection().open().say(TALK)
    for _ in range(between):
        connection.send(CLIENT, record)
    told = sessions(connection.say(handshakes.tls13()).close().packets)
    assert [session.version for session in told] == [0x0303, 0x0304]
    assert [session.ending for session in told] == [Ending.OPEN, Ending.FIN]


def test_a_full_table_tells_the_oldest_and_says_so() -> None:
    packets = []
    for number in range(6):
        packets += Connection(("192.0.2.1", 1000 + number)).open().say(TALK[:2]).packets
    told = sessions(packets, Limits(connections=4))
    assert len(told) == 6
    assert [Kind.BOUND_HIT in kinds(session) for session in told] == [True, True, False, False, False, False]


def test_a_flood_of_syns_pushes_no_session_out() -> None:
    packets = Connection().open().say(TALK[:2]).packets
    for number in range(50):
        packets += Connection(("192.0.2.9", 1000 + number)).segment(CLIENT, SYN).packets
    (session,) = sessions(packets, Limits(connections=8))
    assert session.anomalies == []


def test_too_much_memory_is_given_back_and_said() -> None:
    packets = []
    for number in range(200):
        packets += Connection(("192.0.2.1", 1000 + number)).open().say(TALK[:2]).packets
    told = sessions(packets, Limits(weight=500_000))
    assert len(told) == 200
    excused = [session for session in told if Kind.BOUND_HIT in kinds(session)]
    assert 100 < len(excused) < 200
    assert excused == told[: len(excused)]  # the oldest


def test_half_a_message_in_each_of_many_connections() -> None:
    """Nobody can fill the memory with handshakes that never end."""
    packets = Connection().open().say(TALK[:2]).packets
    half = b"\x16\x03\x03\x40\x00\x01\x00\x3f\xfc\x03\x03" + bytes(1300)
    for number in range(300):
        packets += Connection(("192.0.2.9", 1000 + number), time=packets[-1].time).open().send(CLIENT, half).packets
    (session,) = sessions(packets, Limits(weight=400_000))
    assert Kind.BOUND_HIT in kinds(session)


def test_no_tls_is_no_session() -> None:
    connection = Connection().open()
    for _ in range(100):
        connection.send(CLIENT, b"GET / HTTP/1.1\r\n\r\n").send(SERVER, b"HTTP/1.1 200 OK\r\n\r\n")
    assert sessions(connection.say(TALK).packets) == []


def test_tls_after_other_words() -> None:
    """STARTTLS: the search goes on for a while."""
    words = [(SERVER, b"220 ready\r\n"), (CLIENT, b"STARTTLS\r\n"), (SERVER, b"220 go\r\n")]
    (session,) = sessions(Connection().open().say([*words, *TALK]).packets)
    assert session.client_hello_frame == 7


def test_a_first_byte_like_tls_is_given_back_to_the_search() -> None:
    words = [(CLIENT, b"\x16"), (CLIENT, b"hello, this is no TLS"), (SERVER, b"nor this")]
    (session,) = sessions(Connection().open().say([*words, *TALK]).packets)
    assert session.version == TLS_1_2


def test_times_are_those_of_the_capture() -> None:
    connection = Connection().open()
    begun = connection.time + MILLISECOND
    (session,) = sessions(connection.say(TALK[:2]).packets)
    assert (session.start, session.end) == (begun, begun + MILLISECOND)
