"""NDJSON: items enter, one line of JSON for each leaves at once, and the summary last."""

from collections.abc import Iterable, Iterator

from msgspec.structs import asdict

from tlsscope.session.model import Session

from .certificates import Ledger
from .document import CertificateLine
from .fragments import Kept, text
from .lines import REFERRED, WHOLE, findings_json, session_json
from .summary import Item, Tally


def inline(items: Iterable[Item], tally: Tally) -> Iterator[bytes]:
    """Write each certificate wherever it stands."""
    for item in tally.watch(items):
        if isinstance(item, Session):
            yield ndjson_line(item)
        else:
            yield _line(text(item))
    yield _line(text(tally.line()))


def reference(items: Iterable[Item], tally: Tally) -> Iterator[bytes]:
    """Write each distinct certificate once, before the first session that refers to it."""
    ledger = Ledger()
    for item in tally.watch(items):
        if isinstance(item, Session):
            for certificate in ledger.new(item):
                yield _line(text(CertificateLine(**asdict(certificate))))
            yield ndjson_line(item, REFERRED)
        else:
            yield _line(text(item))
    yield _line(text(tally.line()))


def ndjson_line(session: Session, certificates: Kept[bytes, str] = WHOLE) -> bytes:
    """Write one session, and a line for each of its findings."""
    line = session_json(session, certificates)
    if not session.findings:
        return _line(line)
    return _line("\n".join([line, *findings_json(session)]))


def _line(value: str) -> bytes:
    return f"{value}\n".encode()
