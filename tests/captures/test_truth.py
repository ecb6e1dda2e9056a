"""Every capture gives the truth that its index holds, which was written from the configuration of both ends.

With the keys that belong to a capture every answer must be exact. Without them a TLS 1.3 session hides its second half:
there an answer may be right or "unknown", but never wrong. So it is with what `odd.py` hid, keys or not.
"""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tlsscope.constants import CLIENT, TLS_1_3
from tlsscope.pipeline import InputFailure, Options, Scan
from tlsscope.report.compose import document
from tlsscope.session.model import Session

CAPTURES = Path(__file__).parents[2] / "captures"
INDEX: dict[str, Any] = tomllib.loads((CAPTURES / "index.toml").read_text(encoding="utf-8"))
ENTRIES: list[dict[str, Any]] = INDEX["capture"]
DIGESTS: dict[str, str] = INDEX["certificates"]

WITH_KEYS = [entry for entry in ENTRIES if "keylog" in entry or any("psk" in each for each in entry["session"])]
WITHOUT_KEYS = [entry for entry in ENTRIES if entry.get("keylog") != entry["file"]]

# What TLS 1.3 encrypts, and with it the answers that then rest on sizes.
ENCRYPTED = {
    "authentication", "client_certificate", "server_certificates", "client_certificates", "certificate_requested",
    "outcome", "failed_by", "original",
}  # fmt: skip
# What a renegotiation encrypts in TLS 1.2: its verdict rests on sizes, its certificates cannot be read.
ENCRYPTED_BY_RENEGOTIATION = {"authentication", "client_certificate", "client_certificates", "certificate_requested"}
UNKNOWN: dict[str, Any] = {
    "authentication": "unknown",
    "client_certificate": "unknown",
    "server_certificates": [],
    "client_certificates": [],
    "outcome": "incomplete",
}  # any other field: None


def sessions(entry: dict[str, Any], options: Options) -> list[Session]:
    """Scan a capture; its sessions in order of start, as the index has them."""
    found: list[Session] = []
    for one in Scan([str(CAPTURES / entry["file"])], options):
        if isinstance(one, InputFailure):
            pytest.fail(f"{one.source}: {one.message}")
        found.append(one)
    return sorted(found, key=lambda session: session.first_frame)


def keys(entry: dict[str, Any]) -> Options:
    """All the keys that lie beside a capture; those inside it are found without being told."""
    beside = entry.get("keylog", entry["file"])
    return Options(
        keylogs=() if beside == entry["file"] else (str(CAPTURES / beside),),
        server_keys=(str(CAPTURES / entry["server_key"]),) if "server_key" in entry else (),
        psks=tuple({bytes.fromhex(session["psk"]) for session in entry["session"] if "psk" in session}),
    )


def truth(session: dict[str, Any]) -> dict[str, Any]:
    """What must be said of a session, field by field."""
    optional = ("version", "failed_by", "resumed", "original", "server_name", "certificate_requested")
    told = {field: session.get(field) for field in optional}
    told |= {field: session[field] for field in session if field not in {"not_visible", "psk"}}
    for side in ("server_certificates", "client_certificates"):
        told[side] = [DIGESTS[name] for name in session[side]]
    return told


def said(session: Session, ids: list[str]) -> dict[str, Any]:
    """What we say of a session, in the index's words."""
    report = document(session)
    assert session.authentication is not None
    assert session.outcome is not None
    accepted = session.resumption if session.resumption and session.resumption.accepted else None
    by = session.outcome.by
    group = report.key_exchange.group if report.key_exchange else None
    return {
        "server_port": report.server.port,
        "ip_version": 6 if ":" in report.server.ip else 4,
        "version": report.version,
        "authentication": session.authentication.mode.value,
        "client_certificate": session.authentication.client_certificate.value,
        "certificate_requested": session.authentication.requested,
        "outcome": session.outcome.state.value,
        "failed_by": None if by is None else ("client" if by == CLIENT else "server"),
        "server_certificates": [hashlib.sha256(der).hexdigest() for der in session.server_certificates or ()],
        "client_certificates": [hashlib.sha256(der).hexdigest() for der in session.client_certificates or ()],
        "server_name": report.server_name,
        "hello_retry": session.retry is not None,
        "resumed": accepted and accepted.kind.value,
        "original": accepted and accepted.original and ids.index(accepted.original),
        "cipher_suite": report.cipher_suite.name if report.cipher_suite else None,
        "group": group.name if group else None,
    }


def hold(entry: dict[str, Any], options: Options, encrypted: set[str]) -> None:
    """Fail with a line for every wrong answer, and nothing else."""
    lines = wrong(entry, options, encrypted)
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def wrong(entry: dict[str, Any], options: Options, encrypted: set[str]) -> list[str]:
    """Every field about which we say something else than the truth, in a line for people."""
    found = sessions(entry, options)
    if len(found) != len(entry["session"]):
        return [f"{len(found)} sessions instead of {len(entry['session'])}"]
    ids = [session.id for session in found]
    lines: list[str] = []
    for number, (session, expected) in enumerate(zip(found, entry["session"], strict=True)):
        hidden = set(expected.get("not_visible", ()))
        if expected.get("version") == "TLS 1.3" or "renegotiated" in entry["file"]:
            hidden |= encrypted
        ours = said(session, ids)
        for field, right in truth(expected).items():
            allowed = [right, UNKNOWN.get(field)] if field in hidden else [right]
            if ours[field] not in allowed:
                lines.append(f"session {number}, {field}: {ours[field]!r}, but the truth is {right!r}")
    return lines


@pytest.mark.parametrize("entry", WITH_KEYS, ids=lambda entry: str(entry["file"]))
def test_with_its_keys_every_answer_is_exact(entry: dict[str, Any]) -> None:
    hold(entry, keys(entry), set())


@pytest.mark.parametrize("entry", WITHOUT_KEYS, ids=lambda entry: str(entry["file"]))
def test_without_keys_no_answer_is_wrong(entry: dict[str, Any]) -> None:
    hold(entry, Options(), ENCRYPTED_BY_RENEGOTIATION if "renegotiated" in entry["file"] else ENCRYPTED)


def test_without_keys_most_of_tls_1_3_has_an_answer() -> None:
    """Saying "unknown" always would never be wrong either."""
    modes = [
        session.authentication.mode.value
        for entry in WITHOUT_KEYS
        for session in sessions(entry, Options())
        if session.version == TLS_1_3 and session.authentication
    ]
    assert len(modes) > 50
    assert modes.count("unknown") < len(modes) / 3
