"""A comparison of our account with tshark's enters; lines for people and a document for programs leave."""

import textwrap
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from tlsscope import tables
from tlsscope.constants import ALERT, CHANGE_CIPHER_SPEC, CLIENT
from tlsscope.witness.account import AlertSaid, Said
from tlsscope.witness.compare import Comparison, Pair
from tlsscope.witness.faults import Difference, Result

from .text import encodable, printable

SCHEMA = "tlsscope-comparison/1"
WIDTH = 100
LONGEST_VALUE = 2_000  # characters of one value
MOST_RANGES = 20
DIGEST = 16  # digits of a digest that are shown
KNOWN_FAULT = "known fault"
COLUMNS = (Result.EQUAL, Result.ONLY_OURS, Result.ONLY_TSHARK, Result.DIFFERENT, KNOWN_FAULT)


class Style(StrEnum):
    """What a line is about, by the names of `look`: each witness has a colour of its own."""

    PLAIN = "plain"
    HEADING = "title"
    OURS = "ours"
    TSHARK = "tshark"
    FAINT = "faint"


class Line(NamedTuple):
    """One line of text, of at most `WIDTH` columns unless a word is longer."""

    style: Style
    text: str


class Packets(msgspec.Struct, frozen=True):
    """Where two captures were compared: which packets are not in both, or not the same, as first and last frames.

    `only_tshark` has the numbers of the capture that tshark read, the others those of the one that we read.
    """

    only_ours: tuple[tuple[int, int], ...] = ()
    only_tshark: tuple[tuple[int, int], ...] = ()
    changed: tuple[tuple[int, int], ...] = ()


class About(msgspec.Struct, frozen=True):
    """What was compared: our capture, the one that tshark read where that is another, and what is to be known."""

    file: str
    tshark: str  # its version
    notes: tuple[str, ...] = ()
    against: str | None = None
    packets: Packets | None = None


class DifferenceDocument(msgspec.Struct):
    """One difference. `ours` and `tshark` are None where that witness said nothing.

    A frame below zero is one that only the capture has which tshark read.
    """

    field: str
    result: str
    ours: str | None
    tshark: str | None
    frames: tuple[int, ...]
    known_fault: str | None


class SessionDocument(msgspec.Struct):
    """One session, with the fields on which both agree by name."""

    client: str
    server: str
    first_frame: int
    seen_by: str  # both | ours | tshark
    equal: tuple[str, ...]
    differences: list[DifferenceDocument]


class ComparisonDocument(msgspec.Struct):
    """A whole comparison of one capture; `counts` by field and result."""

    schema: str
    file: str
    against: str | None
    tshark: str
    unexplained: int
    notes: list[str]
    packets: Packets | None
    counts: dict[str, dict[str, int]]
    sessions: list[SessionDocument]


def document(comparison: Comparison, about: About) -> ComparisonDocument:
    """Make the document for programs."""
    return ComparisonDocument(
        schema=SCHEMA,
        file=encodable(about.file),
        against=None if about.against is None else encodable(about.against),
        tshark=about.tshark,
        unexplained=comparison.unexplained,
        notes=[encodable(note) for note in about.notes],
        packets=about.packets,
        counts=comparison.counts,
        sessions=[_session(pair) for pair in comparison.pairs],
    )


def lines(comparison: Comparison, about: About) -> Iterator[Line]:
    """Write a comparison for people: what is unexplained first, then known faults, then what agrees."""
    unexplained = [pair for pair in comparison.pairs if pair.unexplained]
    explained = [pair for pair in comparison.pairs if pair.differences and not pair.unexplained]
    agreeing = [pair for pair in comparison.pairs if not pair.differences]
    yield from _wrapped(Style.HEADING, "", _heading(about))
    for note in about.notes:
        yield from _wrapped(Style.PLAIN, "note: ", printable(note, LONGEST_VALUE))
    if about.packets is not None:
        yield from _packets(about.packets)
    for title, pairs in (("Differences", unexplained), ("Known faults of tshark", explained)):
        if pairs:
            yield Line(Style.HEADING, f"{title} ({_sessions(len(pairs))})")
            for pair in pairs:
                yield from _pair(pair)
    if agreeing:
        yield Line(Style.HEADING, f"Agreement ({_sessions(len(agreeing))})")
        for pair in agreeing:
            yield Line(Style.FAINT, f"  {_title(pair)}: {len(pair.equal)} fields equal")
    yield from _table(comparison)


def _heading(about: About) -> str:
    if about.against is None:
        return f"{printable(about.file)}: ours beside tshark {about.tshark}"
    return f"ours of {printable(about.file)} beside tshark {about.tshark} of {printable(about.against)}"


