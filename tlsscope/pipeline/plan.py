"""Who reads what: inputs and a number of workers enter; the parts of a scan leave, or None where one worker reads all.

A part that is large among all is split by connection: every worker reads it, and follows its share of the
connections. The others are dealt out whole.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from .groups import groups
from .inputs import expand
from .options import Engine, InputFailure, Options

WORTH_A_WORKER = 10_000  # handshakes; who reads fewer is done before another has begun
MOST_UNASKED = 8  # more would wait for the one that puts the report together
COST_OF_A_FILE = 1 << 16  # bytes that could be read while a file is opened
SAMPLE, SAMPLES = 1 << 20, 8  # bytes of a file that are looked at, in so many places
_CLIENT_HELLO = re.compile(rb"\x16\x03[\x00-\x03]..\x01\x00..\x03[\x00-\x03]", re.DOTALL)  # RFC 8446 §5.1, §4, §4.1.2

EVERYBODY = -1  # the owner of a part that is split by connection


class Part(msgspec.Struct, frozen=True):
    """Captures that may be one stream, and which worker reads them."""

    names: list[str]
    owner: int


class Plan(NamedTuple):
    """Parts for a number of workers; what could not be found stands between them."""

    parts: list[Part | InputFailure]
    workers: int


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def plan(inputs: Iterable[str], options: Options, workers: int | None) -> Plan | None:
    """Plan a scan for so many workers, or for as many as pay; None where they cannot help.

    One core is left for the process that puts the report together: two workers on two cores win nothing.
    """
    most = workers or min(cores() - 1, MOST_UNASKED)
    if most <= 1 or options.follow or options.follow_all or options.engine is not Engine.OWN:
        return None
    found = list(groups(expand(inputs)))
    names = [name for group in found if not isinstance(group, InputFailure) for name in group]
    if not names or not all(map(_can_be_shared, names)):
        return None
    sizes = {name: _size(name) for name in names}
    if workers is None:
        most = min(most, sum(map(_handshakes, names)) // WORTH_A_WORKER)
    return Plan(_dealt(found, sizes, most), most) if most > 1 else None


def _dealt(found: list[list[str] | InputFailure], sizes: dict[str, int], workers: int) -> list[Part | InputFailure]:
    load = [0] * workers
    large = sum(map(sizes.__getitem__, sizes)) // (2 * workers)
    parts: list[Part | InputFailure] = []
    for group in found:
        if isinstance(group, InputFailure):
            parts.append(group)
            continue
        size = sum(sizes[name] for name in group)
        owner = EVERYBODY if size >= large else min(range(workers), key=load.__getitem__)
        if owner != EVERYBODY:
            load[owner] += size
        parts.append(Part(group, owner))
    return parts


def _can_be_shared(name: str) -> bool:
    """Tell whether several may read it: a pipe is read once. And its name must be text, to be told of."""
    path = Path(name)
    return name != "-" and name.isprintable() and (path.is_file() or not path.exists())


def _handshakes(name: str) -> int:
    """Estimate how many a capture holds: where they are few, reading is all the work, and each worker has to read."""
    path = Path(name)
    found = seen = 0
    try:
        size = path.stat().st_size
        with path.open("rb", 0) as file:
            for start in range(0, size, max(size // SAMPLES, SAMPLE)):
                file.seek(start)
                sample = file.read(SAMPLE)
                seen += len(sample)
                found += len(_CLIENT_HELLO.findall(sample))
    except OSError:
        return 0  # whoever reads it tells
    return found * size // max(seen, 1)


def _size(name: str) -> int:
    try:
        return COST_OF_A_FILE + Path(name).stat().st_size
    except OSError:
        return COST_OF_A_FILE
