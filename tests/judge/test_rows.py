"""What judges ask of rows: hellos alone or more, flights up to a gap, blocks of padding."""

from functools import reduce
from math import gcd

from hypothesis import given
from hypothesis import strategies as some

from tlsscope.constants import APPLICATION_DATA, CLEAR, CLIENT, CLIENT_HELLO, DECRYPTED, HANDSHAKE, SERVER, SERVER_HELLO
from tlsscope.handshake.extensions.codes import EARLY_DATA, POST_HANDSHAKE_AUTH, SERVER_NAME
from tlsscope.judge.rows import (
    KEPT,
    MORE_THAN_HELLOS,
    bends,
    block,
    heard,
    is_alert,
    said,
    sealed_data,
    sealed_handshake,
)
from tlsscope.session.layout import AFTER_GAP
from tlsscope.session.timeline import Timeline

UNBROKEN = (None, None)
OVERHEAD = 5 + 1 + 16  # header, inner type, tag


def hellos() -> Timeline:
    rows = Timeline()
    rows.message(CLIENT, HANDSHAKE, CLIENT_HELLO, 512, 4, 1, 4, CLEAR, 0)
    rows.message(SERVER, HANDSHAKE, SERVER_HELLO, 122, 6, 2, 6, CLEAR, 0)
    return rows


def data(rows: Timeline, side: int, size: int, frame: int, marks: int = 0) -> None:
    rows.record(side, APPLICATION_DATA, 0x0303, size, frame, frame, marks)


def test_hellos_are_all_that_was_said() -> None:
    frames: list[int] = []
    assert len(said(hellos(), frames)) == 1
    assert (frames, heard(hellos())) == ([4, 6], 0b11)


def test_three_messages_make_a_number() -> None:
    rows = hellos()
    for kind in range(4):
        rows.message(SERVER, HANDSHAKE, 11 + kind, 40, 7, 3, 7, CLEAR, 0)
    assert [number.bit_length() for number in said(rows, [])] == [61, 61, 1]


def test_a_decrypted_message_is_more_than_hellos() -> None:
    rows = hellos()
    rows.message(SERVER, HANDSHAKE, 8, 10, 6, 2, 6, DECRYPTED, 0)
    assert heard(rows) == 0b11 | MORE_THAN_HELLOS


def test_flights_are_sizes_without_what_protection_adds() -> None:
    rows = hellos()
    data(rows, SERVER, 58, 6)
    data(rows, CLIENT, 80, 8)
    client, server = sealed_data(rows, -1, UNBROKEN, OVERHEAD)
    assert client == ((58,), (8,), False)
    assert server == ((36,), (6,), False)


def test_a_flight_ends_at_a_gap() -> None:
    rows = hellos()
    data(rows, CLIENT, 80, 8)
    data(rows, CLIENT, 90, 9, AFTER_GAP)
    data(rows, SERVER, 58, 12)
    client, server = sealed_data(rows, -1, (None, 11), OVERHEAD)
    assert client == ((58,), (8,), True)
    assert server == ((), (), True)


def test_early_data_is_no_part_of_the_flight() -> None:
    rows = hellos()
    data(rows, CLIENT, 500, 5)
    data(rows, CLIENT, 80, 8)
    assert sealed_data(rows, 6, UNBROKEN, OVERHEAD)[0][1] == (8,)


def test_no_more_records_are_kept_than_rules_look_at() -> None:
    rows = hellos()
    for frame in range(2 * KEPT):
        data(rows, SERVER, 100, 10 + frame)
    assert len(sealed_data(rows, -1, UNBROKEN, OVERHEAD)[1][0]) == KEPT


def test_sealed_handshake_is_told_apart_from_data() -> None:
    rows = hellos()
    rows.record(CLIENT, HANDSHAKE, 0x0303, 45, 8, 3, 0)
    data(rows, SERVER, 100, 9, AFTER_GAP)
    assert sealed_handshake(rows) == ((CLIENT,), [8], [45], True, True)


def test_offers_that_bend_the_rules_are_bits() -> None:
    assert bends(((SERVER_NAME, b""), (EARLY_DATA, b""), (POST_HANDSHAKE_AUTH, b""))) == 0b01001
    assert bends(()) == 0


def test_alerts_are_two_bytes_or_padded_by_java() -> None:
    assert [size for size in range(40) if is_alert(size)] == [2, 18]


@given(some.integers(8, 64), some.lists(some.integers(1, 50), min_size=1, max_size=9))
def test_a_block_is_the_common_divisor(size: int, counts: list[int]) -> None:
    contents = tuple(size * count - 1 for count in counts)
    assert block(contents) == reduce(gcd, (content + 1 for content in contents))
