"""The watch itself: batches of sessions enter, those that the user wants leave; clocks and signals are obeyed."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple

from tlsscope.pipeline.live import Live, Statistics
from tlsscope.report.compose import document
from tlsscope.report.filter import Test, compile_filter
from tlsscope.session.model import Session

from .orders import Ends

Handler = Callable[[int, FrameType | None], None]

BEAT_SECONDS = 0.5  # between two looks at the counters


class Tests(NamedTuple):
    """The user's expressions, compiled."""

    wanted: Test | None
    until: Test | None
    fail_on: Test | None


def compiled(wanted: str | None, ends: Ends) -> Tests:
    """Compile them; mistakes are told before anything is opened."""
    return Tests(*(None if text is None else compile_filter(text) for text in (wanted, ends.until, ends.fail_on)))


class Watch:
    """One watch. `say` is told what happens, `sessions` counts what was given, `failed` is what --fail-on asks."""

    def __init__(self, live: Live, tests: Tests, ends: Ends, say: Callable[[str], None]) -> None:
        self.sessions = 0
        self.failed = False
        self.latest: Statistics = live.statistics()
        self.on_session: list[Callable[[Session], None]] = []
        self.on_hangup: list[Callable[[], None]] = []
        self.on_pause: list[Callable[[], None]] = []  # called where the next session may be long in coming
        self.say = say
        self._live = live
        self._tests = tests
        self._ends = ends
        self._looked = 0.0
        self._stopping = False
        self._hangup = False
        self._asked = False

    def batches(self) -> Iterator[list[Session]]:
        """Yield what was told since the last time and fits, about ten times a second."""
        with self._signals():
            self.say(f"watching {self._live.name}")
            for batch in self._live.batches():
                self._obey()
                yield [session for session in batch if self._is_given(session)]
            self._look()
            self._tell_notices()

    def items(self) -> Iterator[Session]:
        """Yield the same, one by one."""
        for batch in self.batches():
            yield from batch
            for pause in self.on_pause:
                pause()

    def stop(self) -> None:
        """End soon."""
        if not self._stopping:
            self._stopping = True
            self._live.stop()

    def _is_given(self, session: Session) -> bool:
        """Judge one session by all expressions; after the last that is wanted no more are given."""
        ends, tests = self._ends, self._tests
        if ends.sessions and self.sessions >= ends.sessions:
            return False
        told = document(session) if any(tests) else None
        if tests.fail_on is not None and tests.fail_on(told):
            self.failed = True
        if tests.until is not None and tests.until(told):
            self.stop()
        if tests.wanted is not None and not tests.wanted(told):
            return False
        for listener in self.on_session:
            listener(session)
        self.sessions += 1
        if ends.sessions and self.sessions >= ends.sessions:
            self.stop()
        return True

    def _obey(self) -> None:
        """Do what clocks and signals ask for."""
        self._tell_notices()
        if time.monotonic() - self._looked >= BEAT_SECONDS:
            self._look()
        if self._ends.duration and self.latest.seconds >= self._ends.duration:
            self.stop()
        if self._hangup:
            self._hangup = False
            for reopen in self.on_hangup:
                reopen()
        if self._asked:
            self._asked = False
            self.say(sentence(self.latest))

    def _look(self) -> None:
        self._looked = time.monotonic()
        self.latest = self._live.statistics()

    def _tell_notices(self) -> None:
        for notice in self._live.notices():
            self.say(notice)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Obey signals as long as this lasts; a second SIGINT ends at once."""
        wanted: dict[int, Handler] = {signal.SIGINT: self._on_end, signal.SIGTERM: self._on_end}
        if hasattr(signal, "SIGHUP"):
            wanted |= {signal.SIGHUP: self._on_hangup, signal.SIGUSR1: self._on_question}
        before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_end(self, number: int, _frame: object) -> None:
        if self._stopping and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.stop()

    def _on_hangup(self, _number: int, _frame: object) -> None:
        self._hangup = True

    def _on_question(self, _number: int, _frame: object) -> None:
        self._asked = True


def sentence(now: Statistics) -> str:
    """Say the statistics in one line."""
    drops = ", ".join(f"{name} {count:,}" for name, count in now.drops.items()) or "unknown"
    bounds = "".join(f"; {name} bounded {count:,} times" for name, count in now.bounds.items())
    return (
        f"{now.seconds:,.0f} s: {now.frames:,} packets, {now.bytes:,} bytes, {now.connections:,} connections, "
        f"{now.sessions:,} sessions, {now.gaps:,} with gaps; dropped by the kernel: {drops}{bounds}; "
        f"memory {now.memory / 1e6:,.0f} MB"
    )
