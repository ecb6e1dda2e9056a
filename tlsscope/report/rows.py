"""The messages of a session as JSON: rows of its timeline enter, with what is said of each kind; text leaves.

Kernel file: compiled where a C compiler is found (types in `rows.pxd`), interpreted otherwise.
"""

from collections.abc import Callable, Mapping

from tlsscope.session.layout import FRAME, LENGTH, MESSAGE, ROW, SAID, TIME
from tlsscope.session.timeline import Timeline

SECOND = 1_000_000_000


class Clock:
    """Writes times; `write_second` gives the text of a whole second. Sessions that follow one another share seconds."""

    def __init__(self, write_second: Callable[[int], str]) -> None:
        self._write_second = write_second
        self._second = -1
        self._written = ""
        self._time = -1
        self._digits = -1
        self._text = ""

    def write(self, time: int, digits: int) -> str:
        """Write ns since the epoch as RFC 3339 says, with as many decimal places."""
        if time == self._time and digits == self._digits:
            return self._text
        second = time // SECOND
        if second != self._second:
            self._second = second
            self._written = self._write_second(second)
        self._time = time
        self._digits = digits
        if digits:
            fraction = str(SECOND + time - second * SECOND)
            self._text = f"{self._written}.{fraction[1 : digits + 1]}Z"
        else:
            self._text = f"{self._written}Z"
        return self._text


def message_lines(
    rows: Timeline, said: Mapping[int, tuple[str, ...]], clock: Clock, digits: int, before_frame: str, before_time: str
) -> str:
    """Write all messages as an array. `said` has, for who said what and how, the text before and after the length."""
    lines: list[str] = []
    frame = time = -1
    head = ""
    for at in range(0, ROW * rows.count, ROW):
        what = rows.cells[at]
        if not what & MESSAGE:
            continue
        if rows.cells[at + FRAME] != frame or rows.cells[at + TIME] != time:  # many share one frame
            frame = rows.cells[at + FRAME]
            time = rows.cells[at + TIME]
            head = f'{before_frame}{frame}{before_time}"{clock.write(time, digits)}"'
        pair = said[what & SAID]
        length = rows.cells[at + LENGTH]
        lines.append(f"{head}{pair[0]}{length}{pair[1]}")
    return f"[{','.join(lines)}]"
