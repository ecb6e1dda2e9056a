"""Where a long run is: after each group of captures what was done is made durable; a later run goes on behind it.

A checkpoint holds counts, what later sessions may resume, and names. It holds no keys: captures with keys inside are
asked for them again.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tlsscope.errors import TlsscopeError
from tlsscope.judge.resumption import Remembered
from tlsscope.report.summary import Counts

from .options import Totals


class DoneInput(msgspec.Struct, frozen=True):
    """An input as it was when it was read; `size` is -1 where it was not there."""

    name: str
    size: int
    modified: int  # ns since the epoch

    @classmethod
    def of(cls, name: str) -> "DoneInput":
        """Look at an input as it is now."""
        try:
            state = Path(name).stat()
        except (OSError, ValueError):
            return cls(name, -1, 0)
        return cls(name, state.st_size, state.st_mtime_ns)


class Position(msgspec.Struct):
    """All that a run knows when a group of captures is done."""

    run: str  # a digest of what was asked for
    written: int = 0  # bytes of the output
    done: list[DoneInput] = msgspec.field(default_factory=list)
    with_keys: list[str] = msgspec.field(default_factory=list)  # captures that hold key logs
    totals: Totals = msgspec.field(default_factory=Totals)
    remembered: Remembered = msgspec.field(default_factory=Remembered)
    counts: Counts = msgspec.field(default_factory=Counts)

    def unchanged(self) -> list[str]:
        """List the inputs that are as they were."""
        return [one.name for one in self.done if DoneInput.of(one.name) == one]


def load(path: Path, run: str) -> Position:
    """Read where a run is; at its beginning, where there is no checkpoint yet."""
    try:
        position = msgspec.msgpack.decode(path.read_bytes(), type=Position)
    except FileNotFoundError:
        return Position(run)
    except OSError as error:
        raise TlsscopeError(f"cannot read {path}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise TlsscopeError(f"{path}: is no checkpoint of this version") from error
    if position.run != run:
        raise TlsscopeError(f"{path}: belongs to a run with other options; remove it to begin anew")
    return position


def save(path: Path, position: Position) -> None:
    """Replace the checkpoint, so that there is a whole one at any time."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(msgspec.msgpack.encode(position))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def done_now(names: Iterable[str]) -> list[DoneInput]:
    """Look at inputs that were read; pipes are never done."""
    return [DoneInput.of(name) for name in names if name != "-" and not Path(name).is_fifo()]
