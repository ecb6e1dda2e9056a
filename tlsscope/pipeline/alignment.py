"""Two captures of nearly the same traffic enter; which packet of the one is which of the other leaves.

A packet is found again by its time (in microseconds: not every format keeps more) and its bytes; else, if one of the
same time and length is left over, it is the same with other bytes. The order does not matter. Each packet costs some
300 bytes of memory: this is for the captures that people look into, not for those that they archive.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from tlsscope.capture.source import open_capture

MICROSECOND = 1_000  # ns


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


class _Signs(NamedTuple):
    """What each packet is found again by: hashes of its time with its bytes, and of its time with its length."""

    exact: "array[int]"
    alike: "array[int]"


def align(here: str, there: str) -> Alignment:
    """Find the packets of one capture in another. Raises InputError where one cannot be read."""
    left, right = _signs(here), _signs(there)
    number_here: dict[int, int] = {}
    only_here = _match(left.exact, right.exact, range(1, len(left.exact) + 1), number_here)
    unchanged = len(number_here)
    only_here = _match(left.alike, right.alike, only_here, number_here)
    return Alignment(
        number_here,
        tuple(only_here),
        tuple(number for number in range(1, len(right.exact) + 1) if number not in number_here),
        tuple(sorted(islice(number_here.values(), unchanged, None))),
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


def _signs(name: str) -> _Signs:
    capture = open_capture(name)
    signs = _Signs(array("q"), array("q"))
    for frames in capture.windows():
        window = memoryview(capture.buffer)
        for row in range(frames.count):
            start, time = frames.offset[row], frames.time[row] // MICROSECOND
            signs.exact.append(hash((time, bytes(window[start : start + frames.captured[row]]))))
            signs.alike.append(hash((time, frames.original[row])))
        window.release()
    return signs


def _match(left: "array[int]", right: "array[int]", wanted: Iterable[int], number_here: dict[int, int]) -> list[int]:
    """Match packets of the same sign, in order; give those of `wanted` that found none."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for number in range(len(right), 0, -1):  # the first comes off last
        if number not in number_here:
            waiting[right[number - 1]].append(number)
    rest = []
    for number in wanted:
        candidates = waiting.get(left[number - 1])
        if candidates:
            number_here[candidates.pop()] = number
        else:
            rest.append(number)
    return rest
