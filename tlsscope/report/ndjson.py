"""NDJSON: items enter, one line of JSON for each leaves at once, and the summary last."""

from collections.abc import Iterable, Iterator

import msgspec

from tlsscope.session.model import Session

from .certificates import Ledger
from .compose import document
from .document import CertificateLine, FindingLine
from .shapes import ENCODED, REFERRING
from .summary import Item, Tally
from .text import harmless_json

_encode = msgspec.json.Encoder().encode


def inline(items: Iterable[Item], tally: Tally) -> Iterator[bytes]:
    """Write each certificate wherever it stands."""
    for item in tally.watch(items):
        if isinstance(item, Session):
            yield _line(document(item, ENCODED))
            yield from _findings(item)
        else:
            yield _line(item)
    yield _line(tally.line())


def reference(items: Iterable[Item], tally: Tally) -> Iterator[bytes]:
    """Write each distinct certificate once, before the first session that refers to it."""
    ledger = Ledger()
    for item in tally.watch(items):
        if isinstance(item, Session):
            for certificate in ledger.new(item):
                yield _line(CertificateLine(**msgspec.structs.asdict(certificate)))
            yield _line(document(item, REFERRING))
            yield from _findings(item)
        else:
            yield _line(item)
    yield _line(tally.line())


def findings(session: Session) -> Iterator[FindingLine]:
    """List a session's findings as lines of their own."""
    for one in session.findings:
        yield FindingLine(session.id, one.rule, one.severity, one.text, one.reference, one.frames)


def _findings(session: Session) -> Iterator[bytes]:
    return map(_line, findings(session))


def _line(value: object) -> bytes:
    return harmless_json(_encode(value)) + b"\n"
