"""A capture that is still being written, and the files that follow it in its rotation.

As with live traffic, a session is told once its handshake is over and quiet: its connection may go on for hours.
"""

import os
from collections import deque
from collections.abc import Callable

from tlsscope.capture.frames import Frames
from tlsscope.capture.growing import open_growing
from tlsscope.capture.source import Capture, first_time
from tlsscope.errors import InputError
from tlsscope.flow.live import LiveTable
from tlsscope.flow.opening import Limits
from tlsscope.secrets.keyring import Keyring

from .groups import later_files
from .looks import Looks
from .stream import StreamReading


class FollowReading(StreamReading):
    """One stream that grows. Ends when `is_stopped` says so, or after `patience` seconds without a byte."""

    def __init__(
        self, names: deque[str], keyring: Keyring, is_stopped: Callable[[], bool], patience: float | None
    ) -> None:
        self._is_stopped = is_stopped
        self._patience_for_bytes = float("inf") if patience is None else patience
        super().__init__(names, keyring)
        self._table: LiveTable = LiveTable(self._rooms.open, Limits(), int.from_bytes(os.urandom(8), "big"))
        self._looks = Looks(self._table)
        self._rooms.begun = self._looks.add

    def _open_file(self, name: str) -> Capture:
        return open_growing(name, self._is_whole, self._patience_for_bytes)

    def _is_whole(self) -> bool:
        """Tell whether the writer has gone on to another file, or nobody wants more."""
        if not self._names:
            self._names.extend(filter(_has_frames, later_files(self._files[-1])))
        return bool(self._names) or self._is_stopped()

    def _push(self, frames: Frames) -> None:
        super()._push(frames)
        self._looks.look(self.now)


def _has_frames(name: str) -> bool:
    try:
        return first_time(name) is not None
    except InputError:
        return False  # perhaps not yet
