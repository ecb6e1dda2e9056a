"""What comes again: always equal to a slice, the same object where it came before, and never the one of other bytes."""

from hypothesis import given
from hypothesis import strategies as st

from tlsscope.repeats import Entries, Parts

few_bytes = st.binary(max_size=40).map(lambda data: bytes(byte & 1 for byte in data))  # which repeat themselves


@given(st.lists(few_bytes, max_size=30))
def test_a_part_is_what_lies_there_whatever_came_before(parts: list[bytes]) -> None:
    known = Parts(1, 32)  # all share one place
    for part in parts:
        assert known.part(b"before" + part + b"behind", 6, 6 + len(part)) == part


@given(st.lists(st.tuples(st.integers(0, 3), few_bytes), max_size=30))
def test_an_entry_is_its_code_and_what_lies_there(entries: list[tuple[int, bytes]]) -> None:
    known = Entries(1, 32)
    for code, part in entries:
        assert known.entry(code, b"before" + part + b"behind", 6, 6 + len(part)) == (code, part)


def test_what_comes_again_is_the_same_object() -> None:
    parts, entries = Parts(64, 100), Entries(64, 100)
    once, again = b"a part of a message", b"then: a part of a message"
    assert parts.part(once, 0, 19) is parts.part(again, 6, 25)
    assert entries.entry(10, once, 0, 19) is entries.entry(10, again, 6, 25)


def test_one_byte_that_is_not_looked_at_makes_another_part() -> None:
    parts = Parts(64, 100)
    one = bytes(100)
    for changed in range(100):
        other = bytearray(one)
        other[changed] = 1
        assert parts.part(one, 0, 100) == one
        assert parts.part(bytes(other), 0, 100) == other


def test_large_parts_are_not_kept() -> None:
    parts, entries = Parts(64, 8), Entries(64, 8)
    data = b"nine long"
    assert parts.part(data, 0, 9) is not parts.part(data, 0, 9)
    assert entries.entry(1, data, 0, 9) is not entries.entry(1, data, 0, 9)
    assert parts.part(data, 0, 8) is parts.part(data, 0, 8)
