"""The main job: inputs enter; judged Sessions leave, with what could not be read between them."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from tlsscope.capture.source import Capture, open_capture
from tlsscope.errors import InputError
from tlsscope.judge import Resumptions, judge
from tlsscope.secrets.keyring import Keyring
from tlsscope.session.model import Session

from .inputs import expand
from .options import InputFailure, Options, Totals, make_keyring
from .reading import Reading


class Scan:
    """Sessions of many inputs, in order. Iterate once; `totals` grows as it goes."""

    def __init__(self, inputs: Iterable[str], options: Options | None = None) -> None:
        self.totals = Totals()
        self._inputs = list(inputs)
        self._options = options or Options()

    def __iter__(self) -> Iterator[Session | InputFailure]:
        resumptions = Resumptions()
        keyring = make_keyring(self._options)
        self.totals.unused_key_lines = {
            reason.value: count for reason, count in keyring.keylog.counts.unused.items()
        }
        for name in expand(self._inputs):
            if isinstance(name, InputFailure):
                yield name
                continue
            self.totals.inputs += 1
            try:
                for key_log in secrets_ahead(name):
                    keyring.keylog.add_bytes(key_log)
                for session in read_capture(open_capture(name), self.totals, keyring):
                    judge(session, resumptions)
                    self._count(session)
                    yield session
            except InputError as error:
                yield InputFailure(error.source, error.message)

    def _count(self, session: Session) -> None:
        """Count the session; where keys told the truth, count how inference would have done without them."""
        self.totals.sessions += 1
        if session.blind is None or session.authentication is None:
            return
        if session.blind.basis is None:
            self.totals.blind_silent += 1
        elif session.blind.mode is session.authentication.mode:
            self.totals.blind_right += 1
        else:
            self.totals.blind_wrong += 1


def read_capture(capture: Capture, totals: Totals, keyring: Keyring) -> Iterator[Session]:
    """Yield the sessions of one capture, unjudged. Raises InputError at its damage, after what was before."""
    reading = Reading(capture, keyring)
    failure: InputError | None = None
    try:
        for _ in reading.windows():
            yield from reading.take_told()
    except InputError as error:
        failure = error
    reading.finish(totals)
    yield from reading.take_told()
    if failure is not None:
        raise failure


def secrets_ahead(name: str) -> list[bytes]:
    """Collect the Decryption Secrets Blocks of a file: those behind the packets are needed before them.

    A pcapng file is walked once more for it, without a look into its packets; a pipe cannot be.
    """
    if name == "-" or not Path(name).is_file():
        return []
    capture = open_capture(name)
    with suppress(InputError):  # the reading itself will tell
        for _ in capture.windows():
            if not capture.has_blocks:
                break
    return capture.secrets
