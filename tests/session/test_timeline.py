"""A session's rows: what was said goes in as numbers, and comes out as the same messages and records."""

from hypothesis import given
from hypothesis import strategies as some

from tlsscope.constants import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    CLEAR,
    CLIENT,
    CLIENT_HELLO,
    ENCRYPTED,
    HANDSHAKE,
    SERVER,
    SERVER_HELLO,
)
from tlsscope.session.layout import AFTER_GAP, BYTE, CONTENT_TYPE, FEW_ROWS, ROW
from tlsscope.session.model import Endpoint, Session
from tlsscope.session.spoken import Message, SealedRecord
from tlsscope.session.timeline import Timeline


def session(rows: Timeline) -> Session:
    rows.grows = False
    return Session("a.pcap", Endpoint("192.0.2.1", 50000), Endpoint("192.0.2.2", 443), 1, 9, 0, 9, timeline=rows)


def hellos_and_data() -> Timeline:
    rows = Timeline()
    rows.message(CLIENT, HANDSHAKE, CLIENT_HELLO, 512, 4, 1_000, 3, CLEAR, 0)
    rows.message(SERVER, HANDSHAKE, SERVER_HELLO, 122, 6, 2_000, 6, CLEAR, 0)
    rows.message(SERVER, ALERT, 40, 2, 6, 2_000, 6, CLEAR, 2)
    rows.record(SERVER, APPLICATION_DATA, 0x0303, 58, 6, 2_000, AFTER_GAP)
    return rows


def test_rows_become_messages_and_records() -> None:
    one = session(hellos_and_data())
    assert one.messages == [
        Message(CLIENT, HANDSHAKE, CLIENT_HELLO, 512, 4, 1_000, 3, CLEAR, 0, order=0),
        Message(SERVER, HANDSHAKE, SERVER_HELLO, 122, 6, 2_000, 6, CLEAR, 0, order=1),
        Message(SERVER, ALERT, 40, 2, 6, 2_000, 6, CLEAR, level=2, order=2),
    ]
    assert one.records == [SealedRecord(SERVER, APPLICATION_DATA, 0x0303, 58, 6, 2_000, b"", after_gap=True, order=3)]


def test_lists_are_the_truth_once_they_were_asked_for() -> None:
    one = session(hellos_and_data())
    one.messages.pop()
    assert [message.type for message in one.messages] == [CLIENT_HELLO, SERVER_HELLO]
    assert len(one.rows().messages(Message)) == 2


def test_while_it_goes_on_lists_are_copies() -> None:
    rows = hellos_and_data()
    one = session(rows)
    rows.grows = True
    one.messages.pop()
    assert len(one.messages) == 3


def test_a_copy_does_not_hear_what_comes_later() -> None:
    rows = hellos_and_data()
    now = session(rows).copy()
    for _ in range(2 * FEW_ROWS):
        rows.message(CLIENT, CHANGE_CIPHER_SPEC, 1, 1, 7, 3_000, 7, CLEAR, 0)
    assert len(now.messages) == 3
    assert len(rows.messages(Message)) == 3 + 2 * FEW_ROWS


def test_what_came_late_is_put_in_order() -> None:
    rows = hellos_and_data()
    rows.message(CLIENT, CHANGE_CIPHER_SPEC, 1, 1, 5, 1_500, 5, CLEAR, 0)
    assert not rows.ordered
    assert [message.frame for message in session(rows).messages] == [4, 5, 6, 6]


def test_what_shares_a_frame_stands_as_it_came() -> None:
    rows = hellos_and_data()
    rows.message(SERVER, CHANGE_CIPHER_SPEC, 1, 1, 6, 2_000, 6, CLEAR, 0)
    one = session(rows)
    one.spell_out()
    again = one.rows()
    kinds = [again.cells[ROW * at] >> CONTENT_TYPE & BYTE for at in range(again.count)]
    assert kinds == [HANDSHAKE, HANDSHAKE, ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC]


def test_sessions_are_equal_in_rows_and_in_lists() -> None:
    one, other = session(hellos_and_data()), session(hellos_and_data())
    other.spell_out()
    assert one == other
    other.messages.pop()
    assert one != other


def test_ends_change_places() -> None:
    rows = hellos_and_data()
    rows.swap()
    assert [message.direction for message in rows.messages(Message)] == [SERVER, CLIENT, CLIENT]


def test_opened_records_are_marked_one_by_one() -> None:
    rows = hellos_and_data()
    rows.record(CLIENT, APPLICATION_DATA, 0x0303, 80, 8, 3_000, 0)
    rows.note_opened([False, True])
    assert [record.opened for record in rows.records(SealedRecord)] == [False, True]


def test_frames_are_counted_from_another_file() -> None:
    rows = hellos_and_data()
    assert rows.frames() == [4, 3, 6, 6, 6, 6, 6, 6]
    rows.count_frames_from(2)
    assert rows.frames() == [2, 1, 4, 4, 4, 4, 4, 4]


messages = some.builds(
    Message, some.sampled_from([CLIENT, SERVER]), some.integers(0, 255), some.integers(-1, 255),
    some.integers(0, 2**24), some.integers(1, 2**40), some.integers(0, 2**62), some.integers(1, 2**40),
    some.sampled_from([CLEAR, 1, ENCRYPTED]), some.integers(0, 255),
)  # fmt: skip


@given(some.lists(messages, max_size=2 * FEW_ROWS))
def test_no_number_is_lost(said: list[Message]) -> None:
    one = session(Timeline())
    one.messages = said
    again = one.rows().messages(Message)
    for place, message in enumerate(said):
        message.order = place
    assert again == said
