"""The only file that joins the rooms: inputs enter; judged Sessions leave, with what could not be read between them."""

import os
from collections.abc import Iterable, Iterator

import msgspec

from tlsscope.anomalies import Anomaly
from tlsscope.capture.source import Capture, open_capture
from tlsscope.errors import InputError
from tlsscope.flow.listener import Listener
from tlsscope.flow.opening import Limits, Opening
from tlsscope.flow.table import ConnectionTable
from tlsscope.handshake.dialogue import Dialogue
from tlsscope.judge import Resumptions, judge
from tlsscope.link.decode import Decoder
from tlsscope.link.segments import Segments
from tlsscope.record.layer import RecordLayer
from tlsscope.secrets.keylog import KeyLog
from tlsscope.secrets.keyring import Keyring
from tlsscope.secrets.premaster import ServerKey
from tlsscope.session.model import Endpoint, Session
from tlsscope.session.observer import Observer, Place
from tlsscope.session.sealed import list_sealed
from tlsscope.session.unsealing import unseal


class InputFailure(msgspec.Struct, frozen=True):
    """An input that could not be read, or not to its end; the sessions before it are good."""

    source: str
    message: str


class Options(msgspec.Struct, frozen=True):
    """How to scan."""

    keylogs: tuple[str, ...] = ()  # files in the NSS key log format
    server_keys: tuple[str, ...] = ()  # PEM files of RSA keys
    psks: tuple[bytes, ...] = ()  # external pre-shared keys


class Totals(msgspec.Struct):
    """What was read."""

    inputs: int = 0
    frames: int = 0
    bytes: int = 0
    connections: int = 0
    sessions: int = 0
    malformed: int = 0  # frames whose lengths contradict each other
    fragments: int = 0  # IP fragments, not reassembled
    evicted: int = 0  # connections told early because the table was full
    anomalies: list[tuple[str, Anomaly]] = msgspec.field(default_factory=list)  # of whole captures


class Scan:
    """Sessions of many inputs, in order. Iterate once; `totals` grows as it goes."""

    def __init__(self, inputs: Iterable[str], options: Options | None = None) -> None:
        self.totals = Totals()
        self._inputs = list(inputs)
        self._options = options or Options()

    def __iter__(self) -> Iterator[Session | InputFailure]:
        resumptions = Resumptions()
        keyring = make_keyring(self._options)
        for name in self._inputs:
            self.totals.inputs += 1
            try:
                for session in read_capture(open_capture(name), self.totals, keyring):
                    judge(session, resumptions)
                    self.totals.sessions += 1
                    yield session
            except InputError as error:
                yield InputFailure(error.source, error.message)


def make_keyring(options: Options) -> Keyring:
    """Load all the keys that the user gave. Raises InputError where a file cannot be read."""
    keylog = KeyLog()
    for path in options.keylogs:
        keylog.add_file(path)
    return Keyring(keylog, [ServerKey(path) for path in options.server_keys], options.psks)


def read_capture(capture: Capture, totals: Totals, keyring: Keyring) -> Iterator[Session]:
    """Yield the sessions of one capture, unjudged, as their connections end. Raises InputError at its damage."""
    reading = Reading(capture, keyring)
    try:
        for _ in reading.windows():
            yield from reading.take_told()
    finally:
        reading.finish(totals)
    yield from reading.take_told()


class Reading:
    """One capture on its way through the rooms."""

    def __init__(self, capture: Capture, keyring: Keyring) -> None:
        self._capture = capture
        self._keyring = keyring
        self._keylogs_read = 0
        self._decoder = Decoder()
        self._segments = Segments()
        self._told: list[Session] = []
        self._frames = 0
        seed = int.from_bytes(os.urandom(8), "big")
        self._table = ConnectionTable(self._open, Limits(), seed)

    def windows(self) -> Iterator[int]:
        """Push window after window through link, flow, record and handshake; yield the number of frames so far."""
        capture = self._capture
        links: list[int] = []
        for frames in capture.windows():
            self._take_secrets()
            if len(links) != len(capture.interfaces):
                links = [one.link_type for one in capture.interfaces]
            self._decoder.decode(capture.buffer, frames, links, self._segments)
            self._table.take(capture.buffer, frames, self._segments)
            self._frames += frames.count
            yield self._frames
        if self._decoder.unknown_link and self._decoder.unknown_link == self._frames:
            raise InputError(capture.name, f"has only frames of link type {links[0]}, which cannot be read")

    def take_told(self) -> list[Session]:
        """Take the sessions that were told since the last call."""
        told = self._told
        self._told = []
        return told

    def finish(self, totals: Totals) -> None:
        """End all connections and add up."""
        self._table.finish()
        totals.frames += self._frames
        totals.bytes += self._capture.consumed
        totals.connections += self._table.opened
        totals.evicted += self._table.evicted
        totals.malformed += self._decoder.malformed
        totals.fragments += self._decoder.fragments
        totals.anomalies.extend((self._capture.name, one) for one in self._capture.anomalies)

    def _open(self, opening: Opening) -> Listener:
        """Build the rooms above flow for one connection."""
        place = Place(
            self._capture.name,
            max((one.digits for one in self._capture.interfaces), default=6),
            (Endpoint(opening.address_a, opening.port_a), Endpoint(opening.address_b, opening.port_b)),
            self._decoder.labels[opening.encapsulation],
            opening.syn_from >= 0,
        )
        observer = Observer(place, self._told_one, keeps_fragments=bool(self._keyring))
        likely = opening.syn_from if opening.syn_from >= 0 else int(opening.port_a < opening.port_b)
        return RecordLayer(Dialogue(observer, likely))

    def _take_secrets(self) -> None:
        """Take the key logs that the capture itself holds (Decryption Secrets Blocks)."""
        secrets = self._capture.secrets
        while self._keylogs_read < len(secrets):
            self._keyring.keylog.add_bytes(secrets[self._keylogs_read])
            self._keylogs_read += 1

    def _told_one(self, session: Session) -> None:
        if self._keyring:
            unseal(session, self._keyring)
        list_sealed(session)
        self._told.append(session)
