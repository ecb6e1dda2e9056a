"""The work of `live`: everything is opened, every right is given up, and only then the first packet is read."""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from tlsscope.anomalies import Kind
from tlsscope.capture.evidence import Evidence
from tlsscope.capture.pieces import Pieces
from tlsscope.capture.privileges import Account, account, give_up
from tlsscope.errors import TlsscopeError
from tlsscope.pipeline.garbage import look_rarely
from tlsscope.pipeline.live import Live
from tlsscope.pipeline.options import Options
from tlsscope.report import ndjson, table
from tlsscope.report.document import CaptureAnomaly
from tlsscope.report.summary import Tally, Totals

from . import console
from .early import preload
from .live_options import LiveFormat
from .metrics import Metrics
from .options import Certificates
from .orders import Capture, Ends, Output
from .sources import open_source
from .watch import Watch, compiled
from .window import show

UNWANTED = 1  # exit status: --fail-on saw its session


def watch(
    capture: Capture,
    output: Output,
    ends: Ends,
    options: Options,
    wanted: str | None,
    user: str,
    metrics_address: str | None,
) -> int:
    """Open all, give up all, watch, sum up."""
    if output.handshakes_only and output.evidence is None:
        raise TlsscopeError("--handshakes-only says what --write keeps: name a file with --write")
    tests = compiled(wanted, ends)
    become = account(user) if os.geteuid() == 0 else None
    source = open_source(capture.interfaces, capture.via, capture.settings())
    pieces = None if output.out is None else _open(output.out, output)
    evidence_pieces = None if output.evidence is None else _open(output.evidence, output)
    evidence = None if evidence_pieces is None else Evidence(evidence_pieces, source.interfaces)
    live = Live(source, options, evidence, handshakes=output.handshakes_only)
    watched = Watch(live, tests, ends, console.say)
    watched.on_hangup += [partial(_again, one) for one in (pieces, evidence_pieces) if one is not None]
    metrics = None if metrics_address is None else Metrics(metrics_address, lambda: watched.latest)
    preload()
    look_rarely()
    give_up(become)
    _check_directories(output, become)
    if metrics is not None:
        watched.on_session.append(metrics.count)
        metrics.serve()
    tally = Tally(lambda: _totals(watched, len(capture.interfaces)))
    _write(watched, output, tally, pieces, source.name)
    return _status(watched, live)


def _write(watched: Watch, output: Output, tally: Tally, pieces: Pieces | None, where: str) -> None:
    """Give the sessions to the screen, the stream or the file."""
    if output.form is LiveFormat.NDJSON:
        lines = ndjson.inline if output.certificates is Certificates.INLINE else ndjson.reference
        chunks = lines(watched.items(), tally)
    elif pieces is None and console.is_interactive():
        show(watched, tally, where)
        chunks = iter(())
    else:
        chunks = console.encoded(table.rows(watched.items(), tally, console.look_of(output.out)), output.out)
    if pieces is None:
        console.write_bursts(chunks, watched.on_pause)
    else:
        _into(pieces, chunks)
    if output.form is LiveFormat.TABLE:
        console.tell(table.summary(tally.line(), console.look_of_errors()))


def _into(pieces: Pieces, chunks: Iterable[bytes]) -> None:
    """Write lines, in pieces. A disk that is full ends the watch."""
    try:
        for chunk in chunks:
            if pieces.is_full(len(chunk)):
                pieces.next()
            pieces.write(chunk)
    except OSError as error:
        raise TlsscopeError(f"cannot write {pieces.path}: {error.strerror}") from error
    finally:
        pieces.close()


def _open(name: str, output: Output) -> Pieces:
    try:
        return Pieces(Path(name), output.rotation)
    except OSError as error:
        raise TlsscopeError(f"cannot write {name}: {error.strerror}") from error


def _again(pieces: Pieces) -> None:
    """Begin an output anew, as SIGHUP asks."""
    try:
        pieces.next()
    except OSError as error:
        raise TlsscopeError(f"cannot open {pieces.path} again: {error.strerror}") from error


def _check_directories(output: Output, become: Account | None) -> None:
    """See now, not in an hour, whether a rotation can open its next file."""
    if not output.rotation.is_bounded:
        return
    for name in filter(None, (output.out, output.evidence)):
        parent = Path(name).absolute().parent
        if not os.access(parent, os.W_OK | os.X_OK):
            who = "this user" if become is None else f"{become.name}, whom --user names,"
            raise TlsscopeError(f"--rotate: {who} may not write in {parent}")


def _totals(watched: Watch, inputs: int) -> Totals:
    now = watched.latest
    lost = {name: count for name, count in now.drops.items() if count}
    return Totals(
        inputs=inputs,
        packets=now.frames,
        bytes=now.bytes,
        connections=now.connections,
        bounds=now.bounds,
        captures=tuple(_anomalies(lost)),
    )


def _anomalies(lost: dict[str, int]) -> Iterator[CaptureAnomaly]:
    for name, count in lost.items():
        yield CaptureAnomaly(name, Kind.DROPPED.value, None, f"{count:,} packets dropped by the kernel")


def _status(watched: Watch, live: Live) -> int:
    if live.evidence_failed:
        return console.FAILED
    return UNWANTED if watched.failed else console.DONE
