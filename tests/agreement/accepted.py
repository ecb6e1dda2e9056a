"""The committed list of accepted differences: read, and held to what a comparison found, both ways."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from tlsscope.witness.compare import Comparison

LIST = Path(__file__).with_name("accepted.toml")


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A difference that was looked into: `sessions` by their first frame, all of the files where empty.

    `beside` says with whom we differ, where it is not both with tshark at hand and with a truth file.
    """

    files: tuple[str, ...]
    fields: tuple[str, ...]
    reason: str
    sessions: tuple[int, ...] = ()
    beside: str | None = None  # "tshark" or "truth"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    accepted: tuple[Accepted, ...] = ()


@cache
def accepted() -> tuple[Accepted, ...]:
    """Give the whole list."""
    return msgspec.convert(tomllib.loads(LIST.read_text(encoding="utf-8")), _File).accepted


def accepted_in(file: str, beside: str) -> list[Accepted]:
    """Give what is accepted in one capture."""
    return [entry for entry in accepted() if file in entry.files and entry.beside in (None, beside)]


def unaccepted(comparison: Comparison, listed: Iterable[Accepted]) -> list[str]:
    """Name the differences that nobody accepted, and what was accepted but is no longer there."""
    found = {(pair.account.first_frame, one.field) for pair in comparison.pairs for one in pair.unexplained}
    left = set(found)
    complaints = []
    for entry in listed:
        covered = {(frame, field) for frame, field in found if _covers(entry, frame, field)}
        gone = set(entry.fields) - {field for _, field in covered}
        gone_sessions = set(entry.sessions) - {frame for frame, _ in covered}
        if gone or gone_sessions:
            complaints.append(f"accepted, but no longer there: {sorted(gone)} in sessions {sorted(gone_sessions)}")
        left -= covered
    return complaints + [f"not accepted: {field} of the session from frame {frame}" for frame, field in sorted(left)]


def _covers(entry: Accepted, frame: int, field: str) -> bool:
    return field in entry.fields and (not entry.sessions or frame in entry.sessions)
