"""JSON: items enter, one object leaves in pieces: sessions take no memory, however many.

A session may come finished, as `write_inline` or `write_reference` have made it elsewhere. What belongs behind the
sessions (certificates, findings, errors) waits in a temporary file once it is large.
"""

from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile

import msgspec

from tlsscope.session.model import Session

from .certificates import Ledger, ders
from .document import SCHEMA, ErrorLine, tool
from .fragments import Kept, text
from .lines import REFERRED, WHOLE, findings_json, session_json
from .summary import Row, Tally
from .text import encodable
from .written import Written, seen

IN_MEMORY = 8 * 2**20
PIECE = 2**16


def inline(items: Iterable[Row], tally: Tally, inputs: Sequence[str]) -> Iterator[bytes]:
    """Write each certificate wherever it stands; `certificates` stays empty."""
    return _object(items, tally, inputs, WHOLE)


def reference(items: Iterable[Row], tally: Tally, inputs: Sequence[str]) -> Iterator[bytes]:
    """Write each distinct certificate once, in `certificates`."""
    return _object(items, tally, inputs, REFERRED)


def write_inline(session: Session) -> Written:
    """Finish a session."""
    return _written(session, WHOLE)


def write_reference(session: Session) -> Written:
    """Finish a session that refers to certificates."""
    return msgspec.structs.replace(_written(session, REFERRED), certificates=list(ders(session)))


def _written(session: Session, written: Kept[bytes, str]) -> Written:
    return Written(
        seen(session), session_json(session, written).encode(), [one.encode() for one in findings_json(session)]
    )


def _object(items: Iterable[Row], tally: Tally, inputs: Sequence[str], written: Kept[bytes, str]) -> Iterator[bytes]:
    certificates, found, errors = _Waiting(), _Waiting(), _Waiting()
    ledger = Ledger()
    head = {"schema": SCHEMA, "tool": tool(), "inputs": list(map(encodable, inputs))}
    yield _text(head)[:-1] + b',"sessions":['
    comma = b"\n"
    for item in tally.watch(items):
        if isinstance(item, ErrorLine):
            errors.add(_text(item))
            continue
        one = item if isinstance(item, Written) else _written(item, written)
        yield comma + one.text
        comma = b",\n"
        for finding in one.behind:
            found.add(finding)
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
