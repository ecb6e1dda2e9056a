"""What a scan and its workers say to each other: a Job goes there; Batches come back, each a length and msgpack.

All of a worker's news have an order that does not depend on the worker: the stream, the window of frames, and the
moment within it. Merged by it, they are what one worker would have found.
"""

import msgspec

from tlsscope.judge import Trace
from tlsscope.report.manner import Manner
from tlsscope.report.written import Written

from .options import InputFailure, Options, Totals, Trial
from .plan import EVERYBODY, Part

LENGTH = 4  # bytes of a batch's length
LAST = 1 << 62  # a window behind all windows
Moment = tuple[int, int, bool, int, int]  # stream, window, whether the session is over, and the table's own order


class Job(msgspec.Struct, frozen=True):
    """All that a worker needs to know."""

    options: Options
    manner: Manner
    parts: list[Part]
    worker: int
    workers: int
    seed: int  # of the hash by which connections are split
    first: int = 0  # the part to begin with

    def mine(self) -> list[int]:
        """List the parts that this worker reads."""
        return [
            number
            for number, part in enumerate(self.parts)
            if number >= self.first and part.owner in (EVERYBODY, self.worker)
        ]


class Going(msgspec.Struct, array_like=True, tag=0, gc=False):
    """A session whose handshake is over, and that goes on."""

    moment: int
    activity: int
    trace: Trace


class Told(msgspec.Struct, array_like=True, tag=1, gc=False):
    """A session that is over; `session` is it whole, for whom others may have to say what it resumes."""

    moment: int
    activity: int
    trace: Trace
    written: Written | None  # as it is where it resumes nothing that is known; None: not wanted
    trial: Trial | None = None
    session: bytes = b""
    masters: list[tuple[bytes, bytes]] = []  # secrets that open sessions which resume it


class Sealed(msgspec.Struct, array_like=True, tag=2, gc=False):
    """A session that is over, and that the master secret of another one may open."""

    moment: int
    activity: int
    session: bytes
    files: list[str]  # of its stream so far
    before: list[int]  # frames before each


News = Going | Told | Sealed


class Batch(msgspec.Struct, array_like=True, gc=False):
    """What a worker found in a window, or that there was nothing up to it. More of the same window may follow."""

    part: int
    stream: int
    window: int
    file: str  # that is being read
    totals: Totals  # of the part so far
    news: list[News] = []
    failure: InputFailure | None = None  # ends a stream
    has_more: bool = False
    is_last: bool = False  # of the part


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Batch).decode


def packed(batch: Batch) -> bytes:
    """Write a batch with its length before it."""
    body = _encode(batch)
    return len(body).to_bytes(LENGTH, "big") + body


def unpacked(data: bytearray) -> Batch | None:
    """Take a batch off the beginning of what came; None where it is not whole yet."""
    end = LENGTH + int.from_bytes(data[:LENGTH], "big")
    if len(data) < max(end, LENGTH):
        return None
    with memoryview(data) as view:
        batch = _decode(view[LENGTH:end])
    del data[:end]
    return batch
