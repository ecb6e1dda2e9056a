"""The live view on a terminal: a Watch enters; the screen shows its Board until the watch ends or `q` is pressed."""

import time

from tlsscope.report.summary import Tally
from tlsscope.report.watch import Board, Gauge

from .screen import Screen
from .watch import Watch

DRAW_SECONDS = 0.2
RATE_SECONDS = 2.0  # over which rates are measured


def show(watched: Watch, tally: Tally, where: str) -> None:
    """Show the watch."""
    board = Board()
    rates = _Rates()
    notices: list[str] = []
    watched.say = notices.append
    drawn = 0.0
    with Screen() as screen:
        for batch in watched.batches():
            for session in tally.watch(batch):
                board.add(session)
            any_key = False
            for key in screen.pressed():
                any_key = True
                if not board.press(key):
                    watched.stop()
            now = time.monotonic()
            if any_key or now - drawn >= DRAW_SECONDS:
                drawn = now
                look, height = screen.size()
                screen.draw(board.lines(rates.gauge(watched, where, notices[-1:]), look, height))


class _Rates:
    """Packets and sessions a second, over the last moments."""

    def __init__(self) -> None:
        self._before = (0.0, 0, 0)
        self._packets = 0.0
        self._sessions = 0.0

    def gauge(self, watched: Watch, where: str, notices: list[str]) -> Gauge:
        """Read all counters."""
        now = watched.latest
        seconds, frames, sessions = self._before
        if now.seconds - seconds >= RATE_SECONDS:
            passed = now.seconds - seconds
            self._packets = (now.frames - frames) / passed
            self._sessions = (now.sessions - sessions) / passed
            self._before = (now.seconds, now.frames, now.sessions)
        notice = notices[-1] if notices else ""
        return Gauge(
            where, now.seconds, self._packets, self._sessions, now.dropped, now.gaps, now.memory, notice
        )  # fmt: skip
