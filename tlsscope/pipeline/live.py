"""The second of the three uses: a live source enters; judged Sessions leave as they are told, with statistics."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tlsscope.anomalies import Kind
from tlsscope.capture.evidence import Evidence
from tlsscope.capture.live import LiveSource
from tlsscope.flow.handshakes import HandshakePackets
from tlsscope.judge import Resumptions, judge
from tlsscope.session.model import Session

from .live_reading import LiveReading
from .options import Options, Totals, make_keyring


class Statistics(msgspec.Struct):
    """What was done until now. `drops` are packets that the kernel had no room for, by interface."""

    seconds: float
    frames: int
    bytes: int
    connections: int
    sessions: int
    gaps: int  # sessions with missing bytes
    bounds: dict[str, int]
    drops: dict[str, int]
    memory: int  # resident bytes of this process

    @property
    def dropped(self) -> int:
        """Count the drops of all interfaces."""
        return sum(self.drops.values())


class Live:
    """Sessions of a live source. Iterate `batches()` once."""

    def __init__(self, source: LiveSource, options: Options, evidence: Evidence | None, *, handshakes: bool) -> None:
        self.name = source.name
        self.totals = Totals(inputs=1)
        self.evidence_failed = False
        self._source = source
        self._chosen = HandshakePackets() if handshakes else None
        self._evidence = evidence
        self._reading = LiveReading(source, make_keyring(options), evidence, self._chosen)
        self._resumptions = Resumptions()
        self._reading.say_established(self._resumptions.learn)
        self._begun = time.monotonic()
        self._gaps = 0

    def batches(self) -> Iterator[list[Session]]:
        """Yield the sessions that were told since the last time, about ten times a second, until stopped."""
        try:
            for _ in self._reading.windows():
                yield self._judged()
            self._reading.finish(self.totals)
            yield self._judged()
        finally:
            if self._evidence is not None:
                self._evidence.close()

    def stop(self) -> None:
        """End soon, with all told."""
        self._source.stop()

    def notices(self) -> list[str]:
        """Take what the user should know since the last call."""
        notices = self._source.notices()
        failure = self._reading.evidence_failure
        if failure is not None and not self.evidence_failed:
            self.evidence_failed = True
            notices.append(f"cannot write evidence any more: {failure}; watching goes on without")
        return notices

    def statistics(self) -> Statistics:
        """Count."""
        bounds = {"connections": self._reading.evicted}
        if self._chosen is not None:
            bounds["packets held for handshakes"] = self._chosen.dropped
        return Statistics(
            seconds=time.monotonic() - self._begun,
            frames=self._reading.frames,
            bytes=self._source.consumed,
            connections=self._reading.connections,
            sessions=self.totals.sessions,
            gaps=self._gaps,
            bounds={name: hit for name, hit in bounds.items() if hit},
            drops=self._source.drops(),
            memory=resident_bytes(),
        )

    def _judged(self) -> list[Session]:
        sessions = self._reading.take_told()
        for session in sessions:
            judge(session, self._resumptions)
            self.totals.sessions += 1
            self._gaps += any(one.kind is Kind.GAP for one in session.anomalies)
        return sessions


def resident_bytes() -> int:
    """Ask the system how much memory this process has in use; 0 where it cannot tell."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    import resource

    return int(pages) * resource.getpagesize()