def _packets(packets: Packets) -> Iterator[Line]:
    rows = (
        (Style.OURS, "only in ours:     ", packets.only_ours),
        (Style.TSHARK, "only in tshark's: ", packets.only_tshark),
        (Style.PLAIN, "other bytes:      ", packets.changed),
    )
    if not any(found for _, _, found in rows):
        yield Line(Style.FAINT, "Both captures have the same packets")
        return
    yield Line(Style.HEADING, "Packets")
    for style, label, found in rows:
        if found:
            yield from _wrapped(style, f"  {label}", f"frame {_ranges(found)}")


def _ranges(rows: Sequence[tuple[int, int]]) -> str:
    words = [str(first) if first == last else f"{first} to {last}" for first, last in rows[:MOST_RANGES]]
    return ", ".join(words) + (f" and {len(rows) - MOST_RANGES} more" if len(rows) > MOST_RANGES else "")


def _sessions(count: int) -> str:
    return f"{count} session{'' if count == 1 else 's'}"


def _pair(pair: Pair) -> Iterator[Line]:
    yield Line(Style.PLAIN, f"  {_title(pair)}")
    for difference in sorted(pair.differences, key=lambda found: found.fault is not None):
        frames = ", ".join(map(_number, difference.frames[:8])) + (" …" if len(difference.frames) > 8 else "")
        known = f", known fault: {difference.fault.id}" if difference.fault else ""
        where = f"frame {frames}" if difference.frames else "no frame"
        yield Line(Style.PLAIN, f"    {difference.field}: {difference.result}, {where}{known}")
        ours, tshark = _words(difference)
        yield from _wrapped(Style.OURS, "      ours    ", ours or "-")
        yield from _wrapped(Style.TSHARK, "      tshark  ", tshark or "-")
        if difference.fault:
            yield from _wrapped(Style.FAINT, "      why     ", difference.fault.reason)


def _table(comparison: Comparison) -> Iterator[Line]:
    yield Line(Style.HEADING, f"{'field':<22}" + "".join(f"{column:>13}" for column in COLUMNS))
    for field, counts in comparison.counts.items():
        if counts:
            numbers = "".join(f"{counts.get(column) or '-':>13}" for column in COLUMNS)
            yield Line(Style.PLAIN, f"{field:<22}{numbers}")


def _title(pair: Pair) -> str:
    account = pair.account
    version = "" if account.version is None else f"  {tables.version_name(account.version)}"
    return f"{account.client} → {account.server}  frame {_number(account.first_frame)}{version}"


def _number(frame: int) -> str:
    return str(frame) if frame >= 0 else f"{-frame} of tshark's capture"


def _wrapped(style: Style, label: str, text: str) -> Iterator[Line]:
    following = " " * len(label)
    for part in textwrap.wrap(text, WIDTH, initial_indent=label, subsequent_indent=following) or [label]:
        yield Line(style, part)


def _session(pair: Pair) -> SessionDocument:
    account = pair.account
    seen_by = "both" if pair.ours and pair.tshark else "ours" if pair.ours else "tshark"
    return SessionDocument(
        account.client,
        account.server,
        account.first_frame,
        seen_by,
        pair.equal,
        list(map(_found, pair.differences)),
    )


def _found(difference: Difference) -> DifferenceDocument:
    ours, tshark = _words(difference)
    return DifferenceDocument(
        field=difference.field,
        result=difference.result,
        ours=ours,
        tshark=tshark,
        frames=difference.frames,
        known_fault=difference.fault.id if difference.fault else None,
    )


def _words(difference: Difference) -> tuple[str | None, str | None]:
    """Put both values into words, made safe to print."""
    found = (_value(difference.field, value) for value in (difference.ours, difference.tshark))
    ours, tshark = (None if text is None else printable(text, LONGEST_VALUE) for text in found)
    return ours, tshark


def _value(field: str, value: object) -> str | None:
    if value is None or value is False:
        return None
    if field == "session":
        return "a session"
    if isinstance(value, tuple):
        return ", ".join(map(_item, value)) or ("no certificate" if field.endswith("certificates") else None)
    if field == "version" and isinstance(value, int):
        return tables.version_name(value)
    if field == "cipher_suite" and isinstance(value, int):
        return tables.cipher_suite_name(value)
    return "seen" if value is True else str(value)


def _item(item: object) -> str:
    if isinstance(item, Said):
        return f"{_message(item)} of the {_side(item.direction)} (frame {_number(item.frame)})"
    if isinstance(item, AlertSaid):
        name = "an encrypted alert" if item.description < 0 else tables.alert_name(item.description)
        return f"{name} of the {_side(item.direction)} (frame {_number(item.frame)})"
    return f"{str(item)[:DIGEST]}…"


def _message(item: Said) -> str:
    if item.content_type == CHANGE_CIPHER_SPEC:
        return "change_cipher_spec"
    if item.content_type == ALERT:
        return "alert"
    return "an encrypted message" if item.type < 0 else tables.handshake_type_name(item.type)


def _side(direction: int) -> str:
    return "client" if direction == CLIENT else "server"
