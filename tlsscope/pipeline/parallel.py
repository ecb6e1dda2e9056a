"""A scan by several processes: a plan enters; finished sessions leave, in the order in which one worker tells them.

What ties sessions together is decided here, in that order: which resumes which, and which is opened by another's
secret. All else the workers have done.
"""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from heapq import merge
from operator import itemgetter

import msgspec

from tlsscope.errors import InputError
from tlsscope.report.manner import Manner
from tlsscope.report.written import Written

from .crew import Crew, GoneError
from .exchange import LAST, Going, Job, Moment, News, Sealed
from .linking import Linker
from .options import InputFailure, Options, Totals, make_keyring
from .plan import EVERYBODY, Part, Plan
from .stream import secrets_ahead

BEGIN: Moment = (0, 0, False, 0, 0)
Timed = tuple[Moment, News | InputFailure | None]


class ParallelScan:
    """Finished sessions of many inputs. Iterate once, then `end`; `totals` grows as it goes."""

    def __init__(self, plan: Plan, options: Options, manner: Manner) -> None:
        """Load the keys, before any worker does. Raises InputError where one cannot be."""
        self._parts = [one for one in plan.parts if isinstance(one, Part)]
        self._plan = plan
        self._keyring = make_keyring(options)
        seed = int.from_bytes(os.urandom(8), "big")
        self._crew = Crew(
            [Job(options, manner, self._parts, worker, plan.workers, seed) for worker in range(plan.workers)]
        )
        self._linker = Linker(manner, self._keyring)
        self._done = self._linker.totals  # of the parts that are done, and all sessions
        self._read = [Totals()] * plan.workers  # of the part that is being read
        self._without_keys = deque((at, name) for at, part in enumerate(self._parts) for name in part.names)

    @property
    def totals(self) -> Totals:
        """Count what was read. All workers of a part read the same frames, and each has connections of its own."""
        done, whole = self._done, max(self._read, key=lambda one: (one.frames, one.bytes, len(one.anomalies)))
        return msgspec.structs.replace(
            done,
            frames=done.frames + whole.frames,
            bytes=done.bytes + whole.bytes,
            malformed=done.malformed + whole.malformed,
            copies=done.copies + whole.copies,
            fragments=done.fragments + whole.fragments,
            anomalies=done.anomalies + whole.anomalies,
            unused_key_lines=whole.unused_key_lines or done.unused_key_lines,
            connections=done.connections + sum(one.connections for one in self._read),
            evicted=done.evicted + sum(one.evicted for one in self._read),
        )

    def __iter__(self) -> Iterator[Written | InputFailure]:
        try:
            self._crew.start()
            number = 0
            for part in self._plan.parts:
                if isinstance(part, InputFailure):
                    yield part
                    continue
                self._done.inputs += len(part.names)
                yield from self._part(number, part)
                number += 1
        finally:
            self.end()

    def stop(self) -> None:
        """End at once."""
        self.end()

    def end(self) -> None:
        """End all workers."""
        self._crew.end()

    def _part(self, number: int, part: Part) -> Iterator[Written | InputFailure]:
        workers = range(self._plan.workers) if part.owner == EVERYBODY else (part.owner,)
        failures: set[InputFailure] = set()
        for _, news in merge(*(self._listen(worker, number) for worker in workers), key=itemgetter(0)):
            if isinstance(news, InputFailure):
                if news not in failures:  # each worker meets the same damage
                    failures.add(news)
                    yield news
            elif news is not None:
                if isinstance(news, Sealed):
                    self._take_keys(number, news.files[-1])
                session = self._linker.take(news)
                if session is not None:
                    yield session
        self._done = self._linker.totals = self.totals
        self._read = [Totals()] * self._plan.workers

    def _listen(self, worker: int, number: int) -> Iterator[Timed]:
        """Yield what a worker tells of a part, and None to say that there is nothing more until then."""
        moment, file = BEGIN, self._parts[number].names[0]
        try:
            for batch in self._crew.batches(worker, number):
                self._read[worker], file = batch.totals, batch.file
                for news in batch.news:
                    is_over = not isinstance(news, Going)
                    yield (batch.stream, batch.window, is_over, news.moment, news.activity), news
                if not batch.has_more:
                    moment = (batch.stream, batch.window, True, LAST, LAST)
                    yield moment, batch.failure
        except GoneError as gone:
            yield moment, InputFailure(file, f"a worker that read it {gone}: sessions are missing")

    def _take_keys(self, number: int, file: str) -> None:
        """Take the keys that lie in captures, up to this one."""
        waiting = self._without_keys
        while (number, file) in waiting:
            with suppress(InputError):  # the worker that reads it tells
                for key_log in secrets_ahead(waiting.popleft()[1]):
                    self._keyring.keylog.add_bytes(key_log)
