"""What was said in a session, row by row in capture order: no object a message, and none a record.

A row is a message, a protected record that was kept, or both: a record that is listed among the messages. It is five
numbers side by side, as `layout` says.
Kernel file: compiled where a C compiler is found (types in `timeline.pxd`), interpreted otherwise.
"""

from array import array
from collections.abc import Callable
from typing import TypeVar

from tlsscope.constants import ENCRYPTED

from .layout import (
    AFTER_GAP,
    BYTE,
    CONTENT_TYPE,
    FEW_ROWS,
    FIRST_FRAME,
    FRAME,
    LENGTH,
    LEVEL,
    MESSAGE,
    OPENED,
    PROTECTION,
    PROTECTIONS,
    RECORD,
    ROW,
    TIME,
    TYPE,
    TYPES,
    VERSION,
    VERSIONS,
)

T = TypeVar("T")

SHARED = 8  # sessions whose first rows lie in one block of memory: to ask for each one's apart costs more than they


class Room:
    """Gives each session room for a few rows. A block stays as long as one of its sessions does."""

    def __init__(self) -> None:
        self._block = array("q")
        self._given = 0  # numbers of the block

    def few_rows(self) -> "array[int]":
        """Give room whose rows may hold anything: a row is written whole."""
        start, stop = self._given, self._given + ROW * FEW_ROWS
        if stop > len(self._block):
            self._block = array("q", (0,)) * (ROW * FEW_ROWS * SHARED)
            start, stop = 0, ROW * FEW_ROWS
        self._given = stop
        return self._block[start:stop]


_ROOM = Room()


class Timeline:
    """The rows of one session. `grows` until it is over; `ordered` while no row has a frame before its predecessor's.

    `fragments` holds the ciphertext of the records, where it is kept.
    """

    def __init__(self) -> None:
        self.count = 0
        self.cells = _ROOM.few_rows()
        self.grows = True
        self.ordered = True
        self.fragments: list[bytes] = []

    def message(
        self, direction: int, content_type: int, type_: int, length: int, frame: int, time: int, first_frame: int,
        protection: int, level: int,
    ) -> None:  # fmt: skip
        """Add a message, as in `spoken.Message`."""
        what = direction | content_type << CONTENT_TYPE | (type_ + 1) << TYPE | protection << PROTECTION
        self._add(what | level << LEVEL | MESSAGE, length, frame, first_frame, time)

    def record(
        self, direction: int, content_type: int, version: int, size: int, frame: int, time: int, marks: int
    ) -> None:
        """Add a protected record, as in `spoken.SealedRecord`, with its marks."""
        what = direction | content_type << CONTENT_TYPE | ENCRYPTED << PROTECTION | version << VERSION
        self._add(what | marks | RECORD, size, frame, frame, time)

    def _add(self, what: int, length: int, frame: int, first_frame: int, time: int) -> None:
        at = ROW * self.count
        if at == len(self.cells):
            self._grow()
        if self.count and frame < self.cells[at - ROW + FRAME]:
            self.ordered = False
        self.cells[at] = what
        self.cells[at + LENGTH] = length
        self.cells[at + FRAME] = frame
        self.cells[at + FIRST_FRAME] = first_frame
        self.cells[at + TIME] = time
        self.count += 1

    def _grow(self) -> None:
        """Make room for twice as many rows."""
        smaller = self.cells
        self.cells = array("q", bytes(16 * len(smaller)))
        for i in range(len(smaller)):
            self.cells[i] = smaller[i]

    def copy(self) -> "Timeline":
        """Give the rows as they are now."""
        other = Timeline()
        while len(other.cells) < len(self.cells):
            other._grow()
        for i in range(ROW * self.count):
            other.cells[i] = self.cells[i]
        other.count = self.count
        other.ordered = self.ordered
        other.grows = False
        other.fragments = self.fragments[:]
        return other

    def messages(self, make: Callable[..., T]) -> list[T]:
        """Make an object of each message, from what it is in the order of the fields of `spoken.Message`."""
        made: list[T] = []
        for row in range(self.count):
            at = ROW * row
            what = self.cells[at]
            if what & MESSAGE:
                made.append(
                    make(
                        what & 1,
                        what >> CONTENT_TYPE & BYTE,
                        (what >> TYPE & TYPES) - 1,
                        self.cells[at + LENGTH],
                        self.cells[at + FRAME],
                        self.cells[at + TIME],
                        self.cells[at + FIRST_FRAME],
                        what >> PROTECTION & PROTECTIONS,
                        what >> LEVEL & BYTE,
                        row,
                    )
                )
        return made

    def records(self, make: Callable[..., T]) -> list[T]:
        """Make an object of each protected record, in the order of the fields of `spoken.SealedRecord`."""
        made: list[T] = []
        for row in range(self.count):
            at = ROW * row
            what = self.cells[at]
            if what & RECORD:
                made.append(
                    make(
                        what & 1,
                        what >> CONTENT_TYPE & BYTE,
                        what >> VERSION & VERSIONS,
                        self.cells[at + LENGTH],
                        self.cells[at + FRAME],
                        self.cells[at + TIME],
                        self.fragments[len(made)] if len(made) < len(self.fragments) else b"",
                        what & AFTER_GAP != 0,
                        what & OPENED != 0,
                        row,
                    )
                )
        return made

    def note_opened(self, opened: list[bool]) -> None:
        """Mark the records that were opened, one after another."""
        number = 0
        for row in range(self.count):
            at = ROW * row
            if self.cells[at] & RECORD:
                if opened[number]:
                    self.cells[at] |= OPENED
                number += 1

    def swap(self) -> None:
        """Take the one end for the other."""
        for row in range(self.count):
            at = ROW * row
            self.cells[at] ^= 1

    def count_frames_from(self, before: int) -> None:
        """Number all frames anew, so that the one behind frame `before` is the first."""
        for row in range(self.count):
            at = ROW * row
            self.cells[at + FRAME] -= before
            self.cells[at + FIRST_FRAME] -= before

    def frames(self) -> list[int]:
        """List all frames, those included in which a message began."""
        found = []
        for row in range(self.count):
            at = ROW * row
            found.append(self.cells[at + FRAME])
            found.append(self.cells[at + FIRST_FRAME])
        return found
