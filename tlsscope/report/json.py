"""JSON: items enter, one object leaves in pieces: sessions take no memory, however many.

What belongs behind the sessions (certificates, findings, errors) waits in a temporary file once it is large.
"""

from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile

from tlsscope.session.model import Session

from .certificates import Ledger
from .document import SCHEMA, tool
from .fragments import Kept, text
from .lines import REFERRED, WHOLE, findings_json, session_json
from .summary import Item, Tally
from .text import encodable

IN_MEMORY = 8 * 2**20
PIECE = 2**16


def inline(items: Iterable[Item], tally: Tally, inputs: Sequence[str]) -> Iterator[bytes]:
    """Write each certificate wherever it stands; `certificates` stays empty."""
    return _object(items, tally, inputs, WHOLE)


def reference(items: Iterable[Item], tally: Tally, inputs: Sequence[str]) -> Iterator[bytes]:
    """Write each distinct certificate once, in `certificates`."""
    return _object(items, tally, inputs, REFERRED)


def _object(items: Iterable[Item], tally: Tally, inputs: Sequence[str], written: Kept[bytes, str]) -> Iterator[bytes]:
    certificates, found, errors = _Waiting(), _Waiting(), _Waiting()
    ledger = Ledger()
    head = {"schema": SCHEMA, "tool": tool(), "inputs": list(map(encodable, inputs))}
    yield _text(head)[:-1] + b',"sessions":['
    comma = b"\n"
    for item in tally.watch(items):
        if not isinstance(item, Session):
            errors.add(_text(item))
            continue
        yield comma + session_json(item, written).encode()
        comma = b",\n"
        for finding in findings_json(item):
            found.add(finding.encode())
        if written is REFERRED:
            for certificate in ledger.new(item):
                certificates.add(_text(certificate))
    for name, waiting in (("certificates", certificates), ("findings", found), ("errors", errors)):
        yield b'],\n"%b":[' % name.encode()
        yield from waiting.pieces()
    yield b'],\n"summary":' + _text(tally.line()) + b"}\n"


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


def _text(value: object) -> bytes:
    return text(value).encode()
