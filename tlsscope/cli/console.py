"""The only printer: data to standard output or a file, all else to standard error; and how a command ends.

Exit status: 0 done, 1 what the user asked to fail on, 2 could not be done, 130 interrupted. A broken pipe is
no error.
"""

import contextlib
import functools
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn, ParamSpec

from tlsscope.capture.remote import RemoteTarget, is_url, writing
from tlsscope.errors import TlsscopeError
from tlsscope.report.look import Look, coloured, look, plain
from tlsscope.report.text import ascii_only, printable

P = ParamSpec("P")

DONE, FAILED, INTERRUPTED = 0, 2, 130
WIDE = 160  # columns where there is no terminal
PATIENCE = 0.2  # seconds
BATCH = 2**16  # bytes that are written in one go
BURST = 256  # lines that are


def guarded(command: Callable[P, int]) -> Callable[P, None]:
    """Turn a command's end into an exit status: no traceback ever, unless TLSSCOPE_TRACEBACK asks for one."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        signal.signal(signal.SIGTERM, _terminated)
        try:
            status = command(*args, **kwargs)
            sys.stdout.flush()
        except BrokenPipeError:
            _abandon_stdout()
            status = DONE
        except KeyboardInterrupt:
            say("interrupted")
            status = INTERRUPTED
        except TlsscopeError as error:
            say(str(error))
            status = FAILED
        except Exception as error:  # noqa: BLE001 - our own fault, told in one line to those who cannot mend it
            _confess(error)
            status = FAILED
        sys.exit(status)

    return run


@contextlib.contextmanager
def ending(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM ask for an end with all told; asked a second time, they end at once."""

    def asked(number: int, _frame: object) -> None:
        signal.signal(number, before[number])
        stop()

    before = {int(number): signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, asked)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def say(sentence: str) -> None:
    """Tell the user something beside the data."""
    _write_error(f"tlsscope: {printable(sentence, 1000)}")


def tell(lines: Iterable[str]) -> None:
    """Write finished lines beside the data, such as a summary."""
    for line in lines:
        _write_error(line)


def look_of(out: str | None) -> Look:
    """See what the output can show: a terminal's width and colours, a file's neither."""
    stream = sys.stdout
    terminal = out is None and stream.isatty()
    paint = coloured() if terminal and _wants_colour() else plain
    return look(_width(terminal=terminal), paint, "utf-8" if out is not None else stream.encoding)


def look_of_errors() -> Look:
    """See what standard error can show."""
    terminal = sys.stderr.isatty()
    paint = coloured() if terminal and _wants_colour() else plain
    return look(_width(terminal=terminal), paint, sys.stderr.encoding)


def is_interactive() -> bool:
    """Tell whether somebody sits before it: keys can be pressed, and a screen be drawn."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def shows_rows(out: str | None) -> bool:
    """Tell whether the data goes to a terminal as it comes, where it is progress enough."""
    return out is None and sys.stdout.isatty()


def write(chunks: Iterable[bytes], out: str | None, patience: float = PATIENCE) -> None:
    """Write data to standard output as it comes, or to a file that is there only once it is whole.

    Whoever reads along waits `patience` seconds at most for what is ready while more is coming; where more may be
    long in coming, let it be 0.
    """
    if out is None:
        _stream(chunks, sys.stdout.buffer, patience)
        return
    with _whole_url(out) if is_url(out) else whole_file(Path(out)) as file:
        for chunk in chunks:
            file.write(chunk)


def write_bursts(chunks: Iterable[bytes], pauses: list[Callable[[], None]]) -> None:
    """Write data to standard output in bursts: what is there goes out where one of `pauses` is called."""
    waiting: list[bytes] = []
    out = sys.stdout.buffer
    pauses.append(lambda: _hand_over(waiting, out))
    try:
        for chunk in chunks:
            waiting.append(chunk)
            if len(waiting) == BURST:
                _hand_over(waiting, out)
    finally:
        _hand_over(waiting, out)


def encoded(lines: Iterable[str], out: str | None) -> Iterator[bytes]:
    """Encode lines of text for the output."""
    encoding = "utf-8" if out is not None else sys.stdout.encoding
    for line in lines:
        yield (_fitting(line, encoding) + "\n").encode(encoding, "backslashreplace")


@contextlib.contextmanager
def _whole_url(url: str) -> Iterator[RemoteTarget]:
    try:
        with writing(url) as file:
            yield file
    except OSError as error:
        raise TlsscopeError(f"cannot write {url}: {error.strerror}") from error


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name only when all is written; pipes and devices are written as they are."""
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        target = path.resolve()
        part = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
        try:
            with part.open("xb", BATCH) as file:
                yield file
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise TlsscopeError(f"cannot write {path}: {error.strerror}") from error


def _stream(chunks: Iterable[bytes], out: BinaryIO, patience: float) -> None:
    waiting: list[bytes] = []
    size, written = 0, time.monotonic()
    try:
        for chunk in chunks:
            waiting.append(chunk)
            size += len(chunk)
            if size >= BATCH or time.monotonic() - written >= patience:
                _hand_over(waiting, out)
                size, written = 0, time.monotonic()
    finally:
        _hand_over(waiting, out)


def _hand_over(waiting: list[bytes], out: BinaryIO) -> None:
    """Write all that waits in one go; nothing is written twice, even where that fails."""
    if not waiting:
        return
    batch = b"".join(waiting)
    waiting.clear()
    with _own_faults():
        out.write(batch)
        out.flush()


@contextlib.contextmanager
def _own_faults() -> Iterator[None]:
    """Tell a full disk behind standard output from a reader that left."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        _abandon_stdout()
        raise TlsscopeError(f"cannot write standard output: {error.strerror}") from error


def _width(*, terminal: bool) -> int:
    if terminal or "COLUMNS" in os.environ:
        return shutil.get_terminal_size().columns
    return WIDE


def _wants_colour() -> bool:
    """Ask the environment, https://no-color.org."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _fitting(line: str, encoding: str) -> str:
    return line if encoding.lower().replace("-", "").startswith("utf") else ascii_only(line)


def _write_error(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody listens
        sys.stderr.write(_fitting(line, sys.stderr.encoding) + "\n")


def _confess(error: Exception) -> None:
    if os.environ.get("TLSSCOPE_TRACEBACK"):
        tell(traceback.format_exception(error))
    kind = type(error).__name__
    say(f"bug: {kind}: {error} (TLSSCOPE_TRACEBACK=1 shows where; please report it)")


def _abandon_stdout() -> None:
    """Let nothing more be written, not even by the interpreter's end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _terminated(_signal: int, _frame: object) -> NoReturn:
    """End as on an error, so that no half-written file stays behind."""
    sys.exit(128 + signal.SIGTERM)
