"""A scan that several processes share: a plan enters, the same report leaves as of one."""

from collections.abc import Sequence
from typing import NamedTuple

from tlsscope.pipeline import Options
from tlsscope.pipeline.parallel import ParallelScan
from tlsscope.pipeline.plan import Plan
from tlsscope.report.manner import Drawing, Manner

from . import console, run
from .options import Certificates, Format


class Output(NamedTuple):
    """Where sessions go, which, and how."""

    form: Format
    out: str | None
    wanted: str | None
    certificates: Certificates


def scan(inputs: Sequence[str], options: Options, plan: Plan, output: Output) -> int:
    """Write all sessions that fit; whatever happens, no worker stays behind."""
    drawing = Drawing.of(console.look_of(output.out)) if output.form is Format.TABLE else None
    manner = Manner(output.form, output.certificates is Certificates.INLINE, output.wanted, drawing)
    shared = ParallelScan(plan, options, manner)
    try:
        one = run.Run(inputs, options, shared)
        return run.write(one, run.shown(one, output.out), output.form, output.out, output.certificates)
    finally:
        shared.end()
