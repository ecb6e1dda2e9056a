"""The terminal: lines enter, keys leave. It is given back as it was, whatever happens."""

import os
import select
import shutil
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from tlsscope.report.look import Look

from . import console

_ENTER = "\x1b[?1049h\x1b[?25l"  # the alternate screen, no cursor
_LEAVE = "\x1b[?25h\x1b[?1049l"
_HOME, _CLEAR_LINE, _CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"
_NAMED = {
    "\x1b[A": "up", "\x1bOA": "up", "\x1b[B": "down", "\x1bOB": "down",
    "\r": "enter", "\n": "enter", "\x7f": "backspace", "\b": "backspace", "\x1b": "escape",
}  # fmt: skip


class Screen:
    """A terminal that is drawn whole. Use as a context."""

    def __enter__(self) -> Self:
        self._keyboard = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._keyboard)
        tty.setcbreak(self._keyboard)
        self._write(_ENTER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write(_LEAVE)
        termios.tcsetattr(self._keyboard, termios.TCSADRAIN, self._before)

    def size(self) -> tuple[Look, int]:
        """See how much there is room for; the user may have changed it."""
        return console.look_of(None), shutil.get_terminal_size().lines

    def draw(self, lines: Sequence[str]) -> None:
        """Show these lines and nothing else."""
        self._write(_HOME + f"{_CLEAR_LINE}\r\n".join(lines) + _CLEAR_LINE + _CLEAR_BELOW)

    def pressed(self) -> Iterator[str]:
        """Yield the keys that were pressed since the last time."""
        while select.select([self._keyboard], [], [], 0)[0]:
            typed = os.read(self._keyboard, 64).decode("utf-8", "replace")
            if not typed:
                return
            yield from [_NAMED[typed]] if typed in _NAMED else [_NAMED.get(one, one) for one in typed]

    def _write(self, text: str) -> None:
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding, "replace"))
        sys.stdout.buffer.flush()
