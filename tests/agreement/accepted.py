"""The committed list of accepted differences: read, and held to what a comparison found, both ways."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tlsscope.witness.compare import Comparison

LIST = Path(__file__).with_name("accepted.toml")


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A difference that is not ours to mend: `sessions` by their first frame, all of the file where empty."""

    file: str
    fields: tuple[str, ...]
    reason: str
    sessions: tuple[int, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    accepted: tuple[Accepted, ...] = ()


def accepted_in(file: str) -> list[Accepted]:
    """Give what is accepted in one capture."""
    listed = msgspec.convert(tomllib.loads(LIST.read_text(encoding="utf-8")), _File).accepted
    return [entry for entry in listed if entry.file == file]


def unaccepted(comparison: Comparison, accepted: Iterable[Accepted]) -> list[str]:
    """Name the differences that nobody accepted, and what was accepted but is no longer there."""
    found = {(pair.account.first_frame, one.field) for pair in comparison.pairs for one in pair.unexplained}
    left = set(found)
    complaints = []
    for entry in accepted:
        covered = {(frame, field) for frame, field in found if _covers(entry, frame, field)}
        gone = set(entry.fields) - {field for _, field in covered}
        gone_sessions = set(entry.sessions) - {frame for frame, _ in covered}
        if gone or gone_sessions:
            complaints.append(
                f"accepted, but no longer there: {sorted(gone)} in sessions {sorted(gone_sessions)}"
            )
        left -= covered
    return complaints + [
        f"not accepted: {field} of the session from frame {frame}" for frame, field in sorted(left)
    ]


def _covers(entry: Accepted, frame: int, field: str) -> bool:
    return field in entry.fields and (not entry.sessions or frame in entry.sessions)
