"""`tlsscope calibrate`: captures with their keys enter; how often sizes alone were right about them leaves."""

from enum import StrEnum
from typing import Annotated

import typer

from . import console
from .options import Out


class CalibrationFormat(StrEnum):
    """How to write the trial."""

    TABLE = "table"
    JSON = "json"


WithKeys = Annotated[
    list[str],
    typer.Argument(metavar="DIR", help="Captures, each with its .keys or .keylog beside it, or keys inside."),
]
LeaveOut = Annotated[
    bool,
    typer.Option("--leave-out", help="Judge each stack by confidences measured without its sessions, too."),
]
Counts = Annotated[
    str | None,
    typer.Option("--write", metavar="FILE", help="Also write the counts as JSON, as bench/calibration keeps them."),
]


@console.guarded
def calibrate(
    inputs: WithKeys,
    form: Annotated[
        CalibrationFormat, typer.Option("-f", "--format", help="How to write.")
    ] = CalibrationFormat.TABLE,
    out: Out = None,
    leave_out: LeaveOut = False,
    write: Counts = None,
) -> int:
    """Try the inference on sessions that keys open: by rule, by stack, by what the client did."""
    from . import calibrating  # here, so that help need not load the rooms below

    trial = calibrating.run(inputs)
    if form is CalibrationFormat.JSON:
        console.write(trial.json(), out)
    else:
        console.write(console.encoded(trial.lines(console.look_of(out), with_left_out=leave_out), out), out)
    if write is not None:
        console.write(trial.counts(), write)
    return trial.status()
