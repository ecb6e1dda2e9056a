"""When a connection is told: soon where both have acknowledged the other's end, else after a longer silence."""

import handshakes
import pytest
from traffic import ACK, FIN, PUSH, RST, SECOND, Captured, Connection, Packet

from tlsscope.constants import CLIENT, SERVER
from tlsscope.pipeline.reading import Reading
from tlsscope.secrets.keylog import KeyLog
from tlsscope.secrets.keyring import Keyring
from tlsscope.session.model import Ending, Session

TALK = handshakes.tls12()
HELLO = TALK[0][1]


def spoken() -> Connection:
    return Connection().open().say(TALK)


def told_after(packets: list[Packet]) -> list[tuple[int, Session]]:
    """Give each session with the frame that told it; those that the end of the capture told have none."""
    reading = Reading(Captured(packets, rows=1), Keyring(KeyLog()))
    return [(frame, session) for frame in reading.windows() for session in reading.take_told()]


def test_an_end_in_order_is_told_soon_with_all_its_packets() -> None:
    packets = spoken().close().packets
    ((frame, session),) = told_after([*packets, *other(packets)])
    assert frame == len(packets) + 1
    assert sum(session.packets) == len(packets)
    assert (session.ending, session.end_frame) == (Ending.FIN, len(packets) - 2)


def test_a_close_from_both_sides_at_once() -> None:
    connection = spoken()
    before = connection.next[CLIENT]
    connection.segment(CLIENT, FIN | ACK)
    connection.next[CLIENT] = before  # all that the server has seen when it ends
    connection.segment(SERVER, FIN | ACK)
    connection.next[CLIENT] = before + 1
    packets = connection.acknowledge(CLIENT).packets
    assert told_after([*packets, *other(packets)]) == []
    packets = connection.acknowledge(SERVER).packets
    assert len(told_after([*packets, *other(packets)])) == 1


@pytest.mark.parametrize("end", [(CLIENT, RST), (SERVER, FIN | ACK)], ids=["reset", "one side"])
def test_other_ends_take_their_time(end: tuple[int, int]) -> None:
    packets = spoken().segment(*end).acknowledge(1 - end[0]).packets
    assert told_after([*packets, *other(packets)]) == []
    assert len(told_after([*packets, *other(packets, 1000 * SECOND)])) == 1


def test_bytes_that_are_missing_are_waited_for() -> None:
    """The receiver acknowledges all; the capture has the client's last record late."""
    connection = spoken()
    missing = connection.next[CLIENT]
    alert = b"\x15\x03\x03\x00\x02\x01\x00"
    packets = connection.lose(CLIENT, len(alert)).close().packets
    assert told_after([*packets, *other(packets)]) == []
    packets = connection.segment(CLIENT, PUSH | ACK, alert, seq=missing).acknowledge(SERVER).packets
    ((_, session),) = told_after([*packets, *other(packets)])
    assert session.bytes[CLIENT] == sum(len(data) for side, data in TALK if side == CLIENT) + len(alert)


def test_what_comes_after_the_end_is_no_other_session() -> None:
    connection = spoken().close()
    told_by = other(connection.packets)
    connection.time = told_by[0].time
    late = connection.segment(CLIENT, PUSH | ACK, HELLO).segment(CLIENT, PUSH | ACK, HELLO, seq=1001).packets[-2:]
    told = told_after([*connection.packets[:-2], *told_by, *late, *other(late, 1000 * SECOND)])
    assert len(told) == 1


def test_the_same_ends_may_speak_again() -> None:
    first = spoken().close()
    again = Connection(numbers=(70_000, 7_000_000), time=first.time).open().say(TALK).close()
    packets = [*first.packets, *again.packets]
    assert [frame for frame, _ in told_after([*packets, *other(packets)])] == [14, 27]


def other(packets: list[Packet], later: int = 3 * SECOND // 2) -> list[Packet]:
    """Give a packet of another connection: time passes by packets alone."""
    return Connection(("192.0.2.77", 4), time=packets[-1].time + later).segment(CLIENT, ACK, b"x").packets
