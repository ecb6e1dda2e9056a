"""Looks at handshakes that go on: a session is told as soon as its handshake is over and quiet.

Its connection is only counted from then on.
"""

from heapq import heappop, heappush
from itertools import count

from tlsscope.flow.listener import Listener
from tlsscope.flow.live import LiveTable
from tlsscope.flow.opening import SECOND
from tlsscope.session.live import ripe_at
from tlsscope.session.observer import Observer

FIRST_LOOK = SECOND  # after the first bytes of a connection
LONGEST_WAIT = 60 * SECOND  # between two looks at a handshake that waits


class Looks:
    """When to look at which connection of a table next."""

    def __init__(self, table: LiveTable) -> None:
        self._table = table
        self._fresh: list[Observer] = []
        self._due: list[tuple[int, int, int, Listener, Observer, int]] = []
        self._order = count()

    def add(self, observer: Observer) -> None:
        """Take note of the observer of the connection in which TLS begins now."""
        self._fresh.append(observer)

    def look(self, now: int) -> None:
        """Tell what is over; look again later at what is not."""
        due = self._due
        for (row, listener), observer in zip(self._table.fresh, self._fresh, strict=True):
            heappush(due, (now + FIRST_LOOK, next(self._order), row, listener, observer, FIRST_LOOK))
        self._table.fresh.clear()
        self._fresh.clear()
        while due and due[0][0] <= now:
            _moment, _order, row, listener, observer, wait = heappop(due)
            if not self._table.listens(row, listener):
                continue
            ripe = ripe_at(observer)
            if ripe is not None and ripe <= now:
                self._table.settle(row)
                continue
            wait = FIRST_LOOK if ripe is not None else min(2 * wait, LONGEST_WAIT)
            moment = now + wait if ripe is None else ripe
            heappush(due, (moment, next(self._order), row, listener, observer, wait))
