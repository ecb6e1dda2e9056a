"""A worker, `python -m tlsscope.pipeline.worker`: a Job enters by standard input, Batches leave by standard output."""

import os
import signal
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from tlsscope.errors import InputError
from tlsscope.report.manner import writer

from .exchange import LAST, Batch, Job, packed
from .garbage import look_rarely
from .options import InputFailure, Totals, load_keys
from .plan import Part
from .scan import steps
from .shard import ShardReading, WatchedKeyring
from .stream import secrets_ahead

MOST_NEWS = 64  # in one batch
SILENCE = 16  # windows without news after which a worker says how far it is


def main() -> None:
    """Do one job. It ends early where nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the scan ends its workers
    look_rarely()
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    with os.fdopen(os.dup(1), "wb", 0) as out:
        os.dup2(2, 1)  # whatever prints, prints elsewhere
        with suppress(BrokenPipeError):
            _work(job, out)


def _work(job: Job, out: BinaryIO) -> None:
    for batch in Worker(job).batches():
        whole = memoryview(packed(batch))
        while whole:
            whole = whole[out.write(whole) or 0 :]


class Worker:
    """Reads its parts, in order, and the keys that lie in the others before them."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._keyring = WatchedKeyring(*load_keys(job.options))
        self._write = writer(job.manner)

    def batches(self) -> Iterator[Batch]:
        """Yield what was found, window by window."""
        job = self._job
        mine = job.mine()
        for number, part in enumerate(job.parts[: mine[-1] + 1]):
            if number in mine:
                yield from self._part(number, part)
            else:
                self._pass(part)

    def _pass(self, part: Part) -> None:
        for name in part.names:
            with suppress(InputError):  # who reads it will tell
                for key_log in secrets_ahead(name):
                    self._keyring.keylog.add_bytes(key_log)

    def _part(self, number: int, part: Part) -> Iterator[Batch]:
        """Yield the batches of captures that may be one stream. Behind a bad file another stream begins."""
        totals, names, stream, file = Totals(), deque(part.names), 0, part.names[0]
        while names:
            try:
                file = names[0]
                reading = ShardReading(names, self._keyring, self._job, part)
                for window, _ in enumerate(steps(reading, totals)):
                    file = reading.file
                    yield from self._window(Batch(number, stream, window, file, totals), reading)
            except InputError as error:
                failure = InputFailure(error.source, error.message)
                yield Batch(number, stream, LAST, file, totals, failure=failure)
            stream += 1
        unused = self._keyring.keylog.counts.unused
        totals.unused_key_lines = {reason.value: count for reason, count in unused.items()}
        yield Batch(number, stream, LAST, file, totals, is_last=True)

    def _window(self, batch: Batch, reading: ShardReading) -> Iterator[Batch]:
        """Yield what a window brought; what is much, in parts."""
        for news in reading.take_news(self._write):
            batch.news.append(news)
            if len(batch.news) == MOST_NEWS:
                yield replace(batch, has_more=True)
                batch.news.clear()
        if batch.news or batch.window % SILENCE == 0:
            yield batch


if __name__ == "__main__":
    main()
