"""Real captures with their keys: every session that has usable keys opens, to the Finished of both sides.

Truth: `captures/index.toml`, by configuration; beside the checkout the lab's answers. Certificates, requests and
verdicts of our own captures are held to the truth in `tests/captures`; here it is what decryption proves by itself.
"""

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tlsscope.anomalies import Kind
from tlsscope.constants import APPLICATION_DATA, CLIENT, ENCRYPTED, HANDSHAKE, SERVER, TLS_1_3
from tlsscope.pipeline import Options, Scan
from tlsscope.pipeline.calibrating import key_logs_beside
from tlsscope.session.model import Basis, ClientCertificate, Mode, Session, State
from tlsscope.tables import cipher_suite_name

CAPTURES = Path(__file__).parents[2] / "captures"
SHARED = Path(__file__).parents[3] / "shared"
LAB, CORPUS = SHARED / "lab", SHARED / "corpus" / "captures"
INDEX: dict[str, Any] = tomllib.loads((CAPTURES / "index.toml").read_text(encoding="utf-8"))
FAILURES = (Kind.DECRYPTION_FAILED, Kind.FINISHED_MISMATCH)

without_lab = pytest.mark.skipif(not LAB.exists(), reason="the shared lab captures are not beside the checkout")
without_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the public captures are not beside the checkout")


def sessions(capture: Path, options: Options | None = None) -> list[Session]:
    chosen = options or Options(keylogs=key_logs_beside(capture))
    return [one for one in Scan([str(capture)], chosen) if isinstance(one, Session)]


def has_keys(session: Session, logged: bytes) -> bool:
    hello = session.client_hello
    return hello is not None and hello.random.hex().encode() in logged


def with_keys(folder: Path) -> Iterator[tuple[Path, Session]]:
    """Give each session whose client random is in the key log beside its capture."""
    for capture in sorted(folder.rglob("*.pcap*")):
        logs = key_logs_beside(capture)
        logged = b"".join(Path(log).read_bytes() for log in logs).lower()
        yield from ((capture, one) for one in (sessions(capture) if logs else []) if has_keys(one, logged))


def faults(session: Session) -> list[str]:
    """Say all that did not open or does not fit."""
    found = [one.text for one in session.anomalies if one.kind in FAILURES]
    if False in session.finished_verified:
        found.append("a Finished does not verify")
    if session.outcome is not None and session.outcome.state is State.ESTABLISHED:
        found += ["a Finished was not read"] if None in session.finished_verified else []
    still_sealed = {
        one.content_type for one in session.messages if one.protection == ENCRYPTED and one.content_type == HANDSHAKE
    }
    return found + [f"a sealed record of type {one}" for one in still_sealed]


def test_all_of_ours_open() -> None:
    checked = list(with_keys(CAPTURES))
    # What `odd.py` made has no keys of its own beside it; gaps are in `tests/captures`.
    assert [(capture.name, faults(session)) for capture, session in checked if faults(session)] == []
    assert len(checked) > 140
    versions = Counter(session.version for _, session in checked)
    assert len(versions) == 4
    assert versions[TLS_1_3] > 60


ONE_WAY, MUTUAL = Mode.ONE_WAY, Mode.MUTUAL
SPECIAL = [
    # capture, what is special about it: mode of its last session, handshake types that decryption must show
    ("tls13-retry-mutual--go--gnutls", MUTUAL, {(CLIENT, 11), (CLIENT, 15)}),
    ("tls13-post-handshake--python--openssl", MUTUAL, {(SERVER, 13), (CLIENT, 11), (CLIENT, 15)}),
    ("tls13-large-chain-mutual--gnutls--openssl", MUTUAL, {(CLIENT, 11)}),
    ("tls13-padded-mutual--openssl--openssl", MUTUAL, {(CLIENT, 11), (CLIENT, 15), (CLIENT, 20)}),
    ("tls12-renegotiated-mutual--nss--openssl", MUTUAL, {(SERVER, 13), (CLIENT, 11), (CLIENT, 15)}),
    ("tls13-early-data--gnutls--gnutls", ONE_WAY, {(CLIENT, 5), (CLIENT, 20)}),
]


@pytest.mark.parametrize(("name", "mode", "shown"), SPECIAL, ids=[row[0] for row in SPECIAL])
def test_what_is_special(name: str, mode: Mode, shown: set[tuple[int, int]]) -> None:
    session = sessions(CAPTURES / f"{name}.pcap")[-1]
    assert session.authentication is not None
    assert session.authentication.mode is mode
    decrypted = {(one.direction, one.type) for one in session.messages if one.content_type == HANDSHAKE}
    assert shown <= decrypted
    assert session.finished_verified == (True, True)


def test_a_servers_rsa_key_is_enough_where_it_made_the_secret() -> None:
    capture = CAPTURES / "tls12-rsa-kx--openssl--gnutls.pcap"
    [session] = sessions(capture, Options(server_keys=(str(capture.with_suffix(".key")),)))
    assert (session.finished_verified, faults(session)) == ((True, True), [])


def test_a_servers_rsa_key_opens_nothing_that_is_forward_secret() -> None:
    key = CAPTURES / "tls12-rsa-kx--openssl--gnutls.key"
    [session] = sessions(CAPTURES / "tls12-mutual--openssl--openssl.pcap", Options(server_keys=(str(key),)))
    assert (session.finished_verified, session.anomalies) == ((None, None), [])


def psk_entry(name: str) -> tuple[Path, bytes]:
    entry = next(one for one in INDEX["capture"] if one["file"].startswith(name))
    return CAPTURES / entry["file"], bytes.fromhex(entry["session"][0]["psk"])


