"""`captures/index.toml`: entries go in and are merged by file name; the file comes out in one fixed order."""

import json
import tomllib
from dataclasses import fields
from pathlib import Path

from model import Session

CAPTURES = Path(__file__).parent.parent
INDEX = CAPTURES / "index.toml"
HEADER = """# Every capture here: where it comes from, and what is true of it.
#
# The truth was written by hand from the configuration of both ends, in `make/scenarios/` and `make/odd.py`.
# Measured are only the ports and the digests of the test PKI. `make/README.md` says what the fields mean.
"""

Entry = dict[str, object]


def read_entries() -> dict[str, Entry]:
    """The entries so far, by file name."""
    if not INDEX.exists():
        return {}
    return {entry["file"]: entry for entry in tomllib.loads(INDEX.read_text())["capture"]}


def read_digests() -> dict[str, str]:
    """The digests of the PKI that the entries so far were recorded with."""
    if not INDEX.exists():
        return {}
    return dict(tomllib.loads(INDEX.read_text())["certificates"])


def write_index(entries: dict[str, Entry], digests: dict[str, str]) -> None:
    """Write all of it anew, sorted by file name."""
    lines = [HEADER, "[certificates]"]
    lines += [f"{name} = {_value(digest)}" for name, digest in digests.items()]
    for name in sorted(entries):
        entry = dict(entries[name])
        sessions = entry.pop("session")
        lines += ["", "[[capture]]", *_assignments(entry), *([] if sessions else ["session = []"])]
        for session in sessions:
            lines += ["", "[[capture.session]]", *_assignments(session)]
    INDEX.write_text("\n".join(lines) + "\n")


def session_entry(session: Session, port: int, ip_version: int) -> Entry:
    """One `[[capture.session]]`: the hand-written truth and the measured port."""
    entry: Entry = {"server_port": port, "ip_version": ip_version}
    for field in fields(session):
        value = getattr(session, field.name)
        if value is not None:
            entry[field.name] = list(value) if isinstance(value, tuple) else value
    return entry


def _assignments(entry: Entry) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in entry.items()]


def _value(value: object) -> str:
    # TOML's basic strings, integers, booleans and arrays of strings are written as JSON writes them.
    return json.dumps(value, ensure_ascii=True)
