"""Who reads: one process, several that share the work, or a cluster. The same report leaves, whoever it is."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from tlsscope.pipeline import Options, Scan
from tlsscope.pipeline.plan import plan as planned
from tlsscope.report.manner import Drawing, Manner
from tlsscope.report.written import Written

from . import console, run
from .options import Certificates, Format


class Shared(run.Source[Written], Protocol):
    """A scan that others have a share in."""

    def end(self) -> None:
        """Let them go."""


class Output(NamedTuple):
    """Where sessions go, which, and how."""

    form: Format
    out: str | None
    wanted: str | None
    certificates: Certificates


def scan(inputs: Sequence[str], options: Options, output: Output, workers: int | None, cluster: str | None) -> int:
    """Write all sessions that fit, read by whom that is asked of, or by as many as pay."""
    if cluster is not None:
        from tlsscope.pipeline.cluster import ClusterScan  # Dask is an extra, and costs half a second

        return _write(inputs, options, ClusterScan(inputs, options, _manner(output), cluster), output)
    plan = None if workers == 1 else planned(inputs, options, workers)
    if plan is not None:
        from tlsscope.pipeline.parallel import ParallelScan

        return _write(inputs, options, ParallelScan(plan, options, _manner(output)), output)
    return run.scan(run.Run(inputs, options, Scan(inputs, options)), *output)


def _manner(output: Output) -> Manner:
    drawing = Drawing.of(console.look_of(output.out)) if output.form is Format.TABLE else None
    return Manner(output.form, output.certificates is Certificates.INLINE, output.wanted, drawing)


def _write(inputs: Sequence[str], options: Options, shared: Shared, output: Output) -> int:
    """Write; whatever happens, no worker stays behind."""
    try:
        one = run.Run(inputs, options, shared)
        return run.write(one, run.shown(one, output.out), output.form, output.out, output.certificates)
    finally:
        shared.end()
