"""Two captures of nearly the same traffic enter; which packet of the one is which of the other leaves.

A packet is found again by its time (in microseconds: not every format keeps more) and its bytes; else, if one of the
same time and length is left over, it is the same with other bytes. The order does not matter. Each packet costs about
300 bytes of memory: this is for the captures that people look into, not for those that they archive.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tlsscope.capture.source import open_capture

Key = tuple[int, int]


class Alignment(NamedTuple):
    """`number_here` maps frames of the other capture to those of this one; the rest is not in both, or changed."""

    number_here: dict[int, int]
    only_here: tuple[int, ...]
    only_there: tuple[int, ...]
    changed: tuple[int, ...]  # numbers of this capture

    @property
    def is_the_same(self) -> bool:
        """Tell whether both have the same packets."""
        return not (self.only_here or self.only_there or self.changed)


class _Packet(NamedTuple):
    number: int
    exact: Key  # time and hash of the bytes
    alike: Key  # time and length


def align(here: str, there: str) -> Alignment:
    """Find the packets of one capture in another. Raises InputError where one cannot be read."""
    left, right = list(_packets(here)), list(_packets(there))
    number_here: dict[int, int] = {}
    left, right = _match(left, right, "exact", number_here)
    unchanged = set(number_here)
    left, right = _match(left, right, "alike", number_here)
    return Alignment(
        number_here,
        tuple(packet.number for packet in left),
        tuple(packet.number for packet in right),
        tuple(sorted(number for other, number in number_here.items() if other not in unchanged)),
    )


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Put numbers that follow each other together: first and last of each row."""
    rows: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if rows and rows[-1][1] == number - 1:
            rows[-1] = (rows[-1][0], number)
        else:
            rows.append((number, number))
    return rows


def _packets(name: str) -> Iterator[_Packet]:
    capture = open_capture(name)
    for frames in capture.windows():
        window = memoryview(capture.buffer)
        for row in range(frames.count):
            start, time = frames.offset[row], frames.time[row] // 1000
            packet = bytes(window[start : start + frames.captured[row]])
            yield _Packet(frames.first + row, (time, hash(packet)), (time, frames.original[row]))
        window.release()


def _match(
    left: list[_Packet], right: list[_Packet], key: str, number_here: dict[int, int]
) -> tuple[list[_Packet], list[_Packet]]:
    """Match what has the same key, in order; give what is left of both."""
    waiting: dict[Key, deque[_Packet]] = defaultdict(deque)
    for packet in right:
        waiting[getattr(packet, key)].append(packet)
    rest = []
    for packet in left:
        candidates = waiting.get(getattr(packet, key))
        if candidates:
            number_here[candidates.popleft().number] = packet.number
        else:
            rest.append(packet)
    return rest, [packet for packet in right if packet.number not in number_here]
