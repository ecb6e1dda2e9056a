"""How good inference proved: trials enter; tables for people, Markdown and a document for programs leave."""

from collections.abc import Iterable, Iterator

import msgspec

from tlsscope.judge.calibration import Result, Trials, leave_out, measurements, rows, totals
from tlsscope.judge.confidence import ARGUMENTS, CEILINGS, Measured

from .document import tool
from .grid import Column, Grid
from .look import Look
from .text import harmless_json

SCHEMA = "tlsscope-calibration/1"


class RuleLine(msgspec.Struct, frozen=True):
    """A rule by what it claims itself, wherever it was a ground; `bound` is what so many trials assure with 95 %."""

    rule: str
    right: int
    wrong: int
    bound: float
    ceiling: float


class StackLine(msgspec.Struct, frozen=True):
    """Verdicts of one rule about one client stack that did one thing."""

    rule: str
    stack: str
    truth: str
    right: int
    wrong: int
    no_answer: int


class LeftOutLine(msgspec.Struct, frozen=True):
    """One stack's sessions, judged with confidences from all other stacks."""

    stack: str
    right: int
    wrong: int
    no_answer: int
    bold: int
    bold_errors: int


class CalibrationDocument(msgspec.Struct, frozen=True):
    """The whole trial."""

    schema: str
    tool: str
    captures: int
    sessions: int
    totals: dict[str, int]
    rules: tuple[RuleLine, ...]
    stacks: tuple[StackLine, ...]
    left_out: tuple[LeftOutLine, ...]
    bold_errors: tuple[str, ...]


def document(trials: Trials, captures: int) -> CalibrationDocument:
    """Put the trial into the report's words."""
    return CalibrationDocument(
        schema=SCHEMA,
        tool=tool(),
        captures=captures,
        sessions=trials.sessions,
        totals={result.value: count for result, count in totals(trials).items()},
        rules=tuple(_rule(name, one) for name, one in measurements(trials).rules.items()),
        stacks=tuple(StackLine(*row) for row in rows(trials)),
        left_out=tuple(LeftOutLine(*one) for one in leave_out(trials)),
        bold_errors=trials.bold_errors,
    )


def json(trials: Trials, captures: int) -> bytes:
    """Write one object."""
    return harmless_json(msgspec.json.encode(document(trials, captures))) + b"\n"


def counts(trials: Trials) -> Iterator[bytes]:
    """Write what was counted so that it can be added up and measured again: JSON, a row of the count on each line."""
    yield b'{"sessions": %d,' % trials.sessions
    yield b'\n"bold_errors": ' + harmless_json(msgspec.json.encode(trials.bold_errors))
    for name, counted in ((b"verdicts", trials.verdicts), (b"grounds", trials.grounds)):
        lines = [harmless_json(msgspec.json.encode(one)) for one in counted]
        yield b',\n"%s": [\n%s\n]' % (name, b",\n".join(lines))
    yield b"}\n"


def tables(trials: Trials, captures: int, look: Look) -> Iterator[str]:
    """Write the trial for people: by rule, then by rule, stack and what the client did."""
    told = document(trials, captures)
    yield look.paint(headline(told), "title")
    yield ""
    yield from _grid(RULES, told.rules, look)
    yield ""
    yield from _grid(STACKS, told.stacks, look)
    yield from (look.safe(f"wrong with a confidence of 0.95 or more: {source}") for source in told.bold_errors)


def left_out(trials: Trials, look: Look) -> Iterator[str]:
    """Write how each stack fared under confidences that were measured without it."""
    yield look.paint("each stack by confidences from sessions without it, at either end", "title")
    yield from _grid(LEFT_OUT, (LeftOutLine(*one) for one in leave_out(trials)), look)


def headline(told: CalibrationDocument) -> str:
    """Sum up in one line."""
    right, wrong, silent = (told.totals[result.value] for result in Result)
    return (
        f"{told.sessions:,} decrypted sessions of {told.captures:,} captures, judged by sizes alone: "
        f"{right:,} right, {wrong:,} wrong, {silent:,} without an answer"
    )


def markdown(trials: Trials, captures: int) -> Iterator[str]:
    """Write the same tables as Markdown."""
    told = document(trials, captures)
    yield f"{headline(told)}."
    yield from _markdown("By rule, each by what it claims itself", RULES, told.rules)
    yield from _markdown("By deciding rule, the client's stack and what it did", STACKS, told.stacks)
    yield from _markdown("Each stack by confidences from sessions without it", LEFT_OUT, told.left_out)


def _rule(name: str, one: Measured) -> RuleLine:
    members = [rule for rule in CEILINGS if ARGUMENTS.get(rule, rule) == name]
    return RuleLine(name, one.right, one.wrong, one.confidence, max(CEILINGS[rule] for rule in members))


def _grid(columns: tuple[Column, ...], lines: Iterable[msgspec.Struct], look: Look) -> Iterator[str]:  # type: ignore[type-arg]
    grid = Grid(columns, look)
    yield grid.head()
    yield from map(grid.row, lines)


def _markdown(title: str, columns: tuple[Column, ...], lines: Iterable[msgspec.Struct]) -> Iterator[str]:  # type: ignore[type-arg]
    yield from ("", f"## {title}", "")
    yield "| " + " | ".join(column.title for column in columns) + " |"
    yield "|" + " --- |" * len(columns)
    for line in lines:
        yield "| " + " | ".join(column.cell(line, 0)[0] for column in columns) + " |"


def _text(name: str, title: str, least: int, most: int) -> Column[msgspec.Struct]:
    return Column(title, least, most, 1, lambda line, _: (getattr(line, name), ""), range(1000))


def _number(name: str, title: str) -> Column[msgspec.Struct]:
    width = max(len(title), 6)
    return Column(title, width, width, 0, lambda line, _: (_figure(getattr(line, name)), ""), range(1000))


def _figure(value: float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else f"{value:,}"


_COUNTS = (_number("right", "right"), _number("wrong", "wrong"))
_SILENT = _number("no_answer", "silent")
RULES = (_text("rule", "rule", 24, 40), *_COUNTS, _number("bound", "bound"), _number("ceiling", "ceiling"))
STACKS = (
    _text("rule", "deciding rule", 24, 40),
    _text("stack", "client", 8, 24),
    _text("truth", "the client", 13, 13),
    *_COUNTS,
    _SILENT,
)
LEFT_OUT = (
    _text("stack", "stack left out", 14, 24),
    *_COUNTS,
    _SILENT,
    _number("bold", "bold"),
    _number("bold_errors", "bold errors"),
)
