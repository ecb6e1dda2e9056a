"""However a capture is cut, what was read before the cut is right; however it arrives, the frames are the same."""

import random

import pytest
from capture_files import (
    BIG,
    KUZNETZOV,
    LITTLE,
    NANOSECONDS,
    SECRETS,
    SIMPLE,
    STATISTICS,
    block,
    enhanced,
    interface,
    pcap_header,
    pcap_record,
    read,
    section,
)
from hypothesis import given, settings
from hypothesis import strategies as st

FRAMES = [b"", b"a", b"four", b"a longer one", bytes(61)]


def classic(order: str, magic: int, extra: bytes = b"") -> bytes:
    records = [pcap_record(frame, at, at, order, extra=extra) for at, frame in enumerate(FRAMES)]
    return pcap_header(order, magic) + b"".join(records)


def blocks(order: str) -> bytes:
    packets = [enhanced(frame, at, order) for at, frame in enumerate(FRAMES)]
    simple = block(SIMPLE, (4).to_bytes(4, "little" if order == LITTLE else "big") + b"1234", order)
    secrets = block(SECRETS, bytes(32), order)
    statistics = block(STATISTICS, bytes(20), order)
    return section(order) + interface(order) + statistics + b"".join(packets) + secrets + simple


CAPTURES = {
    "pcap": classic(LITTLE, NANOSECONDS),
    "pcap, big-endian": classic(BIG, NANOSECONDS),
    "pcap, Kuznetzov's": classic(LITTLE, KUZNETZOV, b"12345678"),
    "pcapng": blocks(LITTLE),
    "pcapng, big-endian": blocks(BIG),
    "pcapng, two sections": blocks(BIG) + blocks(LITTLE),
}
EVERY = pytest.mark.parametrize("data", CAPTURES.values(), ids=CAPTURES.keys())


@EVERY
def test_cut_at_every_byte(data: bytes) -> None:
    """Reading ends quietly or in an InputError; frames before the cut are right, and a cut in a record is said."""
    whole = read(data)
    assert whole.error is None
    ends = set()
    for cut in range(len(data)):
        reading = read(data[:cut])
        assert reading.rows == whole.rows[: len(reading.rows)]
        if reading.error is None and not reading.capture.anomalies:
            ends.add(cut)
    assert len(ends) >= len(FRAMES)  # only between records does a cut go unnoticed
    assert len(ends) <= 3 * (len(FRAMES) + 6)


@EVERY
@pytest.mark.parametrize("steps", [(1,), (2, 3), (7,), (1, 1000, 5)])
def test_chunks_do_not_matter(data: bytes, steps: tuple[int, ...]) -> None:
    whole = read(data)
    reading = read(data, steps)
    assert reading.rows == whole.rows
    assert reading.capture.interfaces == whole.capture.interfaces
    assert reading.capture.secrets == whole.capture.secrets
    assert reading.capture.consumed == len(data)


@given(st.sampled_from(list(CAPTURES.values())), st.lists(st.integers(1, 90), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_no_chunks_matter(data: bytes, steps: list[int]) -> None:
    assert read(data, steps).rows == read(data).rows


@EVERY
def test_spoiled_bytes_never_raise_anything_else(data: bytes) -> None:
    """Each byte in turn says something else; `read` lets nothing but an InputError pass as an ending."""
    whole = read(data).rows
    for at in range(len(data)):
        for value in (0x00, 0x7F, 0xFF):
            spoiled = data[:at] + bytes([value]) + data[at + 1 :]
            assert len(read(spoiled).rows) <= len(whole) + len(data) // 12


@given(st.binary(max_size=400), st.sampled_from([b"", pcap_header(), section() + interface()]))
@settings(max_examples=200, deadline=None)
def test_noise_is_an_ending_or_an_input_error(noise: bytes, before: bytes) -> None:
    for row in read(before + noise).rows:
        assert len(row.data) <= len(noise)


def test_a_big_capture_in_random_chunks() -> None:
    """Records lie across the end of the buffer wherever they fall."""
    dice = random.Random(7)
    records = [pcap_record(dice.randbytes(dice.randrange(3000)), at, 0) for at in range(2000)]
    data = pcap_header() + b"".join(records)
    steps = [dice.randrange(1, 200_000) for _ in range(50)]
    assert read(data, steps).rows == read(data).rows


def test_the_buffer_does_not_grow_with_the_capture() -> None:
    record = pcap_record(bytes(60_000), 0, 0)
    small, big = read(pcap_header() + record), read(pcap_header() + record * 300)
    assert len(big.rows) == 300
    assert len(big.capture.buffer) == len(small.capture.buffer)
