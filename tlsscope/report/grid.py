"""A grid of text: columns and a width enter, a line of text for each value leaves.

The widths are chosen by the columns alone, before the first value, so that lines can leave as they come.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec

from .look import Look
from .text import fitted

T = TypeVar("T")


class Column(msgspec.Struct, Generic[T], frozen=True):
    """A column: its width at least and at most, its share of what is left over, for which total widths.

    `cell` gives text and style for a value and the column's width; the text need not be safe or fit.
    """

    title: str
    least: int
    most: int
    share: int
    cell: Callable[[T, int], tuple[str, str]]
    of_width: range


class Grid(Generic[T]):
    """The columns that one output has room for."""

    def __init__(self, columns: Sequence[Column[T]], look: Look) -> None:
        self._look = look
        self._columns = [column for column in columns if look.width in column.of_width]
        self._widths = _widths(self._columns, look.width)

    def head(self) -> str:
        """Write the titles."""
        pairs = zip(self._columns, self._widths, strict=True)
        titles = " ".join([fitted(column.title, width) for column, width in pairs])
        return self._look.paint(titles.rstrip(), "title")

    def row(self, value: T) -> str:
        """Write one value."""
        cells = []
        for column, width in zip(self._columns, self._widths, strict=True):
            text, style = column.cell(value, width)
            shown = fitted(self._look.safe(text), width)
            cells.append(self._look.paint(shown, style) if style else shown)
        return " ".join(cells).rstrip()


def _widths(columns: Sequence[Column[T]], total: int) -> list[int]:
    """Give each column its least width, then share out what is left over, up to its most."""
    widths = [column.least for column in columns]
    left = total - sum(widths) - len(columns) + 1
    while left > 0:
        growing = [i for i, column in enumerate(columns) if column.share and widths[i] < column.most]
        if not growing:
            break
        for i in growing:
            more = min(columns[i].share, columns[i].most - widths[i], left)
            widths[i] += more
            left -= more
    return widths
