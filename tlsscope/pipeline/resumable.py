"""A scan that keeps its position, and begins at one."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from .checkpoint import Position, done_now
from .options import InputFailure, Options
from .scan import Scan
from .stream import secrets_ahead


class ResumableScan(Scan):
    """Goes on where an earlier run was. `position` is kept up to date; `save` is called after each group of captures.

    All sessions of the group were taken then, for the next item is asked for.
    """

    def __init__(
        self, inputs: Iterable[str], options: Options, position: Position, save: Callable[[], None]
    ) -> None:
        super().__init__(inputs, options)
        self._position = position
        self._save = save
        self._skipped = Counter(position.unchanged())
        self.totals = position.totals
        self._resumptions.go_on(position.remembered)
        for name in position.with_keys:
            for key_log in secrets_ahead(name):
                self._keyring.keylog.add_bytes(key_log)
        self._key_lines = self._keyring.keylog.counts.lines

    def note_resumptions(self) -> None:
        """Put what later sessions may resume into the position; too much to do for every capture."""
        self._position.remembered = self._resumptions.remembered()

    def _left(self, names: Iterable[str | InputFailure]) -> Iterator[str | InputFailure]:
        for one in names:
            name = one.source if isinstance(one, InputFailure) else one
            if self._skipped[name]:
                self._skipped[name] -= 1
            else:
                yield one

    def _is_done(self, names: list[str]) -> None:
        lines = self._keyring.keylog.counts.lines
        if lines > self._key_lines:
            self._position.with_keys += names
            self._key_lines = lines
        self._position.done += done_now(names)
        self._save()
