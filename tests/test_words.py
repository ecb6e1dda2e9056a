"""Numbers of two, four and eight bytes, in either byte order, and their ends."""

from collections.abc import Callable

import pytest

from tlsscope import words

BYTES = bytes.fromhex("0102030405060708 fffefdfc")


def test_networks_put_the_highest_byte_first() -> None:
    assert words.two(BYTES, 0) == 0x0102
    assert words.four(BYTES, 2) == 0x0304_0506
    assert words.eight(BYTES, 0) == 0x0102_0304_0506_0708


def test_numbers_have_no_sign() -> None:
    assert words.four(BYTES, 8) == 0xFFFE_FDFC
    assert words.eight(BYTES, 4) == 0x0506_0708_FFFE_FDFC


def test_files_may_put_the_lowest_byte_first() -> None:
    assert words.four_little(BYTES, 8) == 0xFCFD_FEFF


@pytest.mark.parametrize(
    ("read", "size"), [(words.two, 2), (words.four, 4), (words.eight, 8), (words.four_little, 4)]
)
def test_the_last_byte_must_be_there(read: Callable[[bytes, int], int], size: int) -> None:
    read(BYTES, len(BYTES) - size)
    with pytest.raises(IndexError):
        read(BYTES, len(BYTES) - size + 1)


def test_a_part_lies_where_all_of_it_does() -> None:
    assert words.lies_at(BYTES[3:7], BYTES, 3)
    assert not words.lies_at(BYTES[3:7], BYTES, 2)
    assert words.lies_at(b"", BYTES, len(BYTES))
