"""The run in counts: sessions and errors enter one by one, the summary line leaves at the end."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from tlsscope import tables
from tlsscope.session.model import Session

from .document import CaptureAnomaly, ErrorLine, Inference, SummaryLine
from .written import Seen, Written, seen

Item = Session | ErrorLine  # what a run yields: a session, or an input that could not be read
Row = Item | Written  # what a format takes: sessions may come finished
K = TypeVar("K")
R = TypeVar("R", bound=Row)


class Totals(msgspec.Struct):
    """What only the capture's reader can count.

    `bounds` are tables of ours that were full, and how often; `anomalies` those of frames, by kind.
    """

    inputs: int = 0
    packets: int = 0
    duplicates: int = 0
    bytes: int = 0
    connections: int = 0
    bounds: dict[str, int] = msgspec.field(default_factory=dict)
    anomalies: dict[str, int] = msgspec.field(default_factory=dict)
    captures: tuple[CaptureAnomaly, ...] = ()
    unused_key_lines: dict[str, int] = msgspec.field(default_factory=dict)
    inference: Inference | None = None


class Counts(msgspec.Struct):
    """What the tally counts."""

    sessions: int = 0
    errors: int = 0
    modes: dict[str, int] = msgspec.field(default_factory=dict)
    versions: dict[int | None, int] = msgspec.field(default_factory=dict)
    outcomes: dict[str, int] = msgspec.field(default_factory=dict)
    anomalies: dict[str, int] = msgspec.field(default_factory=dict)
    findings: dict[str, int] = msgspec.field(default_factory=dict)


class Tally:
    """Counts what passes through `watch`; `line`, asked when all has passed, asks for the totals."""

    def __init__(self, totals: Callable[[], Totals]) -> None:
        self._totals = totals
        self.counts = Counts()

    def go_on(self, counts: Counts) -> None:
        """Count on, in `counts`, from what an earlier run has counted."""
        self.counts = counts

    @property
    def errors(self) -> int:
        """Count the inputs that could not be read."""
        return self.counts.errors

    def watch(self, items: Iterable[R]) -> Iterator[R]:
        """Count each item and pass it on."""
        for item in items:
            if isinstance(item, Session):
                self._count(seen(item))
            elif isinstance(item, Written):
                self._count(item.seen)
            else:
                self.counts.errors += 1
            yield item

    def line(self) -> SummaryLine:
        """Sum up."""
        totals, counts = self._totals(), self.counts
        whole = Counter(one.kind for one in totals.captures)
        return SummaryLine(
            inputs=totals.inputs,
            errors=counts.errors,
            packets=totals.packets,
            bytes=totals.bytes,
            connections=totals.connections,
            sessions=counts.sessions,
            modes=_ordered(counts.modes),
            versions=_ordered(Counter({_version(code): count for code, count in counts.versions.items()})),
            outcomes=_ordered(counts.outcomes),
            anomalies=_ordered(Counter(counts.anomalies) + Counter(totals.anomalies) + whole),
            findings=_ordered(counts.findings),
            bounds=dict(sorted(totals.bounds.items())),
            captures=totals.captures,
            unused_key_lines=dict(sorted(totals.unused_key_lines.items())),
            inference=totals.inference,
            duplicates=totals.duplicates,
        )

    def _count(self, one: Seen) -> None:
        counts = self.counts
        counts.sessions += 1
        _add(counts.versions, one.version)
        if one.mode is not None:
            _add(counts.modes, one.mode)
        if one.outcome is not None:
            _add(counts.outcomes, one.outcome)
        for kind in one.anomalies:
            _add(counts.anomalies, kind)
        for rule in one.findings:
            _add(counts.findings, rule)


def _add(counts: dict[K, int], what: K) -> None:
    counts[what] = counts.get(what, 0) + 1


def _version(code: int | None) -> str:
    return "not seen" if code is None else tables.version_name(code)


def _ordered(counts: dict[str, int]) -> dict[str, int]:
    """Most frequent first, then by name, so that the same traffic gives the same bytes."""
    return {str(name): count for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))}
