"""The processes of a scan's workers: jobs enter, batches leave. What one has ready waits while another is listened to.

Nobody waits for anybody in a circle: workers only write, and the scan reads from all of them.
"""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import msgspec

from tlsscope.errors import TlsscopeError

from .exchange import Batch, Job, unpacked

PIECE = 1 << 20
MOST_WAITING = 32 << 20  # bytes of one worker that wait for their turn
# Not `-m`, which would look for modules where the captures are.
COMMAND = (sys.executable, "-P", "-c", "from tlsscope.pipeline.worker import main; main()")


class GoneError(Exception):
    """A worker ended before its work was done."""


class Member:
    """One worker, and what it said that nobody has listened to yet."""

    def __init__(self, job: Job) -> None:
        self.waiting = bytearray()
        self.is_over = False
        shows = bool(os.environ.get("TLSSCOPE_TRACEBACK"))
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if shows else subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                pipesize=PIECE,
            )
        except OSError as error:
            raise TlsscopeError(f"cannot start a worker: {error.strerror} (--workers 1 needs none)") from error
        assert self._process.stdin is not None  # noqa: S101 (asked for above)
        assert self._process.stdout is not None  # noqa: S101
        self.pipe = self._process.stdout.fileno()
        try:
            with self._process.stdin as stdin:
                stdin.write(msgspec.msgpack.encode(job))
        except BrokenPipeError:
            self.is_over = True  # it ended at once: whoever listens is told

    def hear(self) -> None:
        """Take what it says now; wait if it says nothing yet."""
        piece = os.read(self.pipe, PIECE)
        self.waiting += piece
        self.is_over = not piece

    def why(self) -> str:
        """Say how it ended."""
        status = self._process.wait()
        if status < 0:
            return f"was killed by {_signal_name(-status)}"
        return f"ended with status {status}"

    def end(self) -> None:
        """End it now, if it has not ended."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


class Crew:
    """All workers of a scan."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = jobs
        self._members: dict[int, Member] = {}

    def start(self) -> None:
        """Start all that have something to do."""
        for job in self._jobs:
            if job.mine():
                self._members[job.worker] = Member(job)

    def batches(self, worker: int, part: int) -> Iterator[Batch]:
        """Yield a worker's batches of a part. Raises GoneError where it ends before; another one goes on behind it."""
        while True:
            batch = self._next(worker)
            if batch is None:
                why = self._members[worker].why()
                self._replace(worker, part + 1)
                raise GoneError(why)
            yield batch
            if batch.is_last:
                return

    def end(self) -> None:
        """End all workers now."""
        for member in self._members.values():
            member.end()
        self._members.clear()

    def _next(self, worker: int) -> Batch | None:
        """Wait for a worker's next batch, and take meanwhile what others say; None where it has ended."""
        member = self._members[worker]
        while True:
            batch = unpacked(member.waiting)
            if batch is not None or member.is_over:
                return batch
            poll = select.poll()
            speaking = {
                one.pipe: one
                for one in self._members.values()
                if not one.is_over and (one is member or len(one.waiting) < MOST_WAITING)
            }
            for pipe in speaking:
                poll.register(pipe, select.POLLIN)
            for pipe, _ in poll.poll():
                speaking[pipe].hear()

    def _replace(self, worker: int, first: int) -> None:
        """Let another worker do what is left from a part on, if anything is."""
        job = msgspec.structs.replace(self._jobs[worker], first=first)
        self._members[worker].end()
        if job.mine():
            self._members[worker] = Member(job)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
