"""Captures that go on where the one before ended, read as one: names enter, Sessions leave.

A session that is in two files is one session. Frames are numbered by file, as Wireshark does; those of a session that
goes on in the next file count on from the file in which it began.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.capture.frames import Frames
from tlsscope.capture.remote import is_url
from tlsscope.capture.source import Capture, first_time, open_capture
from tlsscope.capture.streams import BEAT
from tlsscope.errors import InputError
from tlsscope.flow.opening import Limits
from tlsscope.secrets.keyring import Keyring
from tlsscope.session.frames import count_frames_from, frames_of
from tlsscope.session.model import Session

from .reading import Reading

LONGEST_OVERLAP = 10_000_000  # ns by which frames may stand in the wrong file: they come from several queues
LEAST_GROWTH = 10  # how many times the overlap a file must span: two taps overlap by more of what they captured
MOST_CONTINUED = 32  # files that are named with one session


class StreamReading(Reading):
    """One stream on its way. Takes its files off `names`: what is left there belongs to another stream."""

    def __init__(self, names: deque[str], keyring: Keyring, limits: Limits | None = None) -> None:
        """Open the first file. Raises InputError where it cannot be."""
        self.secrets: list[tuple[str, bytes]] = []  # key logs, with the files that held them
        self._names = names
        name = names.popleft()
        self._files = [name]
        super().__init__(self._open_file(name), keyring, limits)
        self._patience = (limits or Limits()).idle
        self._before = [0]  # frames before each file
        self._begun = self._last = 0  # when the first and the last frame of the last file were captured
        self._silence = 0  # ns without a frame, where the stream can tell
        self._take_secrets_ahead(name)

    @property
    def now(self) -> int:
        """Say what time it is in the capture."""
        return self._last + self._silence

    def windows(self) -> Iterator[int]:
        """Push window after window of file after file through the rooms."""
        yield from super().windows()
        while self._names and self._goes_on_with(self._names[0]):
            self._go_on_with(self._names.popleft())
            yield from super().windows()

    def _open_file(self, name: str) -> Capture:
        return open_capture(name)

    def _goes_on_with(self, name: str) -> bool:
        """Tell whether a file begins where this one ended. One that cannot be read begins a stream, and ends it."""
        try:
            time = first_time(name)
        except InputError:
            return False
        return time is None or not self._frames or goes_on(self._begun, self._last, time, self._patience)

    def _go_on_with(self, name: str) -> None:
        self._files.append(name)
        capture = self._open_file(name)
        capture.frames_before = self._frames
        self._capture = capture
        self._links = []
        self._key_logs_read = 0
        self._before.append(self._frames)
        self._take_secrets_ahead(name)

    def _push(self, frames: Frames) -> None:
        super()._push(frames)
        if frames.count:
            self._last = frames.time[frames.count - 1]
            if frames.first == self._before[-1] + 1:
                self._begun = frames.time[0]
            self._silence = 0
        else:
            self._silence += BEAT
            self._table.pass_time(self.now)

    def _take_secrets_ahead(self, name: str) -> None:
        for key_log in secrets_ahead(name):
            self._keyring.keylog.add_bytes(key_log)
            self._key_logs_read += 1
            self.secrets.append((name, key_log))

    def _complete(self, session: Session) -> None:
        super()._complete(session)
        place(session, self._files, self._before)


def goes_on(begun: int, last: int, time: int, patience: int) -> bool:
    """Tell whether what begins at `time` goes on where a file ended; that one's frames are from `begun` to `last`."""
    overlap = min(LONGEST_OVERLAP, (last - begun) // LEAST_GROWTH)
    return last - overlap <= time <= last + patience


def place(session: Session, files: list[str], before: list[int]) -> None:
    """Name the file in which a session began, and those in which it goes on; `before`: how many frames before each."""
    if len(files) == 1:
        return
    first = bisect_left(before, session.first_frame) - 1
    last = bisect_left(before, max(frames_of(session))) - 1
    session.file = files[first]
    session.continued_in = tuple(files[first + 1 : last + 1][:MOST_CONTINUED])
    if last - first > MOST_CONTINUED:
        session.anomalies.append(Anomaly(Kind.BOUND_HIT, f"it goes on in {last - first} files; not all are named"))
    if first:
        count_frames_from(session, before[first])


def secrets_ahead(name: str) -> list[bytes]:
    """Collect the Decryption Secrets Blocks of a file: those behind the packets are needed before them.

    A pcapng file is walked once more for it, without a look into its packets; a pipe cannot be.
    """
    if not (Path(name).is_file() or is_url(name)):
        return []
    capture = open_capture(name)
    with suppress(InputError):  # the reading itself will tell
        for _ in capture.windows():
            if not capture.has_blocks:
                break
    return capture.secrets
