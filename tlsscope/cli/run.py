"""A run: inputs and options enter the pipeline; what comes out is filtered, counted and written."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from tlsscope.anomalies import Kind
from tlsscope.errors import TlsscopeError
from tlsscope.pipeline import InputFailure, Options, Scan
from tlsscope.pipeline import Totals as Read
from tlsscope.pipeline.garbage import look_rarely
from tlsscope.report.document import CaptureAnomaly, ErrorLine, Inference
from tlsscope.report.summary import Item, Row, Tally, Totals
from tlsscope.report.written import Written
from tlsscope.session.model import Session

from . import console
from .options import Certificates, Format
from .progress import Progress, size_of

S = TypeVar("S", Session, Written)
C = TypeVar("C", covariant=True)


class Source(Protocol[C]):
    """Where sessions come from."""

    @property
    def totals(self) -> Read:
        """Count what was read by now."""

    def __iter__(self) -> Iterator[C | InputFailure]: ...

    def stop(self) -> None:
        """End soon."""


class Run(Generic[S]):
    """One pass over the inputs."""

    def __init__(self, inputs: Sequence[str], options: Options, scan: Source[S]) -> None:
        self.inputs = inputs
        self._size = size_of(inputs)
        waits = options.follow or any(map(_may_wait, inputs))
        self.patience = 0.0 if waits else console.PATIENCE
        self._follows = options.follow
        self._scan: Source[S] = scan
        look_rarely()

    def items(self) -> Iterator[S | ErrorLine]:
        """Yield sessions, and errors for inputs that could not be read; those are told at once, too."""
        with console.ending(self._scan.stop) if self._follows else nullcontext():
            for one in self._scan:
                if isinstance(one, InputFailure):
                    console.say(f"{one.source}: {one.message}")
                    yield ErrorLine(one.source, one.message)
                else:
                    yield one

    def watched(self) -> Iterator[S | ErrorLine]:
        """Yield the same, with progress shown meanwhile."""
        with Progress(self.totals, self._size):
            yield from self.items()

    def totals(self) -> Totals:
        """Count what was read, in the report's words."""
        read = self._scan.totals
        return Totals(
            inputs=read.inputs,
            packets=read.frames - read.copies,
            duplicates=read.copies,
            bytes=read.bytes,
            connections=read.connections,
            bounds={"connections": read.evicted} if read.evicted else {},
            unused_key_lines=read.unused_key_lines,
            inference=_inference(read.blind_right, read.blind_wrong, read.blind_silent),
            anomalies={Kind.BAD_LENGTH.value: read.malformed} if read.malformed else {},
            captures=tuple(
                CaptureAnomaly(name, one.kind.value, one.frame, one.text) for name, one in read.anomalies
            ),
        )


def start(
    inputs: Sequence[str],
    keylogs: Sequence[str] | None,
    server_keys: Sequence[str] | None,
    psks: Sequence[str] | None,
    **more: Any,
) -> Run[Session]:
    """Begin a run: keys are loaded, captures not before items are asked for. `more` are further fields of `Options`."""
    told = options(keylogs, server_keys, psks, **more)
    return Run(inputs, told, Scan(inputs, told))


def options(
    keylogs: Sequence[str] | None, server_keys: Sequence[str] | None, psks: Sequence[str] | None, **more: Any
) -> Options:
    """Read the options that name keys; `more` are further fields of `Options`."""
    return Options(tuple(keylogs or ()), tuple(server_keys or ()), tuple(map(_key, psks or ())), **more)


def _may_wait(name: str) -> bool:
    """Tell whether an input may be long in coming, as a pipe may."""
    path = Path(name)
    return name == "-" or (path.exists() and not path.is_file() and not path.is_dir())


def _inference(right: int, wrong: int, silent: int) -> Inference | None:
    return Inference(right + wrong, right, silent) if right + wrong + silent else None


def _key(text: str) -> bytes:
    """Read a pre-shared key; the mistake is told without the key."""
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise TlsscopeError("--psk: a key in hexadecimal expected") from None


def scan(run: Run[Session], form: Format, out: str | None, wanted: str | None, certificates: Certificates) -> int:
    """Write all sessions that fit."""
    return write(run, fitting(shown(run, out), wanted), form, out, certificates)


def shown(run: Run[S], out: str | None) -> Iterator[S | ErrorLine]:
    """Yield what there is, with progress shown where the rows show none."""
    return run.items() if console.shows_rows(out) else run.watched()


def write(run: Run[S], items: Iterable[Row], form: Format, out: str | None, certificates: Certificates) -> int:
    """Write all. What the other formats write by is not loaded."""
    tally = Tally(run.totals)
    whole = certificates is Certificates.INLINE
    if form is Format.TABLE:
        from tlsscope.report import table

        console.write(console.encoded(table.rows(items, tally, console.look_of(out)), out), out, run.patience)
        console.tell(table.summary(tally.line(), console.look_of_errors()))
    elif form is Format.JSON:
        from tlsscope.report import json

        lay = json.inline if whole else json.reference
        console.write(lay(items, tally, run.inputs), out, run.patience)
    elif form is Format.PARQUET:
        from tlsscope.report import parquet

        from . import storing

        storing.store(parquet.files(items, tally), out)
    else:
        from tlsscope.report import ndjson

        console.write((ndjson.inline if whole else ndjson.reference)(items, tally), out, run.patience)
    return console.FAILED if tally.errors else console.DONE


def fitting(items: Iterable[Item], wanted: str | None) -> Iterator[Item]:
    """Keep all errors, and the sessions that fit a filter; its mistakes are told before anything is read."""
    if wanted is None:
        return iter(items)
    from tlsscope.report.compose import document
    from tlsscope.report.filter import compile_filter

    test = compile_filter(wanted)
    return (item for item in items if not isinstance(item, Session) or test(document(item)))
