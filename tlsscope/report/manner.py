"""How sessions are to be written, in words that another process understands: a Manner enters, its writer leaves."""

from collections.abc import Callable

import msgspec

from tlsscope.session.model import Session

from .look import Look, coloured, plain
from .text import in_ascii, printable
from .written import Written

Writer = Callable[[Session], Written | None]  # None for a session that does not fit


class Drawing(msgspec.Struct, frozen=True):
    """A `Look`, in words."""

    width: int
    in_colour: bool
    in_ascii: bool

    @classmethod
    def of(cls, look: Look) -> "Drawing":
        """Put a look into words."""
        return cls(look.width, look.paint is not plain, look.safe is not printable)

    def look(self) -> Look:
        """Make the look."""
        return Look(self.width, coloured() if self.in_colour else plain, in_ascii if self.in_ascii else printable)


class Manner(msgspec.Struct, frozen=True):
    """A format, which certificates it writes where, and which sessions are wanted."""

    form: str  # table | json | ndjson | parquet
    inline: bool = True  # certificates stand where they were shown
    wanted: str | None = None  # a filter
    drawing: Drawing | None = None  # of a table


def writer(manner: Manner) -> Writer:
    """Make what writes sessions. Raises TlsscopeError where the filter is wrong."""
    write = _writer(manner)
    if manner.wanted is None:
        return write
    from .compose import document  # here, as elsewhere: who writes JSON does not need them
    from .filter import compile_filter

    fits = compile_filter(manner.wanted)
    return lambda session: write(session) if fits(document(session)) else None


def _writer(manner: Manner) -> Callable[[Session], Written]:
    if manner.drawing is not None:
        from . import table

        return table.writer(manner.drawing.look())
    if manner.form == "json":
        from . import json

        return json.writer(inline=manner.inline)
    from . import ndjson

    return ndjson.writer(inline=manner.inline or manner.form == "parquet")
