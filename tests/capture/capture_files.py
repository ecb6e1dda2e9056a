"""Capture files written byte by byte, as their specifications draw them, and what is read from one."""

from collections.abc import Iterable
from struct import pack
from typing import NamedTuple

from tlsscope.capture.source import Capture
from tlsscope.errors import InputError

MICROSECONDS, NANOSECONDS, KUZNETZOV = 0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34
LITTLE, BIG = "<", ">"

SECTION, INTERFACE, OBSOLETE, SIMPLE, NAMES, STATISTICS, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 4, 5, 6
SECRETS, CUSTOM = 10, 0xBAD


class Row(NamedTuple):
    """One frame as it was read."""

    number: int
    time: int
    data: bytes
    original: int
    interface: int = 0


class Reading(NamedTuple):
    """All that came out of a capture; `error` where reading ended in one."""

    rows: list[Row]
    capture: Capture
    error: InputError | None


class Trickle:
    """A stream that gives what it holds in steps of the sizes named, over and over."""

    def __init__(self, data: bytes, steps: Iterable[int] = (1 << 30,)) -> None:
        self._data = data
        self._at = 0
        self._steps = list(steps)
        self.closed = False

    def readinto(self, buffer: memoryview, /) -> int:
        step = self._steps.pop(0)
        self._steps.append(step)
        taken = self._data[self._at : self._at + min(step, len(buffer))]
        self._at += len(taken)
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self.closed = True


def read(data: bytes, steps: Iterable[int] = (1 << 30,)) -> Reading:
    return read_all(Capture("a capture", Trickle(data, steps)))


def read_all(capture: Capture) -> Reading:
    rows: list[Row] = []
    try:
        for frames in capture.windows():
            for i in range(frames.count):
                data = bytes(capture.buffer[frames.offset[i] : frames.offset[i] + frames.captured[i]])
                rows.append(Row(frames.first + i, frames.time[i], data, frames.original[i], frames.interface[i]))
    except InputError as error:
        return Reading(rows, capture, error)
    return Reading(rows, capture, None)


def pcap_header(order: str = LITTLE, magic: int = MICROSECONDS, link_type: int = 1) -> bytes:
    return pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link_type)


def pcap_record(
    data: bytes, seconds: int, fraction: int, order: str = LITTLE, original: int | None = None, extra: bytes = b""
) -> bytes:
    wire = len(data) if original is None else original
    return pack(order + "IIII", seconds, fraction, len(data), wire) + extra + data


def block(kind: int, body: bytes, order: str = LITTLE) -> bytes:
    padded = body + bytes(-len(body) % 4)
    length = pack(order + "I", len(padded) + 12)
    return pack(order + "I", kind) + length + padded + length


def option(code: int, value: bytes, order: str = LITTLE) -> bytes:
    return pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = LITTLE) -> bytes:
    return block(SECTION, pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(order: str = LITTLE, link_type: int = 1, snaplen: int = 0, options: bytes = b"") -> bytes:
    return block(INTERFACE, pack(order + "HHI", link_type, 0, snaplen) + options, order)


def enhanced(
    data: bytes, ticks: int, order: str = LITTLE, number: int = 0, original: int | None = None, options: bytes = b""
) -> bytes:
    wire = len(data) if original is None else original
    head = pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), wire)
    return block(ENHANCED, head + data + bytes(-len(data) % 4) + options, order)
