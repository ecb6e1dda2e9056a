"""The reader: every read takes what it says, and nothing reads past its end or its parent."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscope.wire import MalformedError, Reader

READS: list[Callable[[Reader], object]] = [
    Reader.uint8,
    Reader.uint16,
    Reader.uint24,
    Reader.uint32,
    Reader.vector8,
    Reader.vector16,
    Reader.vector24,
    Reader.opaque8,
    Reader.opaque16,
    Reader.opaque24,
    Reader.uint8s,
    Reader.uint16s,
    Reader.entries16,
    Reader.rest,
    Reader.end,
]


def test_numbers_are_big_endian() -> None:
    reader = Reader(bytes(range(1, 11)))
    assert reader.uint8() == 0x01
    assert reader.uint16() == 0x0203
    assert reader.uint24() == 0x040506
    assert reader.uint32() == 0x0708090A
    reader.end()


def test_a_vector_is_a_reader_of_its_own() -> None:
    reader = Reader(b"\x00\x03\x02\x07\x08\x09")
    vector = reader.vector16()
    inner = vector.vector8()
    assert inner.uint8s() == (7, 8)
    inner.end()
    vector.end()
    assert reader.rest() == b"\x09"


def test_a_child_never_reads_past_its_parent() -> None:
    vector = Reader(b"\x02\x03\xaa\xbb\xcc").vector8()
    with pytest.raises(MalformedError, match="3 bytes wanted, 1 left"):
        vector.vector8()


def test_opaque_vectors() -> None:
    reader = Reader(b"\x01a\x00\x02bc\x00\x00\x03def")
    assert (reader.opaque8(), reader.opaque16(), reader.opaque24()) == (b"a", b"bc", b"def")
    reader.end()


def test_lists_of_numbers() -> None:
    assert Reader(b"\x00\x1d\x00\x17").uint16s() == (29, 23)
    assert Reader(b"").uint16s() == ()
    with pytest.raises(MalformedError, match="a list of 16-bit numbers of 3 bytes"):
        Reader(b"\x00\x1d\x00").uint16s()


def test_entries() -> None:
    assert Reader(b"\x00\x17\x00\x00\xff\x01\x00\x01\x00").entries16() == ((23, b""), (0xFF01, b"\x00"))
    with pytest.raises(MalformedError, match="5 bytes wanted, 1 left"):
        Reader(b"\x00\x17\x00\x05\x00").entries16()
    with pytest.raises(MalformedError, match="4 bytes wanted, 3 left"):
        Reader(b"\x00\x17\x00").entries16()


def test_entries_stop_where_the_window_stops() -> None:
    reader = Reader(b"\x00\x05\x00\x01\x00\x02zzz\x99").vector16()
    with pytest.raises(MalformedError, match="2 bytes wanted, 1 left"):
        reader.entries16()


def test_end_proves_that_nothing_is_left() -> None:
    with pytest.raises(MalformedError, match="1 bytes left over"):
        Reader(b"\x00").end()


@given(st.binary(max_size=40), st.lists(st.sampled_from(READS), max_size=12))
def test_no_sequence_of_reads_leaves_the_window(data: bytes, reads: list[Callable[[Reader], object]]) -> None:
    reader = Reader(b"<<<" + data + b">>>", 3, 3 + len(data))
    for read in reads:
        before = len(reader)
        with contextlib.suppress(MalformedError):
            read(reader)
        assert 0 <= len(reader) <= before


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=9)), max_size=6), st.binary(max_size=5))
def test_entries_are_codes_and_opaque_vectors(entries: list[tuple[int, bytes]], tail: bytes) -> None:
    data = b"".join(code.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body for code, body in entries)
    assert Reader(data + tail, 0, len(data)).entries16() == tuple(entries)
