"""Files of one rotating capture: names enter; groups of names that may be one stream leave, each in its order.

Names say which files may belong together, times in them whether they do (`stream`). What counts up in a name is

- a number at the end, before the suffix or behind it: `cap.pcap1`, `cap007.pcap` (tcpdump -C, -W; editcap -c),
- a date or time anywhere: `2026-11-21_10-00-00.pcap`, `lan_00001_20261121100000.pcapng` (tcpdump -G; dumpcap -b).

A number elsewhere (`tls12-a.pcap`, `tls13-a.pcap`) makes another capture.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tlsscope.capture.remote import is_url
from tlsscope.capture.source import first_time
from tlsscope.errors import InputError

from .inputs import PACKED
from .options import InputFailure

_DIGITS = re.compile(r"\d+")
_STAMP = re.compile(r"\d{2,}(?:[-_.:T ]?\d{2,})*")
_SHORTEST_STAMP = 6  # digits: a time of day
_BEFORE_THE_SUFFIX = re.compile(r"\d+(?=\.[a-z]+$)", re.IGNORECASE)
_NEVER = 1 << 63

Key = tuple[str, str, int]


def groups(inputs: Iterable[str | InputFailure]) -> Iterator[list[str] | InputFailure]:
    """Group the names; a group stands where its first name stood."""
    found: dict[Key, list[str]] = {}
    order: list[list[str] | InputFailure] = []
    seen: Counter[str] = Counter()
    for one in inputs:
        if isinstance(one, InputFailure):
            order.append(one)
            continue
        key = (*_shape(one), seen[one])  # who names a file twice has it read twice
        seen[one] += 1
        if key not in found:
            found[key] = []
            order.append(found[key])
        found[key].append(one)
    for group in order:
        yield group if isinstance(group, InputFailure) else _in_order(group)


def later_files(name: str) -> list[str]:
    """List the files of the same rotation that come after one, as they are now in its directory."""
    shape = _shape(name)
    names = (str(path) for path in Path(name).parent.iterdir())
    return sorted((one for one in names if _shape(one) == shape and _numbers(one) > _numbers(name)), key=_numbers)


def _shape(name: str) -> tuple[str, str]:
    """Give the directory, and the name without what counts up in it."""
    path = Path(name)
    if not (path.is_file() or is_url(name)):
        return name, ""  # a pipe has no second file
    shape = _STAMP.sub(_without_stamp, _unpacked(path.name)).rstrip("0123456789")
    return str(path.parent), _BEFORE_THE_SUFFIX.sub("", shape)


def _without_stamp(match: re.Match[str]) -> str:
    digits = sum(map(str.isdigit, match[0]))
    return "#" if digits >= _SHORTEST_STAMP else match[0]


def _unpacked(name: str) -> str:
    """Take the suffix of a compressor off: who rotates often compresses what is done."""
    for packed in PACKED[1:]:
        name = name.removesuffix(packed)
    return name


def _in_order(group: list[str]) -> list[str]:
    """Sort as the numbers count; a ring (tcpdump -W) that has come around begins at its oldest file."""
    if len(group) == 1:
        return group
    group.sort(key=_numbers)
    if _begun(group[0]) <= _begun(group[-1]):
        return group
    oldest = min(range(len(group)), key=lambda at: (_begun(group[at]), at))
    return group[oldest:] + group[:oldest]


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in _DIGITS.findall(_unpacked(Path(name).name))]


def _begun(name: str) -> int:
    """Say when a file begins; never, where it cannot be read: its reading will tell why."""
    try:
        moment = first_time(name)
    except InputError:
        return _NEVER
    return _NEVER if moment is None else moment
