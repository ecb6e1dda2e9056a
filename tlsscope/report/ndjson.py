"""NDJSON: items enter, one line of JSON for each leaves at once, and the summary last.

A session may come finished, as `writer` has made it elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import asdict

from tlsscope.session.model import Session

from .certificates import Ledger, ders
from .document import CertificateLine, ErrorLine
from .fragments import text
from .lines import SessionWriter
from .parts import REFERRED, WHOLE
from .summary import Row, Tally
from .written import Written, seen


def inline(items: Iterable[Row], tally: Tally) -> Iterator[bytes]:
    """Write each certificate wherever it stands."""
    write = SessionWriter(WHOLE).line
    for item in tally.watch(items):
        if isinstance(item, Session):
            yield write(item)
        else:
            yield item.text if isinstance(item, Written) else _line(item)
    yield _line(tally.line())


def reference(items: Iterable[Row], tally: Tally) -> Iterator[bytes]:
    """Write each distinct certificate once, before the first session that refers to it."""
    ledger, write = Ledger(), SessionWriter(REFERRED).line
    for item in tally.watch(items):
        if isinstance(item, ErrorLine):
            yield _line(item)
            continue
        for certificate in ledger.new(item):
            yield _line(CertificateLine(**asdict(certificate)))
        yield item.text if isinstance(item, Written) else write(item)
    yield _line(tally.line())


def writer(*, inline: bool) -> Callable[[Session], Written]:
    """Make what finishes a session's lines; certificates stand in them, or are referred to."""
    if inline:
        write = SessionWriter(WHOLE).line
        return lambda session: Written(seen(session), write(session))
    refer = SessionWriter(REFERRED).line
    return lambda session: Written(seen(session), refer(session), certificates=list(ders(session)))


def _line(value: object) -> bytes:
    return text(value) + b"\n"
