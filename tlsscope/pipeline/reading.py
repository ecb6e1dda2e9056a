"""One capture on its way through the rooms: windows of frames enter, Sessions leave as their connections end.

A capture is anything with `windows()`, `buffer` and `interfaces`: a file, a pipe, an interface.
"""

import os
from collections.abc import Callable, Iterator
from typing import Protocol

from tlsscope.anomalies import Anomaly
from tlsscope.capture.blocks import Interface
from tlsscope.capture.frames import Frames
from tlsscope.errors import InputError
from tlsscope.flow.opening import Limits
from tlsscope.flow.table import ConnectionTable
from tlsscope.link.decode import Decoder
from tlsscope.link.segments import Segments
from tlsscope.secrets.keyring import Keyring
from tlsscope.session.model import Session
from tlsscope.session.unsealing import Follower

from .options import Totals
from .rooms import Rooms


class FrameSource(Protocol):
    """Where frames come from. Rows of a window point into `buffer` until the next one is asked for."""

    name: str
    buffer: memoryview
    interfaces: list[Interface]
    secrets: list[bytes]
    anomalies: list[Anomaly]
    consumed: int

    def windows(self) -> Iterator[Frames]:
        """Yield window after window; ends, or raises InputError."""


class Reading:
    """One capture on its way. Iterate `windows()`; `take_told` gives what was told meanwhile."""

    def __init__(self, capture: FrameSource, keyring: Keyring, limits: Limits | None = None) -> None:
        self._capture = capture
        self._keyring = keyring
        self._key_logs_read = 0
        self._decoder = Decoder()
        self._segments = Segments()
        self._told: list[Session] = []
        self._bytes = 0
        self._anomalies: list[tuple[str, Anomaly]] = []
        self._frames = 0
        self._counted = (0, 0, 0)  # frames, bytes, connections that stand in the totals already
        self._links: list[int] = []
        seed = int.from_bytes(os.urandom(8), "big")
        self._rooms = Rooms(keyring, self._decoder.labels, self._complete)
        self._table = ConnectionTable(self._rooms.open, limits or Limits(), seed)

    def windows(self) -> Iterator[int]:
        """Push window after window through the rooms; yield the number of frames so far."""
        capture = self._capture
        self._rooms.file = capture.name
        before, foreign, begun = self._frames, self._decoder.unknown_link, self._bytes
        try:
            for frames in capture.windows():
                self._take_secrets()
                self._push(frames)
                self._bytes = begun + capture.consumed
                yield self._frames
        finally:
            self._bytes = begun + capture.consumed
            self._anomalies.extend((capture.name, one) for one in capture.anomalies)
        foreign = self._decoder.unknown_link - foreign
        if foreign and foreign == self._frames - before:
            raise InputError(capture.name, f"has only frames of link type {self._links[0]}, which cannot be read")

    def say_established(self, established: Callable[[Session], None]) -> None:
        """Call for each session of TLS 1.2 and before whose handshake is over, while its connection goes on."""
        self._rooms.established = established

    def drop_copies(self) -> None:
        """Pass over packets that came just before, as mirror ports send them."""
        self._decoder.drop_copies()

    def follow_all(self) -> None:
        """Decrypt connections to their end, where there are keys."""
        self._rooms.follower = Follower(self._keyring)

    def take_told(self) -> list[Session]:
        """Take the sessions that were told since the last call."""
        told = self._told
        self._told = []
        return told

    def count(self, totals: Totals) -> None:
        """Add what was read since the last call."""
        frames, size, connections = self._counted
        self._counted = self._frames, self._bytes, self._table.opened
        totals.frames += self._frames - frames
        totals.bytes += self._bytes - size
        totals.connections += self._table.opened - connections

    def finish(self, totals: Totals) -> None:
        """End all connections and add up."""
        self._table.finish()
        self.count(totals)
        totals.evicted += self._table.evicted
        totals.malformed += self._decoder.malformed
        totals.copies += self._decoder.copies
        totals.fragments += self._decoder.fragments
        totals.anomalies.extend(self._anomalies)

    def _push(self, frames: Frames) -> None:
        """Push one window through the rooms."""
        capture = self._capture
        if len(self._links) != len(capture.interfaces):
            self._links = [one.link_type for one in capture.interfaces]
            self._rooms.time_digits = max((one.digits for one in capture.interfaces), default=6)
        self._decoder.decode(capture.buffer, frames, self._links, self._segments)
        self._table.take(capture.buffer, frames, self._segments)
        self._frames += frames.count

    def _take_secrets(self) -> None:
        """Take the key logs that the capture itself holds (Decryption Secrets Blocks)."""
        secrets = self._capture.secrets
        while self._key_logs_read < len(secrets):
            self._keyring.keylog.add_bytes(secrets[self._key_logs_read])
            self._key_logs_read += 1

    def _complete(self, session: Session) -> None:
        """Take a session that is over."""
        self._rooms.complete(session)
        self._told.append(session)
