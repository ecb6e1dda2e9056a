"""What is written into the buffer stands there as JSON has it, however much there is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tlsscope import words
from tlsscope.report.buffer import ROOM, TextBuffer


@given(some.integers(-(2**63) + 1, 2**63 - 1))
def test_numbers_are_written_as_they_are_read(value: int) -> None:
    out = TextBuffer()
    out.number(value)
    assert out.cut(0) == str(value).encode()


@given(some.integers(0, 10**9 - 1), some.integers(9, 18))
def test_decimals_have_zeros_before_them(value: int, digits: int) -> None:
    out = TextBuffer()
    out.decimals(value, digits)
    assert out.cut(0) == str(value).zfill(digits).encode()


@given(some.lists(some.integers(0, 2**40), max_size=5).map(tuple))
def test_a_list_of_numbers_is_an_array(values: tuple[int, ...]) -> None:
    out = TextBuffer()
    out.numbers(values)
    assert json.loads(out.cut(0)) == list(values)


@given(some.binary(max_size=80))
def test_bytes_are_a_string_of_hexadecimal_digits(data: bytes) -> None:
    out = TextBuffer()
    out.hexadecimal(data)
    assert json.loads(out.cut(0)) == data.hex()


@given(some.text(some.characters(codec="ascii"), max_size=30))
def test_plain_text_is_a_string_and_other_text_is_left_to_others(value: str) -> None:
    out = TextBuffer()
    is_plain = out.plain(value.encode())
    assert is_plain == (value.isprintable() and not set(value) & {'"', "\\"})
    assert out.cut(0) == (json.dumps(value).encode() if is_plain else b"")


def test_there_is_room_for_any_text() -> None:
    out = TextBuffer()
    out.add(b"x" * (ROOM - 1))
    out.number(1234567)
    out.add(b"y" * 3 * ROOM)
    out.hexadecimal(b"\xab")
    assert out.cut(0) == b"x" * (ROOM - 1) + b"1234567" + b"y" * 3 * ROOM + b'"ab"'


def test_a_key_is_written_behind_the_text_and_taken_back() -> None:
    out = TextBuffer()
    out.add(b"text")
    start = out.mark()
    out.word(0x01020304)
    assert out.cut(start) == b"\4\3\2\1"
    assert out.cut(0) == b"text"


@pytest.mark.parametrize("at", [-1, 2, 9])
def test_text_that_does_not_fit_is_refused(at: int) -> None:
    with pytest.raises(IndexError):
        words.put(bytearray(4), at, b"abc")
