"""JSON: items enter, one object leaves in pieces: sessions take no memory, however many.

A session may come finished, as `writer` has made it elsewhere. What belongs behind the
sessions (certificates, findings, errors) waits in a temporary file once it is large.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile

from tlsscope.session.model import Session

from .certificates import Ledger, ders
from .document import SCHEMA, ErrorLine, tool
from .fragments import text
from .lines import SessionWriter
from .parts import REFERRED, WHOLE
from .summary import Row, Tally
from .text import encodable
from .written import Written, seen

IN_MEMORY = 8 * 2**20
PIECE = 2**16


def inline(items: Iterable[Row], tally: Tally, inputs: Sequence[str]) -> Iterator[bytes]:
    """Write each certificate wherever it stands; `certificates` stays empty."""
    return _object(items, tally, inputs, inline=True)


def reference(items: Iterable[Row], tally: Tally, inputs: Sequence[str]) -> Iterator[bytes]:
    """Write each distinct certificate once, in `certificates`."""
    return _object(items, tally, inputs, inline=False)


def writer(*, inline: bool) -> Callable[[Session], Written]:
    """Make what finishes a session; certificates stand in it, or are referred to."""
    make = SessionWriter(WHOLE if inline else REFERRED)

    def write(session: Session) -> Written:
        shown = [] if inline else list(ders(session))
        return Written(seen(session), make.write(session), make.findings(session), shown)

    return write


def _object(items: Iterable[Row], tally: Tally, inputs: Sequence[str], *, inline: bool) -> Iterator[bytes]:
    certificates, found, errors = _Waiting(), _Waiting(), _Waiting()
    ledger, write = Ledger(), writer(inline=inline)
    head = {"schema": SCHEMA, "tool": tool(), "inputs": list(map(encodable, inputs))}
    yield text(head)[:-1] + b',"sessions":['
    comma = b"\n"
    for item in tally.watch(items):
        if isinstance(item, ErrorLine):
            errors.add(text(item))
            continue
        one = item if isinstance(item, Written) else write(item)
        yield comma + one.text
        comma = b",\n"
        for finding in one.behind:
            found.add(finding)
        if not inline:
            for certificate in ledger.new(item):
                certificates.add(text(certificate))
    for name, waiting in (("certificates", certificates), ("findings", found), ("errors", errors)):
        yield b'],\n"%b":[' % name.encode()
        yield from waiting.pieces()
    yield b'],\n"summary":' + text(tally.line()) + b"}\n"


class _Waiting:
    """A list of finished JSON values that is written later."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - goes with its owner
        self._comma = b""

    def add(self, value: bytes) -> None:
        self._file.write(self._comma + value)
        self._comma = b",\n"

    def pieces(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece
        self._file.close()

