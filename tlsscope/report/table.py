"""The table: items enter, one line of text for each session leaves; and the summary in lines for people.

Lines leave as the sessions come. A session may come finished, as a `writer` has made it elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator

from tlsscope import tables
from tlsscope.session.model import Basis, ClientCertificate, Session

from .compose import document
from .document import SessionDocument, SummaryLine
from .grid import Column, Grid
from .identity import endpoint, identity
from .look import Look
from .summary import Row, Tally
from .text import fitted
from .written import Written, seen

_BASES = {Basis.OBSERVED: "obs", Basis.DECRYPTED: "dec", Basis.INHERITED: "inh"}
SHORTEST_CLIENT = 8
_SIGNS = {"established": "✓", "failed": "✗", "incomplete": "…"}


def rows(items: Iterable[Row], tally: Tally, look: Look) -> Iterator[str]:
    """Write the head, and a line for each session."""
    grid = Grid(COLUMNS, look)
    yield grid.head()
    for item in tally.watch(items):
        if isinstance(item, Session):
            yield grid.row(document(item))
        elif isinstance(item, Written):
            yield item.text.decode()


def writer(look: Look) -> Callable[[Session], Written]:
    """Make what writes single lines."""
    grid = Grid(COLUMNS, look)
    return lambda session: Written(seen(session), grid.row(document(session)).encode())


def summary(line: SummaryLine, look: Look) -> Iterator[str]:
    """Sum up for people."""
    inputs = _count(line.inputs, "input") + (f" ({line.errors} could not be read)" if line.errors else "")
    copies = f" ({_count(line.duplicates, 'duplicate')} dropped)" if line.duplicates else ""
    head = f"{_count(line.sessions, 'session')} from {inputs}: {_count(line.packets, 'packet')}{copies}"
    yield look.paint(head, "title")
    for name in ("modes", "versions", "outcomes", "anomalies", "findings", "bounds"):
        counts: dict[str, int] = getattr(line, name)
        if counts:
            shown = ", ".join(f"{look.safe(word)} {count:,}" for word, count in counts.items())
            yield f"  {name:<10}{shown}"
    for one in line.captures:
        where = "" if one.frame is None else f", frame {one.frame}"
        yield f"  {look.safe(one.source)}{where}: {look.safe(one.text)} ({one.kind})"
    if line.inference is not None:
        told = line.inference
        silent = f", silent about {told.silent:,}" if told.silent else ""
        yield f"  {'inference':<10}agreed with decryption in {told.agreed:,} of {told.compared:,} sessions{silent}"
    if line.unused_key_lines:
        unused = ", ".join(f"{look.safe(why)} {count:,}" for why, count in line.unused_key_lines.items())
        yield f"  {'key lines':<10}not used: {unused}"


def _id(told: SessionDocument, width: int) -> tuple[str, str]:
    return told.id[:width], "faint"


def _time(told: SessionDocument, _width: int) -> tuple[str, str]:
    return told.start[11:19], "faint"


def _precise_time(told: SessionDocument, _width: int) -> tuple[str, str]:
    return told.start[11:].removesuffix("Z")[:15], "faint"


def _peers(told: SessionDocument, width: int) -> tuple[str, str]:
    return _pair(told.client.ip, endpoint(told.server), width), ""


def _peers_with_ports(told: SessionDocument, width: int) -> tuple[str, str]:
    return _pair(endpoint(told.client), endpoint(told.server), width), ""


def _pair(client: str, server: str, width: int) -> str:
    """Shorten the client first: the server says more."""
    room = max(width - len(server) - 3, SHORTEST_CLIENT)
    return f"{client if len(client) <= room else fitted(client, room)} → {server}"


def _server_name(told: SessionDocument, _width: int) -> tuple[str, str]:
    return told.server_name or "", ""


def _version(told: SessionDocument, _width: int) -> tuple[str, str]:
    return told.version or "?", ""


def _short_version(told: SessionDocument, width: int) -> tuple[str, str]:
    return _version(told, width)[0].removeprefix("TLS ").replace("DTLS ", "D"), ""


def _suite(told: SessionDocument, _width: int) -> tuple[str, str]:
    if told.cipher_suite is None:
        return "", ""
    known = tables.cipher_suite(int(told.cipher_suite.code, 16))
    if known is None:
        return told.cipher_suite.name, ""
    exchange = "" if known.key_exchange == "TLS13" else f"{known.key_exchange} "
    return f"{exchange}{known.cipher}", ""


def _verdict(told: SessionDocument, _width: int) -> tuple[str, str]:
    verdict = told.authentication
    if verdict is None:
        return "unknown", "unknown"
    basis = "" if verdict.basis is None else f" {verdict.basis}"
    sure = f" {verdict.confidence:.2f}" if verdict.basis is Basis.INFERRED else ""
    return f"{verdict.mode}{basis}{sure}", verdict.mode.value


def _short_verdict(told: SessionDocument, width: int) -> tuple[str, str]:
    verdict = told.authentication
    if verdict is None or verdict.basis is None:
        return _verdict(told, width)
    mark = _BASES.get(verdict.basis) or f"{verdict.confidence:.2f}".removeprefix("0")
    return f"{verdict.mode} {mark}", verdict.mode.value


def _client(told: SessionDocument, _width: int) -> tuple[str, str]:
    if told.client_certificates:
        return identity(told.client_certificates[0]), ""
    verdict = told.authentication
    if verdict is None or verdict.client_certificate is not ClientCertificate.PRESENTED:
        return ("(declined)" if verdict and verdict.client_certificate == "declined" else ""), "faint"
    return f"({told.not_visible.get('client_certificates', 'resumed')})", "faint"


def _sign(told: SessionDocument, _width: int) -> tuple[str, str]:
    return (_SIGNS[told.outcome.state], told.outcome.state.value) if told.outcome else ("", "")


def _outcome(told: SessionDocument, _width: int) -> tuple[str, str]:
    outcome = told.outcome
    if outcome is None:
        return "", ""
    reason = f": {outcome.reason}" if outcome.reason else ""
    return f"{outcome.state}{reason}", outcome.state.value


def _count(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


_NARROW, _MIDDLE, _WIDE, _ANY = range(120), range(100, 120), range(120, 1000), range(1000)
_UNSAID, _WIDEST = range(160), range(160, 1000)  # the outcome as a sign, or in words
COLUMNS = (
    Column("id", 8, 8, 0, _id, _ANY),
    Column("time", 8, 8, 0, _time, _MIDDLE),
    Column("time", 15, 15, 0, _precise_time, _WIDE),
    Column("client → server", 26, 70, 2, _peers, _NARROW),
    Column("client → server", 30, 95, 2, _peers_with_ports, _WIDE),
    Column("server name", 12, 60, 2, _server_name, _ANY),
    Column("ver", 3, 3, 0, _short_version, _NARROW),
    Column("version", 7, 8, 1, _version, _WIDE),
    Column("suite", 11, 34, 2, _suite, _WIDEST),
    Column("verdict", 13, 13, 0, _short_verdict, _NARROW),
    Column("verdict", 21, 21, 0, _verdict, _WIDE),
    Column("client", 11, 60, 3, _client, _ANY),
    Column("", 1, 1, 0, _sign, _UNSAID),
    Column("outcome", 11, 60, 1, _outcome, _WIDEST),
)
