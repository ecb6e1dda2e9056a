"""`tlsscope compare`: captures enter; our sessions beside those of tshark leave, differences first."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer

from tlsscope.errors import TlsscopeError

from . import console
from .options import Inputs, KeyLogs, Out


class ComparisonFormat(StrEnum):
    """How to write a comparison."""

    TABLE = "table"
    JSON = "json"


Wait = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="The longest silence of tshark.")
]


Against = Annotated[
    str | None,
    typer.Option(
        "--against", metavar="FILE", help="Let tshark read this capture instead: what changed between the two?"
    ),
]


@console.guarded
def compare(
    inputs: Inputs,
    form: Annotated[
        ComparisonFormat, typer.Option("-f", "--format", help="How to write.")
    ] = ComparisonFormat.TABLE,
    out: Out = None,
    keylog: KeyLogs = None,
    against: Against = None,
    timeout: Wait = 300.0,
) -> int:
    """Hold our sessions beside tshark's. Exit 1 if they differ and no known fault of tshark says why."""
    from .comparing import Comparing  # here, so that help need not load the rooms below

    if against is not None and len(inputs) != 1:
        raise TlsscopeError("--against: give one capture to compare with it")
    work = Comparing(inputs, keylog or [], timeout, against)
    if form is ComparisonFormat.JSON:
        console.write(_json(work.documents()), out)
    else:
        console.write(console.encoded(work.lines(console.look_of(out)), out), out)
    return work.status()


def _json(documents: Iterator[bytes]) -> Iterator[bytes]:
    """Write one array, a capture at a time."""
    separator = b"["
    for document in documents:
        yield separator + b"\n" + document
        separator = b","
    yield b"\n]\n" if separator == b"," else b"[]\n"
