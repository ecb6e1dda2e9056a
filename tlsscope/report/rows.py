"""What a session's timeline says as JSON: rows enter, with what is said of each kind, and times; text is added.

Kernel file: compiled where a C compiler is found (types in `rows.pxd`), interpreted otherwise.
"""

from collections.abc import Callable

from tlsscope.session.layout import FRAME, LENGTH, MESSAGE, ROW, SAID, TIME
from tlsscope.session.timeline import Timeline

from .buffer import TextBuffer
from .fragments import Form, Kept

SECOND = 1_000_000_000
MILLISECOND = 1_000_000
MEGASECOND = 1_000_000 * SECOND
PLACES = 9  # decimal places of a nanosecond


class Clock:
    """Writes times; `write_second` gives the text of a whole second. Sessions that follow one another share seconds."""

    def __init__(self, write_second: Callable[[int], str]) -> None:
        self._write_second = write_second
        self._second = -1
        self._written = b""
        self._digits = -1
        self._unit = 1  # nanoseconds that the last of so many decimal places counts

    def write(self, out: TextBuffer, time: int, digits: int) -> None:
        """Add ns since the epoch as RFC 3339 says, with as many decimal places, as a string."""
        second = time // SECOND
        if second != self._second:
            self._written = f'"{self._write_second(second)}'.encode()
            self._second = second
        out.add(self._written)
        if digits:
            if digits != self._digits:
                self._unit = _unit(digits)
                self._digits = digits
            out.add(b".")
            out.decimals((time - second * SECOND) // self._unit, digits)
        out.add(b'Z"')


def write_messages(
    out: TextBuffer, rows: Timeline, said: Kept, clock: Clock, digits: int,
    form: Form,
) -> None:  # fmt: skip
    """Add all messages as an array. `said` has, for who said what and how, the text before and after the length;
    `form` what stands before a message's frame, and before its time.
    """
    before_frame, before_time = b"[" + form[0], form[1]
    later = b"," + form[0]
    at, end = 0, ROW * rows.count
    while at < end:
        what = rows.cells[at]
        if what & MESSAGE:
            pair = said.form(what & SAID)
            out.add(before_frame)
            out.number(rows.cells[at + FRAME])
            out.add(before_time)
            clock.write(out, rows.cells[at + TIME], digits)
            out.add(pair[0])
            out.number(rows.cells[at + LENGTH])
            out.add(pair[1])
            before_frame = later
        at += ROW
    out.add(b"]" if before_frame is later else b"[]")


def write_span(out: TextBuffer, span: int, digits: int) -> bool:
    """Add ns as seconds; add nothing and say so where a float would not be written the same way.

    The shortest text of a float is its decimal number as long as that has 15 digits, and no exponent is shorter.
    """
    unit = _unit(digits)
    if not digits or span % unit or not MILLISECOND <= span < MEGASECOND:
        return False
    seconds = span // SECOND
    rest = (span - seconds * SECOND) // unit
    while digits > 1 and rest % 10 == 0:
        rest //= 10
        digits -= 1
    out.number(seconds)
    out.add(b".")
    out.decimals(rest, digits)
    return True


def _unit(digits: int) -> int:
    """Tell how many nanoseconds the last of so many decimal places counts."""
    unit = 1
    for _ in range(digits, PLACES):
        unit *= 10
    return unit
