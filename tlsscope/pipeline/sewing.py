"""The parts of a group of captures, put together: answers of tasks enter; news leave, in the order of the whole."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from pathlib import Path

import msgspec

from tlsscope.capture.remote import is_url, size_at

from .chains import Chains, Done
from .exchange import LAST, Going, Moment, News
from .options import InputFailure, Totals
from .scheduler import Scheduler, Work
from .tasks import Task
from .units import NEVER, Placed

COST_OF_A_FILE = 1 << 16  # bytes that could be read while a file is opened

NewTask = Callable[[list[str], list[bytes]], Task]


class Sewn(msgspec.Struct):
    """What there is to count of a unit, and the key logs that its files hold; comes before its news."""

    totals: Totals
    secrets: list[tuple[str, bytes]]


class Group:
    """Captures that may be one stream, in parts."""

    def __init__(self, scheduler: Scheduler, parts: list[list[str]], new_task: NewTask) -> None:
        self._scheduler = scheduler
        self._parts = parts
        self._new_task = new_task
        self._given: list[tuple[int, int]] = []  # by part: how many key logs, and the time it begins at
        self._works: list[Work] = []
        self._joins: dict[int, Work] = {}
        self._key_logs: list[bytes] = []
        self._order: list[tuple[Moment, int, News | InputFailure]] = []
        self._pushed = 0

    @property
    def tasks(self) -> int:
        """Count the tasks."""
        return len(self._parts)

    @property
    def inputs(self) -> int:
        """Count the captures."""
        return sum(map(len, self._parts))

    def begin(self, key_logs: list[bytes]) -> None:
        """Give out the reading of all parts, with the keys that are known by now."""
        known = key_logs[:]
        self._given = [(len(known), NEVER)] * len(self._parts)
        self._works = [self._scheduler.submit(self._new_task(names, known)) for names in self._parts]

    def sewn(self, key_logs: list[bytes]) -> Iterator[Sewn | News | InputFailure]:
        """Yield all, in order. `key_logs` are those of all captures before."""
        self._key_logs = key_logs[:]
        chains = self._settled()
        joined = self._joined(chains)
        owned = chains.owned(joined)
        body: tuple[int, list[list[Placed]]] = (-1, [])
        for at, unit in enumerate(chains.units):
            stream, windows, _ = chains.before(at)
            yield from self._until((stream, windows, False, NEVER, NEVER))
            totals = unit.totals
            if at in joined:
                totals.connections += joined[at].connections
            yield Sewn(totals, unit.secrets)
            if chains.part_of[at] != body[0]:
                body = chains.part_of[at], self._scheduler.body(self._works[chains.part_of[at]])
            cut = chains.cut(at) | owned[at]
            self._push(chains, at, (one for one in body[1][chains.place_of[at]] if one.connection not in cut))
            if unit.failure is not None:
                self._put((stream, LAST, True, LAST, LAST), unit.failure)
            if at in joined:
                (news,) = self._scheduler.body(self._joins[at])
                self._push(chains, at, news)
        yield from self._until((LAST, 0, False, 0, 0))

    def _settled(self) -> Chains:
        """Read again what lacked keys of captures before, or began too early, until nothing does."""
        while True:
            chains = Chains([self._scheduler.head(work).units for work in self._works])
            wanted = [(len(known), late) for known, late in zip(self._known(chains), self._late(chains), strict=True)]
            stale = [at for at, one in enumerate(wanted) if one != self._given[at]]
            if not stale:
                return chains
            for at in stale:
                task = self._new_task(self._parts[at], self._known(chains)[at])
                task.latest = wanted[at][1]
                self._works[at] = self._scheduler.submit(task)
                self._given[at] = wanted[at]

    def _known(self, chains: Chains) -> list[list[bytes]]:
        """List for each part the key logs of all before it."""
        known, found = [], self._key_logs[:]
        for part in range(len(self._parts)):
            known.append(found[:])
            for at, unit in enumerate(chains.units):
                if chains.part_of[at] == part:
                    found += [key_log for _, key_log in unit.secrets]
        return known

    def _late(self, chains: Chains) -> list[int]:
        late = [NEVER] * len(self._parts)
        for at, part in enumerate(chains.part_of):
            late[part] = max(late[part], chains.late(at))
        return late

    def _joined(self, chains: Chains) -> Done:
        """Join what was cut, once more where one reading shows that another has to begin elsewhere."""
        asked: dict[int, set[str]] = {}
        done: Done = {}
        while True:
            wanted = chains.wanted(done)
            missing = [at for at, rows in wanted.items() if asked.get(at) != set(rows)]
            if not missing:
                return {at: one for at, one in done.items() if at in wanted}
            for at in missing:
                asked[at] = set(wanted[at])
                self._joins[at] = self._scheduler.submit(self._joining(chains, at, wanted[at]))
            for at in missing:
                joined = self._scheduler.head(self._joins[at]).joined
                if joined is not None:
                    done[at] = joined
            done = {at: one for at, one in done.items() if at in wanted}

    def _joining(self, chains: Chains, at: int, rows: dict[str, tuple[int, int, int, int, int]]) -> Task:
        units = chains.units[at : chains.end(at)]
        part = chains.part_of[at]
        known = self._known(chains)[part]
        for before in range(at):
            if chains.part_of[before] == part:
                known += [key_log for _, key_log in chains.units[before].secrets]
        task = self._new_task([name for unit in units for name in unit.names], known)
        task.latest, task.keys, task.files = chains.late(at), list(rows.values()), [len(one.names) for one in units]
        return task

    def _push(self, chains: Chains, at: int, news: Iterator[Placed] | list[Placed]) -> None:
        """Put news where they belong in the whole."""
        stream, windows, frames = chains.before(at)
        for window, _, one in map(msgspec.structs.astuple, news):
            moment = one.moment if one.moment >= LAST else one.moment + 2 * frames
            is_over = not isinstance(one, Going)
            self._put((stream, windows + window, is_over, moment, one.activity + frames), one)

    def _put(self, moment: Moment, one: News | InputFailure) -> None:
        self._pushed += 1  # sessions of one connection may end at once, in their order
        heappush(self._order, (moment, self._pushed, one))

    def _until(self, moment: Moment) -> Iterator[News | InputFailure]:
        """Take what comes before a moment."""
        while self._order and self._order[0][0] < moment:
            yield heappop(self._order)[2]


def cut(names: list[str], most: int | None) -> list[list[str]]:
    """Cut a group into parts of so many bytes, but not through a file."""
    parts: list[list[str]] = []
    left = -1
    for name in names:
        size = 0 if most is None else _size(name)
        if not parts or left < size:
            parts.append([])
            left = most or 0
        parts[-1].append(name)
        left -= size
    return parts


def _size(name: str) -> int:
    try:
        return COST_OF_A_FILE + ((size_at(name) if is_url(name) else Path(name).stat().st_size) or 0)
    except OSError:
        return COST_OF_A_FILE
