"""The main job: inputs enter; judged Sessions leave, with what could not be read between them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tlsscope.errors import InputError
from tlsscope.judge import Resumptions, judge
from tlsscope.session.model import Session

from .following import FollowReading
from .groups import groups
from .inputs import expand
from .options import Engine, InputFailure, Options, Totals, Trial, make_keyring
from .stream import StreamReading

Road = Callable[[deque[str]], Iterator[Session]]  # takes the names of one stream off a group and reads it


class Scan:
    """Sessions of many inputs, in order. Iterate once; `totals` grows as it goes.

    Keys are loaded first: InputError where one cannot be.
    """

    def __init__(self, inputs: Iterable[str], options: Options | None = None) -> None:
        self.totals = Totals()
        self._inputs = list(inputs)
        self._options = options or Options()
        self._keyring = make_keyring(self._options)
        self._resumptions = Resumptions()
        self._stopped = False

    def __iter__(self) -> Iterator[Session | InputFailure]:
        for group in groups(self._left(expand(self._inputs))):
            if isinstance(group, InputFailure):
                yield group
            else:
                self.totals.inputs += len(group)
                for one in read_group(group, self._read):
                    if isinstance(one, Session):
                        judge(one, self._resumptions)
                        self.totals.add_session(blind_trial(one))
                    yield one
            self._is_done([group.source] if isinstance(group, InputFailure) else group)
        unused = self._keyring.keylog.counts.unused  # those of the captures' own key logs too
        self.totals.unused_key_lines = {reason.value: count for reason, count in unused.items()}

    def _left(self, names: Iterable[str | InputFailure]) -> Iterable[str | InputFailure]:
        """Give what is to be read: all of it."""
        return names

    def _is_done(self, names: list[str]) -> None:
        """Take note that all sessions of a group of captures were taken."""

    def stop(self) -> None:
        """End soon, where files are followed: what they hold by now is told."""
        self._stopped = True

    def _read(self, names: deque[str]) -> Iterator[Session]:
        """Read one stream, by the engine that was chosen."""
        if self._options.engine is Engine.TSHARK:
            from .witnessed import read_through_tshark  # here: pyshark costs a fifth of a second

            return read_through_tshark(names.popleft(), self._options, self.totals)
        return read_stream(self._begin(names), self.totals)

    def _begin(self, names: deque[str]) -> StreamReading:
        """Begin to read a stream, as the options say."""
        options = self._options
        if options.follow and Path(names[0]).is_file():
            reading: StreamReading = FollowReading(names, self._keyring, lambda: self._stopped, options.idle)
        else:
            reading = StreamReading(names, self._keyring)
        reading.say_established(self._resumptions.learn)
        if options.drop_copies:
            reading.drop_copies()
        if options.follow_all:
            reading.follow_all()
        return reading


def blind_trial(session: Session) -> Trial | None:
    """Where keys told the truth, tell how inference did without them."""
    if session.blind is None or session.authentication is None:
        return None
    if session.blind.basis is None:
        return Trial.SILENT
    return Trial.RIGHT if session.blind.mode is session.authentication.mode else Trial.WRONG


def read_group(group: list[str], read: Road) -> Iterator[Session | InputFailure]:
    """Yield the sessions of captures that may be one stream, unjudged. Behind a bad file another stream begins."""
    names = deque(group)
    while names:
        try:
            yield from read(names)
        except InputError as error:
            yield InputFailure(error.source, error.message)


def read_stream(reading: StreamReading, totals: Totals) -> Iterator[Session]:
    """Yield the sessions of one stream. Raises InputError at the first damage, after what was before."""
    for _ in steps(reading, totals):
        yield from reading.take_told()


def steps(reading: StreamReading, totals: Totals) -> Iterator[None]:
    """Read a stream, a window a step; with the last step all connections end."""
    failure: InputError | None = None
    try:
        for _ in reading.windows():
            reading.count(totals)
            yield
    except InputError as error:
        failure = error
    reading.finish(totals)
    yield
    if failure is not None:
        raise failure
