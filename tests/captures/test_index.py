"""`captures/index.toml` names every capture and nothing else, keeps to its words, and stays small."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

CAPTURES = Path(__file__).parents[2] / "captures"
INDEX: dict[str, Any] = tomllib.loads((CAPTURES / "index.toml").read_text())
ENTRIES: list[dict[str, Any]] = INDEX["capture"]
LARGEST_SUM = 8_000_000  # bytes of all captures and their key logs

VERSIONS = {"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"}
WORDS: dict[str, set[Any]] = {
    "authentication": {"one-way", "mutual", "anonymous", "psk", "unknown"},
    "client_certificate": {"not-requested", "declined", "presented", "unknown"},
    "outcome": {"established", "failed", "incomplete"},
    "failed_by": {"client", "server", None},
    "resumed": {"session-id", "ticket", "psk", None},
    "certificate_requested": {True, False, None},
    "hello_retry": {True, False},
    "version": {*VERSIONS, None},
    "ip_version": {4, 6},
}
CAPTURE_FIELDS = {"file", "keylog", "server_key", "origin", "note", "derived_from", "session"}
SESSION_FIELDS = {
    *WORDS,
    "server_port",
    "server_certificates",
    "client_certificates",
    "server_name",
    "original",
    "cipher_suite",
    "group",
    "psk",
    "not_visible",
}

every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry["file"]))


def test_every_file_is_in_the_index_and_every_entry_has_its_files() -> None:
    named: set[str] = {
        entry[key] for entry in ENTRIES for key in ("file", "keylog", "server_key") if key in entry
    }
    present: set[str] = {file.name for file in CAPTURES.iterdir() if file.is_file()} - {"index.toml"}
    assert named == present


def test_no_capture_is_named_twice() -> None:
    files = [entry["file"] for entry in ENTRIES]
    assert len(files) == len(set(files))


def test_all_of_them_are_small() -> None:
    assert sum(file.stat().st_size for file in CAPTURES.iterdir() if file.is_file()) < LARGEST_SUM


@every_entry
def test_fields_are_from_the_allowed_words(entry: dict[str, Any]) -> None:
    assert entry.keys() <= CAPTURE_FIELDS
    assert entry["origin"]
    assert entry["session"] or entry["file"] == "odd-midstream.pcap"  # application data alone is no session
    for session in entry["session"]:
        assert session.keys() <= SESSION_FIELDS
        for field, words in WORDS.items():
            assert session.get(field) in words, field
        assert 0 < session["server_port"] < 65536
        assert set(session.get("not_visible", [])) <= SESSION_FIELDS


@every_entry
def test_certificates_are_of_the_test_pki(entry: dict[str, Any]) -> None:
    for session in entry["session"]:
        for name in session["server_certificates"] + session["client_certificates"]:
            assert len(bytes.fromhex(INDEX["certificates"][name])) == 32


@every_entry
def test_the_truth_does_not_contradict_itself(entry: dict[str, Any]) -> None:
    for number, session in enumerate(entry["session"]):
        assert ("resumed" in session) == ("original" in session)
        assert session.get("original", -1) < number
        assert ("failed_by" in session) == (session["outcome"] == "failed")
        if session["authentication"] == "mutual":
            assert session["client_certificate"] == "presented"
        if "resumed" not in session:
            assert bool(session["client_certificates"]) == (session["client_certificate"] == "presented")
            asked = session["client_certificate"] in ("declined", "presented")
            assert asked == bool(session.get("certificate_requested"))


def test_the_matrix_that_was_asked_for_is_there() -> None:
    """Each TLS version with each way to authenticate, both IP versions, and each way to resume."""
    sessions = [session for entry in ENTRIES for session in entry["session"]]
    for version in VERSIONS - {"SSL 3.0"}:
        mine = [session for session in sessions if session.get("version") == version]
        kinds = {(each["authentication"], each["client_certificate"], each["outcome"]) for each in mine}
        assert {
            ("one-way", "not-requested", "established"),
            ("one-way", "declined", "established"),
            ("one-way", "declined", "failed"),
            ("mutual", "presented", "established"),
            ("mutual", "presented", "failed"),
        } <= kinds
        assert any("resumed" in each for each in mine)
        assert {each["ip_version"] for each in mine} == {4, 6}
        assert {len(each["client_certificates"]) for each in mine} >= {0, 1, 3}
    assert {each["resumed"] for each in sessions if "resumed" in each} == {"session-id", "ticket", "psk"}
    assert {each["authentication"] for each in sessions} == WORDS["authentication"]
    assert any(each["hello_retry"] for each in sessions)