def test_an_external_key_alone_opens_psk_ke() -> None:
    capture, key = psk_entry("tls13-external-psk-only--")
    [session] = sessions(capture, Options(psks=(b"another", key)))
    assert (session.finished_verified, faults(session)) == ((True, True), [])


def test_a_wrong_external_key_opens_nothing() -> None:
    capture, _ = psk_entry("tls13-external-psk-only--")
    [session] = sessions(capture, Options(psks=(b"another",)))
    assert (session.finished_verified, session.anomalies) == ((None, None), [])


def test_an_external_key_opens_tls_12() -> None:
    capture, key = psk_entry("tls12-psk--")
    [session] = sessions(capture, Options(psks=(key,)))
    assert (session.finished_verified, faults(session)) == ((True, True), [])


# The client's compressed Certificate, which its server refused, is missing in the lab's answers.
NOT_IN_THE_LABS_ANSWERS = {"compress-zlib-mutual-rsa4096--gnutls--tlslite"}


def lab_truth(capture: Path) -> dict[str, dict[str, Any]]:
    told = json.loads(capture.with_suffix(".json").read_text(encoding="utf-8"))["sessions"]
    return {one["client"]: one for one in told if one["transport"] == "tcp" and one["truth_source"] == "keylog"}


@without_lab
def test_all_of_the_lab_open() -> None:
    checked = list(with_keys(LAB))
    closed = {capture.stem: faults(session) for capture, session in checked if faults(session)}
    # Their key logs have the first handshake only.
    unknown = "the secret of the renegotiation is not among the keys"
    assert closed == {
        f"renego-location-{what}--apache--{client}": [unknown, unknown, "a sealed record of type 22"]
        for what, client in (
            ("mutual-rsa2048", "curl"), ("mutual-rsa2048", "gnutls"), ("mutual-rsa2048", "openssl"),
            ("no-cert", "curl"), ("no-cert", "gnutls"),
        )
    }  # fmt: skip
    assert len(checked) > 900


@without_lab
def test_compressed_certificates_open() -> None:
    shown: Counter[tuple[int, int]] = Counter()
    for capture in (LAB / "tls13-special").glob("compress-*.pcap"):
        for session in sessions(capture):
            kinds = {(one.direction, one.type) for one in session.messages if one.content_type == HANDSHAKE}
            shown.update(kinds & {(CLIENT, 25)})
            if (CLIENT, 25) in kinds and session.finished_verified[CLIENT]:
                assert session.client_certificates is not None
    assert shown[CLIENT, 25] > 1


@without_lab
def test_certificates_requests_and_verdicts_of_the_lab() -> None:
    """Where the lab's own answers were read from decrypted handshakes."""
    checked, wrong = 0, []
    for capture, session in with_keys(LAB):
        truth = lab_truth(capture).get(f"{session.client.ip}:{session.client.port}")
        if truth is None or session.authentication is None or capture.stem in NOT_IN_THE_LABS_ANSWERS:
            continue
        checked += 1
        verdict = session.authentication
        said = {
            # A renegotiation shows the chain again, and the lab lists it again.
            "server_cert_sha256": digests(session.server_certificates) * (2 if "renegotiated" in truth["auth"] else 1),
            "client_cert_sha256": digests(session.client_certificates),
            "certificate_requested": session.certificate_request is not None,
            "hrr": session.retry is not None,
        }
        wrong += [
            (capture.name, name, ours, truth[name])
            for name, ours in said.items()
            if truth[name] is not None and ours != truth[name]
        ]
        if truth["auth"] in ("mutual", "one-way", "requested-no-cert"):
            mode = MUTUAL if truth["auth"] == "mutual" else ONE_WAY
            basis = Basis.DECRYPTED if session.version == TLS_1_3 else Basis.OBSERVED
            if verdict.mode is not mode or verdict.basis is not basis:
                wrong.append((capture.name, "mode", verdict.mode, truth["auth"]))
            asked = verdict.client_certificate is not ClientCertificate.NOT_REQUESTED
            if asked is not (truth["auth"] != "one-way"):
                wrong.append((capture.name, "requested", asked, truth["auth"]))
    assert wrong == []
    assert checked > 400


def digests(chain: tuple[bytes, ...] | None) -> list[str]:
    return [hashlib.sha256(one).hexdigest() for one in chain or ()]


@without_lab
@pytest.mark.parametrize(("family", "scenario"), [("tls13-special", "keyupdate"), ("tls13-special", "pha-")])
def test_data_opens_beyond_key_updates_and_later_requests(family: str, scenario: str) -> None:
    captures = sorted((LAB / family).glob(f"{scenario}*.pcap"))
    assert len(captures) > 4
    for capture in captures:
        for session in sessions(capture):
            if session.finished_verified == (True, True):
                kept = [one for one in session.records if one.content_type == APPLICATION_DATA]
                assert all(one.opened for one in kept), capture.name


@without_corpus
def test_public_captures_open_but_for_what_the_library_lacks() -> None:
    checked = list(with_keys(CORPUS))
    assert len(checked) > 70
    missing = Counter(
        (cipher_suite_name(session.server_hello.cipher_suite), fault)
        for _, session in checked
        if session.server_hello is not None
        for fault in faults(session)
        if "sealed record" not in fault and "was not read" not in fault
    )
    assert all("ARIA" in suite and "has no such cipher" in fault for suite, fault in missing)
    assert sum(missing.values()) == 9
    whole = [session for _, session in checked if session.finished_verified == (True, True)]
    assert len(whole) == len(checked) - sum(missing.values())
