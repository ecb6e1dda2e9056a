"""What a worker of a cluster does: a Task enters as bytes, its answer leaves as bytes; msgpack, compressed.

An answer has a small head, which says how the part joins others, and a body, its news, that is asked for only when it
is its turn.
"""

import threading
import zlib

import msgspec

from tlsscope.errors import TlsscopeError
from tlsscope.flow.opening import Key
from tlsscope.report.document import tool
from tlsscope.report.manner import writer

from .exchange import Job
from .joining import Joined, read_joined
from .options import load_keys
from .shard import WatchedKeyring
from .units import NEVER, Placed, Unit, read_units

_FAST = 1  # zlib's level: JSON shrinks to a tenth all the same
_one_at_a_time = threading.Lock()  # workers may have threads; what a process remembers is not made for them


class Task(msgspec.Struct):
    """A part to be read; with `keys`, several units of which only these connections are followed."""

    job: Job
    tool: str
    key_logs: list[bytes]
    latest: int = NEVER  # the time at which it begins, where that is later than its first frame's
    keys: list[Key] = []
    files: list[int] = []  # how many each unit has


class Head(msgspec.Struct):
    """What is known without the news: units, or what became of connections. `error` tells why there is neither."""

    units: list[Unit] = []
    joined: Joined | None = None
    error: str | None = None


Answer = tuple[bytes, bytes]


def pack(value: object) -> bytes:
    """Write for the way."""
    return zlib.compress(msgspec.msgpack.encode(value), _FAST)


def unpack_head(data: bytes) -> Head:
    """Read a head."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=Head)


def unpack_body(data: bytes) -> list[list[Placed]]:
    """Read the news of each unit."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=list[list[Placed]])


def do(data: bytes) -> Answer:
    """Do one task. The user's faults are told in the head."""
    task = msgspec.msgpack.decode(zlib.decompress(data), type=Task)
    if task.tool != tool():
        return pack(Head(error=f"a worker has {tool()}, not {task.tool}")), pack([])
    try:
        with _one_at_a_time:
            head, body = _joined(task) if task.keys else _units(task)
    except TlsscopeError as error:
        head, body = Head(error=str(error)), []
    return pack(head), pack(body)


def head_of(answer: Answer) -> bytes:
    """Take the head of an answer, where it lies."""
    return answer[0]


def body_of(answer: Answer) -> bytes:
    """Take its body."""
    return answer[1]


def _units(task: Task) -> tuple[Head, list[list[Placed]]]:
    both = list(read_units(task.job, _keyring(task), writer(task.job.manner), task.latest))
    return Head([unit for unit, _ in both]), [news for _, news in both]


def _joined(task: Task) -> tuple[Head, list[list[Placed]]]:
    joined = read_joined(task.job, _keyring(task), writer(task.job.manner), task.latest, task.keys, task.files)
    news, joined.news = joined.news, []
    return Head(joined=joined), [news]


def _keyring(task: Task) -> WatchedKeyring:
    keyring = WatchedKeyring(*load_keys(task.job.options))
    for key_log in task.key_logs:
        keyring.keylog.add_bytes(key_log)
    return keyring
