"""Live traffic on its way through the rooms: it differs from a file in that time passes where no packet comes.

A session is told as soon as its handshake is over and quiet; its connection is only counted from then on.
"""

import os

from tlsscope.capture.evidence import Evidence
from tlsscope.capture.frames import Frames
from tlsscope.capture.live import LiveSource
from tlsscope.flow.handshakes import HandshakePackets
from tlsscope.flow.live import LiveTable
from tlsscope.flow.opening import Limits
from tlsscope.secrets.keyring import Keyring

from .looks import Looks
from .reading import Reading


class LiveReading(Reading):
    """One live source on its way. `evidence` gets its packets, or those of its handshakes alone."""

    def __init__(
        self, source: LiveSource, keyring: Keyring, evidence: Evidence | None, chosen: HandshakePackets | None
    ) -> None:
        super().__init__(source, keyring)
        self._live = source
        self._table: LiveTable = LiveTable(self._rooms.open, Limits(), int.from_bytes(os.urandom(8), "big"))
        self._table.keeps_marks = chosen is not None
        self._evidence = evidence
        self._chosen = chosen
        self._looks = Looks(self._table)
        self._rooms.begun = self._looks.add
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
        self._looks.look(now)
        self._table.pass_time(now)

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
