"""How often each field was equal, and how often not: comparisons enter, a table leaves."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tlsscope.witness.faults import Result

from .compared import Compared

KNOWN_FAULT = "known fault"
COLUMNS = (Result.EQUAL, Result.ONLY_OURS, Result.ONLY_TSHARK, Result.DIFFERENT, KNOWN_FAULT)
WORDS = ("equal", "only ours", "only theirs", "different", KNOWN_FAULT)


class Counts:
    """What was compared, by group of captures."""

    def __init__(self) -> None:
        self._captures: Counter[str] = Counter()
        self._fields: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self._left_out: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, group: str, compared: Compared) -> None:
        """Count one capture."""
        self._captures[group] += 1
        self._left_out[group] += compared.left_out
        for field, counts in compared.comparison.counts.items():
            self._fields[group][field].update(counts)

    def lines(self) -> Iterator[str]:
        """Write a table for each group, in Markdown."""
        for group, fields in self._fields.items():
            yield f"### {group}: {self._captures[group]} captures"
            yield ""
            yield f"| field | {' | '.join(WORDS)} |"
            yield "|---|" + "---:|" * len(WORDS)
            for field, counts in fields.items():
                if counts:
                    yield f"| {field} | {' | '.join(str(counts[column]) for column in COLUMNS)} |"
            yield ""
            for reason, count in sorted(self._left_out[group].items()):
                yield f"Left out: {count} sessions, {reason}."
            yield ""
