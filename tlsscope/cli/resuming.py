"""A scan that can be interrupted: its lines go to a file that takes its name at the end, its position to a checkpoint.

Lines are written before the position that counts them: a run that goes on cuts off what its checkpoint does not know.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from tlsscope.errors import TlsscopeError
from tlsscope.pipeline import Options, checkpoint
from tlsscope.pipeline.checkpoint import Position
from tlsscope.pipeline.resumable import ResumableScan
from tlsscope.report import ndjson
from tlsscope.report.document import tool
from tlsscope.report.summary import Tally

from . import console
from .options import Certificates, Format
from .run import Run, fitting

SHARE = 20  # at most one part in so many of the time goes into checkpoints


def file_for(form: Format, out: str | None, certificates: Certificates, options: Options) -> str:
    """Give the output's name; refuse what cannot be gone on with."""
    if form is not Format.NDJSON or out is None or certificates is not Certificates.INLINE:
        raise TlsscopeError("--checkpoint needs -f ndjson, a file for -o, and certificates inline")
    if options.follow:
        raise TlsscopeError("--checkpoint and --follow: a file that is followed is never done")
    return out


def scan(inputs: Sequence[str], options: Options, out: str, wanted: str | None, path: str) -> int:
    """Write all sessions that fit, from where the checkpoint is."""
    target, place = Path(out).resolve(), Path(path)
    part = target.with_name(f".{target.name[:100]}.part")
    position = checkpoint.load(place, _digest(str(target), wanted, msgspec.structs.replace(options, psks=())))
    if position.written and not part.is_file():
        raise TlsscopeError(f"{part}, of which {path} knows, is gone; remove {path} to begin anew")
    saver = _Saver(place, position)
    saver.scan = ResumableScan(inputs, options, position, saver.save)
    run = Run(inputs, options, saver.scan)
    tally = Tally(run.totals)
    tally.go_on(position.counts)
    items = fitting(run.watched(), wanted)
    try:
        with _behind(part, position.written) as saver.file:
            for line in ndjson.inline(items, tally):
                saver.file.write(line)
        place.unlink(missing_ok=True)  # first: who is stopped between the two only works in vain
        part.replace(target)
    except OSError as error:
        raise TlsscopeError(f"cannot write {error.filename or out}: {error.strerror}") from error
    return console.FAILED if tally.errors else console.DONE


def _digest(*asked: object) -> str:
    """Name all that must be the same again."""
    return hashlib.blake2b(repr((tool(), *asked)).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


@contextmanager
def _behind(part: Path, written: int) -> Iterator[BinaryIO]:
    """Open a file behind what was written for good; it stays whatever happens."""
    with part.open("r+b" if written else "wb") as file:
        file.truncate(written)
        file.seek(written)
        yield file
        file.flush()
        os.fsync(file.fileno())


class _Saver:
    """Makes lines and position durable."""

    scan: ResumableScan
    file: BinaryIO

    def __init__(self, path: Path, position: Position) -> None:
        self._path = path
        self._position = position
        self._next = 0.0

    def save(self) -> None:
        """Save, unless that was done a moment ago."""
        begun = time.monotonic()
        if begun < self._next:
            return
        self.file.flush()
        os.fsync(self.file.fileno())
        self._position.written = self.file.tell()
        self.scan.note_resumptions()
        checkpoint.save(self._path, self._position)
        now = time.monotonic()
        self._next = now + SHARE * (now - begun)
