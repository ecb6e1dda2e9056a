"""Live capture by another program: dumpcap or tcpdump has the right and writes to a pipe; windows leave as from a file.

The program's own count of drops is read from what it says at its end, for while it runs it does not tell.
"""

import re
import select
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence

from tlsscope.errors import TlsscopeError

from .frames import Frames
from .live import BEAT_MILLISECONDS
from .packet_socket import Settings
from .source import Capture

_LATENESS = 1_000_000_000  # ns that a packet may stay in the program's buffers
_END_SECONDS = 5
# The program keeps its rights when we give up ours: we end it by closing the shell's input, and so does our death.
_KEEPER = '"$@" & exec >&-; read -r _; kill -TERM $!; wait $!'
_TERMINATED = 128 + 15  # as the shell says it
_DROPS = re.compile(rb"(\d+) packets dropped by kernel|dropped on interface '.*': \d+/(\d+)")


class _Pipe:
    """The program's standard output; gives None where nothing came for a beat."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - asked for below
        self._out = process.stdout
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Wait for a beat at most."""
        if not self._poll.poll(BEAT_MILLISECONDS):
            return None
        return self._out.readinto(buffer)  # type: ignore[attr-defined, no-any-return]

    def close(self) -> None:
        """Close our end."""
        self._out.close()


class PipeCapture(Capture):
    """A capture that another program makes now."""

    def __init__(self, interfaces: Sequence[str], settings: Settings) -> None:
        self._process = _start(interfaces, settings)
        super().__init__(",".join(interfaces), _Pipe(self._process))
        self.now = time.time_ns()
        self._drops = 0
        self._notices: list[str] = []

    def windows(self) -> Iterator[Frames]:
        """Yield windows until the program ends."""
        try:
            for frames in super().windows():
                if frames.count:
                    self.now = max(self.now, frames.time[frames.count - 1])
                else:
                    self.now = max(self.now, time.time_ns() - _LATENESS)
                yield frames
        finally:
            self._end()

    def stop(self) -> None:
        """Ask the program to end; what it still writes is read."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def drops(self) -> dict[str, int]:
        """Count what the program said that it lost."""
        return {self.name: self._drops}

    def notices(self) -> list[str]:
        """Take what the program said at its end."""
        notices = self._notices
        self._notices = []
        return notices

    def _end(self) -> None:
        """Take what the program says at its end."""
        self.stop()
        said = b"" if self._process.stderr is None else self._process.stderr.read()
        status = self._process.wait(_END_SECONDS)
        self._drops = sum(int(next(filter(None, found))) for found in _DROPS.findall(said))
        if status not in (0, _TERMINATED):
            last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
            self._notices.append(f"the capturing program ended with {status}: {''.join(last)}")


def _start(interfaces: Sequence[str], settings: Settings) -> subprocess.Popen[bytes]:
    dumpcap, tcpdump = shutil.which("dumpcap"), shutil.which("tcpdump")
    if dumpcap is not None:
        command = [dumpcap, "-q", *(word for name in interfaces for word in ("-i", name)), "-w", "-"]
        command += ["-s", str(settings.snaplen), "-B", str(settings.ring >> 20)]
    elif tcpdump is not None and len(interfaces) == 1:
        command = [tcpdump, "-U", "-i", interfaces[0], "-w", "-", "-s", str(settings.snaplen)]
        command += ["-B", str(settings.ring >> 10)]
    else:
        raise TlsscopeError("--via dumpcap: neither dumpcap nor tcpdump (for one interface) is installed")
    if not settings.promiscuous:
        command.append("-p")
    if settings.expression:
        command += ["-f", settings.expression] if dumpcap is not None else [settings.expression]
    try:
        return subprocess.Popen(  # noqa: S603 - the program that the PATH names, in a group of its own
            ["/bin/sh", "-c", _KEEPER, "sh", *command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise TlsscopeError(f"cannot run {command[0]}: {error.strerror}") from error
