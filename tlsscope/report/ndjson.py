"""NDJSON: items enter, one line of JSON for each leaves at once, and the summary last.

A session may come finished, as `write_inline` or `write_reference` have made it elsewhere.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import asdict

from tlsscope.session.model import Session

from .certificates import Ledger, ders
from .document import CertificateLine, ErrorLine
from .fragments import Kept, text
from .lines import REFERRED, WHOLE, findings_json, session_json
from .summary import Row, Tally
from .written import Written, seen


def inline(items: Iterable[Row], tally: Tally) -> Iterator[bytes]:
    """Write each certificate wherever it stands."""
    for item in tally.watch(items):
        if isinstance(item, Session):
            yield ndjson_line(item)
        else:
            yield item.text if isinstance(item, Written) else _line(text(item))
    yield _line(text(tally.line()))


def reference(items: Iterable[Row], tally: Tally) -> Iterator[bytes]:
    """Write each distinct certificate once, before the first session that refers to it."""
    ledger = Ledger()
    for item in tally.watch(items):
        if isinstance(item, ErrorLine):
            yield _line(text(item))
            continue
        for certificate in ledger.new(item):
            yield _line(text(CertificateLine(**asdict(certificate))))
        yield item.text if isinstance(item, Written) else ndjson_line(item, REFERRED)
    yield _line(text(tally.line()))


def write_inline(session: Session) -> Written:
    """Finish a session's lines."""
    return Written(seen(session), ndjson_line(session))


def write_reference(session: Session) -> Written:
    """Finish a session's lines, which refer to certificates."""
    return Written(seen(session), ndjson_line(session, REFERRED), certificates=list(ders(session)))


def ndjson_line(session: Session, certificates: Kept[bytes, str] = WHOLE) -> bytes:
    """Write one session, and a line for each of its findings."""
    line = session_json(session, certificates)
    if not session.findings:
        return _line(line)
    return _line("\n".join([line, *findings_json(session)]))


def _line(value: str) -> bytes:
    return f"{value}\n".encode()
