"""The live view: sessions, statistics and keys enter; the lines of a screen leave.

Shows the last sessions, newest first; one of them can be opened as a ladder. Every text from the wire goes through
the look, as in the table.
"""

from collections import Counter, deque
from collections.abc import Callable

import msgspec

from tlsscope.errors import TlsscopeError
from tlsscope.session.model import Session

from .compose import document
from .document import SessionDocument
from .filter import Test, compile_filter
from .grid import Grid
from .identity import identity
from .look import Look, plain
from .story import story
from .table import COLUMNS
from .text import columns, fitted

MOST_KEPT = 1000  # sessions that can be looked at again
HEAD, FOOT = 5, 1  # lines around the rows
_MARK = ">"  # where reverse video does not show
_KEYS = "p pause   / filter   s sort   arrows choose   enter ladder   q quit"


class Gauge(msgspec.Struct, frozen=True):
    """What the head of the screen tells; rates are per second."""

    where: str
    seconds: float
    packets: float
    sessions: float
    dropped: int
    gaps: int
    memory: int
    notice: str = ""


Order = Callable[[SessionDocument], str]


def _mode(told: SessionDocument) -> str:
    return told.authentication.mode.value if told.authentication else ""


def _client(told: SessionDocument) -> str:
    return identity(told.client_certificates[0]) if told.client_certificates else told.client.ip


def _outcome(told: SessionDocument) -> str:
    return told.outcome.state.value if told.outcome else ""


_ORDERS: tuple[tuple[str, Order | None], ...] = (
    ("time", None),
    ("verdict", _mode),
    ("server name", lambda told: told.server_name or ""),
    ("client", _client),
    ("outcome", _outcome),
)


class Board:
    """What the screen shows. `press` takes a key and gives False when it is time to go."""

    def __init__(self) -> None:
        self._kept: deque[SessionDocument] = deque(maxlen=MOST_KEPT)
        self._shown: list[SessionDocument] = []
        self._modes: Counter[str] = Counter()
        self._count = 0
        self._order = 0
        self._chosen: str | None = None  # the id of the session under the mark
        self._open: SessionDocument | None = None
        self._scroll = 0
        self._typed: str | None = None
        self._filter = ""
        self._test: Test | None = None
        self._fault = ""
        self.paused = False

    def add(self, session: Session) -> None:
        """Take a session."""
        told = document(session)
        self._count += 1
        self._modes[_mode(told)] += 1
        self._kept.appendleft(told)

    def lines(self, gauge: Gauge, look: Look, height: int) -> list[str]:
        """Draw the screen, `height` lines of it at most."""
        room = max(height - HEAD - FOOT, 1)
        body = self._rows(look, room) if self._open is None else self._ladder(self._open, look, room)
        head = self._head(gauge, look)
        return [*head, *body, *[""] * (room - len(body)), self._foot(look)][:height]

    def press(self, key: str) -> bool:
        """Obey a key."""
        if self._typed is not None:
            self._type(key)
        elif key in ("q", "\x03") and self._open is None:
            return False
        elif key in ("q", "escape", "enter") and self._open is not None:
            self._open = None
        elif key == "p":
            self.paused = not self.paused
        elif key == "/":
            self._typed, self._fault = self._filter, ""
        elif key == "s":
            self._order = (self._order + 1) % len(_ORDERS)
        elif key == "enter":
            self._open, self._scroll = self._chosen_session(), 0
        elif key in ("up", "down"):
            self._move(-1 if key == "up" else 1)
        return True

    def _type(self, key: str) -> None:
        """Take a character of the filter; enter puts it in force, escape leaves the old one."""
        typed = self._typed or ""
        if key == "enter":
            self._set_filter(typed.strip())
        elif key == "escape":
            self._typed = None
        elif key == "backspace":
            self._typed = typed[:-1]
        elif len(key) == 1 and key.isprintable() and len(typed) < 500:
            self._typed = typed + key

    def _set_filter(self, text: str) -> None:
        try:
            self._test = compile_filter(text) if text else None
        except TlsscopeError as error:
            self._fault = str(error).removeprefix("filter: ")
            return
        self._filter, self._typed, self._fault = text, None, ""

    def _move(self, step: int) -> None:
        if self._open is not None:
            self._scroll = max(self._scroll + step, 0)
            return
        at = next((i for i, told in enumerate(self._shown) if told.id == self._chosen), 0) + step
        if 0 <= at < len(self._shown):
            self._chosen = self._shown[at].id

    def _chosen_session(self) -> SessionDocument | None:
        found = (told for told in self._shown if told.id == self._chosen)
        return next(found, self._shown[0] if self._shown else None)

    def _head(self, gauge: Gauge, look: Look) -> list[str]:
        state = "paused" if self.paused else "watching"
        seconds = int(gauge.seconds)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        title = f"tlsscope live on {look.safe(gauge.where)}   {state}   {clock}"
        first = look.paint(fitted(title, look.width).rstrip(), "title")
        rates = f"{gauge.packets:,.0f} packets/s   {gauge.sessions:,.1f} sessions/s   {gauge.memory / 1e6:,.0f} MB   "
        lost = f"{gauge.dropped:,} dropped   {gauge.gaps:,} with gaps"
        style = "failed" if gauge.dropped or gauge.gaps else "faint"
        modes = "   ".join(
            look.paint(f"{mode or 'unknown'} {count:,}", mode or "unknown") for mode, count in self._modes.most_common()
        )
        second = rates + look.paint(fitted(lost, max(look.width - len(rates), 0)).rstrip(), style)
        notice = look.paint(fitted(look.safe(gauge.notice), look.width).rstrip(), "incomplete") if gauge.notice else ""
        names = Grid(COLUMNS, look).head() if self._open is None else ""
        return [first, second, f"{self._count:,} sessions   {modes}", notice, names]

    def _rows(self, look: Look, room: int) -> list[str]:
        if not self.paused:
            self._shown = self._chosen_and_ordered()
        grid, bare = Grid(COLUMNS, look), Grid(COLUMNS, msgspec.structs.replace(look, paint=plain))
        at = next((i for i, told in enumerate(self._shown) if told.id == self._chosen), 0)
        first = max(0, at - room + 1)
        return [
            look.paint(_MARK + bare.row(told)[1:], "chosen") if told.id == self._chosen else grid.row(told)
            for told in self._shown[first : first + room]
        ]

    def _chosen_and_ordered(self) -> list[SessionDocument]:
        test, order = self._test, _ORDERS[self._order][1]
        fitting = [told for told in self._kept if test is None or test(told)]
        return fitting if order is None else sorted(fitting, key=order)

    def _ladder(self, told: SessionDocument, look: Look, room: int) -> list[str]:
        drawn = list(story(told, look))
        self._scroll = min(self._scroll, max(len(drawn) - room, 0))
        return drawn[self._scroll : self._scroll + room]

    def _foot(self, look: Look) -> str:
        if self._typed is not None:
            text = f"filter: {self._typed}_" + (f"   {self._fault}" if self._fault else "   (enter, or escape)")
            return fitted(look.safe(text), look.width).rstrip()
        if self._open is not None:
            return look.paint("arrows scroll   q back", "faint")
        state = f"   sorted by {_ORDERS[self._order][0]}" + (f", only {self._filter}" if self._filter else "")
        shown = _KEYS if columns(_KEYS + state) > look.width else _KEYS + state
        return look.paint(fitted(look.safe(shown), look.width).rstrip(), "faint")
