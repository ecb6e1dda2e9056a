"""Live traffic on its way through the rooms: it differs from a file in that time passes where no packet comes.

A session is told as soon as its handshake is over and quiet; its connection is only counted from then on.
"""

import os
from heapq import heappop, heappush
from itertools import count

from tlsscope.capture.evidence import Evidence
from tlsscope.capture.frames import Frames
from tlsscope.capture.live import LiveSource
from tlsscope.flow.handshakes import HandshakePackets
from tlsscope.flow.listener import Listener
from tlsscope.flow.live import LiveTable
from tlsscope.flow.opening import SECOND, Limits
from tlsscope.secrets.keyring import Keyring
from tlsscope.session.live import ripe_at
from tlsscope.session.observer import Observer, Place

from .reading import Reading

FIRST_LOOK = SECOND  # after the first bytes of a connection
LONGEST_WAIT = 60 * SECOND  # between two looks at a handshake that waits


class LiveReading(Reading):
    """One live source on its way. `evidence` gets its packets, or those of its handshakes alone."""

    def __init__(
        self, source: LiveSource, keyring: Keyring, evidence: Evidence | None, chosen: HandshakePackets | None
    ) -> None:
        super().__init__(source, keyring)
        self._live = source
        self._table: LiveTable = LiveTable(self._open, Limits(), int.from_bytes(os.urandom(8), "big"))
        self._table.keeps_marks = chosen is not None
        self._evidence = evidence
        self._chosen = chosen
        self._observers: list[Observer] = []
        self._looks: list[tuple[int, int, int, Listener, Observer, int]] = []
        self._order = count()
        self.evidence_failure: str | None = None

    @property
    def frames(self) -> int:
        """Count the frames so far."""
        return self._frames

    @property
    def connections(self) -> int:
        """Count the connections so far."""
        return self._table.opened

    @property
    def evicted(self) -> int:
        """Count the connections that were told early because a bound was hit."""
        return self._table.evicted

    def _push(self, frames: Frames) -> None:
        if frames.count:
            super()._push(frames)
            if self._evidence is not None:
                self._keep(self._evidence, frames)
        now = self._live.now
        self._look_at_handshakes(now)
        self._table.pass_time(now)

    def _observer(self, place: Place) -> Observer:
        observer = super()._observer(place)
        self._observers.append(observer)
        return observer

    def _keep(self, evidence: Evidence, frames: Frames) -> None:
        """Write the window's packets. A disk that is full ends the evidence, not the watch."""
        buffer = self._live.buffer
        try:
            if self._chosen is None:
                evidence.write(buffer, frames)
                return
            earlier = self._chosen.choose(buffer, frames, self._segments, self._table.marks)
            if earlier:
                evidence.write_blocks(earlier)
            evidence.write(buffer, frames, self._chosen.wanted)
        except OSError as error:
            self._evidence = None
            self.evidence_failure = error.strerror or str(error)

    def _look_at_handshakes(self, now: int) -> None:
        """Tell what is over; look again later at what is not."""
        looks = self._looks
        for (row, listener), observer in zip(self._table.fresh, self._observers, strict=True):
            heappush(looks, (now + FIRST_LOOK, next(self._order), row, listener, observer, FIRST_LOOK))
        self._table.fresh.clear()
        self._observers.clear()
        while looks and looks[0][0] <= now:
            _due, _order, row, listener, observer, wait = heappop(looks)
            if not self._table.listens(row, listener):
                continue
            ripe = ripe_at(observer)
            if ripe is not None and ripe <= now:
                self._table.settle(row)
                continue
            wait = FIRST_LOOK if ripe is not None else min(2 * wait, LONGEST_WAIT)
            due = now + wait if ripe is None else ripe
            heappush(looks, (due, next(self._order), row, listener, observer, wait))
