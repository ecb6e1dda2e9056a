"""A scan on a cluster: inputs enter; finished sessions leave, byte for byte those of one process, in its order.

One task reads one part: a capture, or as many files of a rotation as `most` bytes hold. Where a rotation is cut, a
second step joins the connections that were open (`chains`). What ties sessions together is decided here (`linking`).
"""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tlsscope.capture.remote import is_url
from tlsscope.errors import TlsscopeError
from tlsscope.report.document import tool
from tlsscope.report.manner import Manner
from tlsscope.report.written import Written

from .exchange import Job, Sealed
from .groups import groups
from .inputs import expand
from .linking import Linker
from .options import Engine, InputFailure, Options, Totals, make_keyring
from .plan import Part
from .scheduler import Scheduler
from .sewing import Group, Sewn, cut
from .tasks import Task

AHEAD = 4  # tasks that wait, or whose answers do, for each that is worked on
MOST = 1 << 30  # bytes that one task reads, unless one file has more


class ClusterScan:
    """Finished sessions of many inputs. Iterate once, then `end`; `totals` grows as it goes."""

    def __init__(self, inputs: Iterable[str], options: Options, manner: Manner, address: str, most: int = MOST) -> None:
        """Load the keys and reach the scheduler. Raises TlsscopeError where that cannot be."""
        _refuse(options)
        self._inputs = [one if is_url(one) else _absolute(one) for one in inputs]
        self._keyring = make_keyring(options)
        self._key_logs = [Path(one).read_bytes() for one in options.keylogs]
        self._linker = Linker(manner, self._keyring)
        self._most = None if options.drop_copies else most  # copies may lie in the next file
        self._task = (msgspec.structs.replace(options, keylogs=()), manner, tool())
        self._scheduler = Scheduler(address)
        self._stopped = False
        self._waiting: deque[tuple[str, bytes]] = deque()  # key logs of the unit that is being told, with their files

    @property
    def totals(self) -> Totals:
        """Count what was read, as far as it was told."""
        return self._linker.totals

    def __iter__(self) -> Iterator[Written | InputFailure]:
        try:
            most = AHEAD * self._scheduler.wait_for_workers()
            waiting: deque[Group | InputFailure] = deque()
            for one in groups(expand(self._inputs)):
                group = one if isinstance(one, InputFailure) else self._begun(one)
                waiting.append(group)
                while sum(one.tasks for one in waiting if isinstance(one, Group)) > most:
                    yield from self._told(waiting.popleft())
            while waiting:
                yield from self._told(waiting.popleft())
            unused = self._keyring.keylog.counts.unused
            self.totals.unused_key_lines = {reason.value: count for reason, count in unused.items()}
        finally:
            self.end()

    def stop(self) -> None:
        """End at once."""
        self.end()

    def end(self) -> None:
        """Let the cluster go."""
        if not self._stopped:
            self._stopped = True
            self._scheduler.end()

    def _begun(self, names: list[str]) -> Group:
        group = Group(self._scheduler, cut(names, self._most), self._new_task)
        group.begin(self._key_logs)
        return group

    def _new_task(self, names: list[str], key_logs: list[bytes]) -> Task:
        options, manner, version = self._task
        return Task(Job(options, manner, [Part(names, 0)], 0, 1, 0), version, key_logs)

    def _told(self, group: Group | InputFailure) -> Iterator[Written | InputFailure]:
        """Yield what was found in a group, when it is its turn."""
        if isinstance(group, InputFailure):
            yield group
            return
        totals = self._linker.totals
        totals.inputs += group.inputs
        for one in group.sewn(self._key_logs):
            if isinstance(one, Sewn):
                self._take_keys(None)
                self._waiting.extend(one.secrets)
                totals.add(one.totals)
            elif isinstance(one, InputFailure):
                yield one
            else:
                if isinstance(one, Sealed):
                    self._take_keys(one.files[-1])
                session = self._linker.take(one)
                if session is not None:
                    yield session
        self._take_keys(None)

    def _take_keys(self, file: str | None) -> None:
        """Take the keys that lie in captures, up to this file of the unit, or all."""
        waiting = self._waiting
        while waiting and (file is None or any(name == file for name, _ in waiting)):
            key_log = waiting.popleft()[1]
            self._key_logs.append(key_log)
            self._keyring.keylog.add_bytes(key_log)


def _refuse(options: Options) -> None:
    if options.follow or options.follow_all or options.engine is not Engine.OWN:
        raise TlsscopeError("--cluster goes with neither --follow, --decrypt all nor --engine tshark")
    if options.server_keys:
        raise TlsscopeError("--cluster and --server-key: a server's private key is not sent to other machines")


def _absolute(name: str) -> str:
    """Name a file as workers find it, wherever they were started."""
    path = Path(name)
    if name == "-" or (path.exists() and not path.is_file() and not path.is_dir()):
        raise TlsscopeError(f"--cluster reads files and URLs, and {name} is neither")
    return str(path.absolute())

