"""tshark's testimony about our own captures, held to what their index says was configured on both ends."""

import hashlib
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tlsscope import tables
from tlsscope.constants import (
    CERTIFICATE,
    CLIENT,
    CLIENT_HELLO,
    DECRYPTED,
    HANDSHAKE,
    SERVER,
    SERVER_HELLO,
)
from tlsscope.session.model import Ending
from tlsscope.witness.conversation import Testimony as Told
from tlsscope.witness.testimony import Witness

CAPTURES = Path(__file__).parents[2] / "captures"
INDEX = tomllib.loads((CAPTURES / "index.toml").read_text(encoding="utf-8"))
EVERY = 1 if os.environ.get("TLSSCOPE_AGREEMENT") == "everything" else 5
ENTRIES = [entry for entry in INDEX["capture"] if "keylog" in entry and entry["file"].startswith("tls")][::EVERY]


def hear(entry: dict[str, Any]) -> list[Told]:
    file = CAPTURES / entry["file"]
    keylogs = [CAPTURES / entry["keylog"]] if entry["keylog"] != entry["file"] else []
    witness = Witness(file, keylogs)
    told = sorted(witness, key=lambda testimony: testimony.session.first_frame)
    assert witness.notes == []
    return told


def digests(chain: tuple[bytes, ...] | None) -> list[str]:
    return [hashlib.sha256(certificate).hexdigest() for certificate in chain or ()]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_tells_what_both_ends_were_configured_for(entry: dict[str, Any]) -> None:
    told = hear(entry)
    assert len(told) == len(entry["session"])
    for testimony, truth in zip(told, entry["session"], strict=True):
        session = testimony.session
        assert session.server.port == truth["server_port"]
        assert testimony.server_name == truth.get("server_name")
        if session.version is not None:
            assert tables.version_name(session.version) == truth["version"]
        if "compress" in entry["file"]:  # tshark 4.0 does not open RFC 8879
            continue
        names = INDEX["certificates"]
        assert digests(session.server_certificates) == [names[name] for name in truth["server_certificates"]]
        assert digests(session.client_certificates) == [names[name] for name in truth["client_certificates"]]
        assert (session.certificate_request is not None) == truth["certificate_requested"]
        assert (session.retry is not None) == truth["hello_retry"]


def test_keeps_the_messages_of_a_frame_apart(capture: Path) -> None:
    (testimony,) = Witness(capture)
    session = testimony.session
    handshake = [message for message in session.messages if message.content_type == HANDSHAKE]
    assert [(message.direction, message.type) for message in handshake[:4]] == [
        (CLIENT, CLIENT_HELLO),
        (SERVER, SERVER_HELLO),
        (SERVER, CERTIFICATE),
        (SERVER, 12),
    ]
    assert [message.type for message in handshake if message.direction == CLIENT] == [1, 11, 16, 15, -1]
    assert len({message.frame for message in handshake}) < len(handshake)  # several share a frame
    assert session.first_frame == handshake[0].frame
    assert session.ending is not Ending.OPEN


def test_reads_what_keys_open(capture: Path) -> None:
    (testimony,) = Witness(capture, [capture.with_suffix(".keys")])
    finished = [
        message for message in testimony.session.messages if message.type == 20 and message.content_type == 22
    ]
    assert [message.protection for message in finished] == [DECRYPTED, DECRYPTED]


def test_gives_the_extensions_as_they_were_on_the_wire(capture: Path) -> None:
    """The body of supported_groups is its vector, RFC 8422 §5.1.1: a length, then two bytes a group."""
    (testimony,) = Witness(capture)
    hello = testimony.session.client_hello
    assert hello is not None
    groups = dict(hello.extensions)[10]
    assert int.from_bytes(groups[:2], "big") == len(groups) - 2
    assert len(hello.random) == 32


def test_several_key_logs_are_given_as_one(capture: Path, tmp_path: Path) -> None:
    (tmp_path / "other.keys").write_text("# nothing of use\n")
    (testimony,) = Witness(capture, [tmp_path / "other.keys", capture.with_suffix(".keys")])
    assert any(message.protection == DECRYPTED for message in testimony.session.messages)


def test_encrypted_records_are_told_with_their_sizes() -> None:
    """Without keys the messages of a TLS 1.3 client are records; inference needs their sizes."""
    file = CAPTURES / "tls13-declined--gnutls--gnutls.pcap"
    (testimony,) = Witness(file)
    sizes = [record.size for record in testimony.session.records if record.direction == CLIENT]
    assert sizes[0] == 5 + 4 + 4 + 1 + 16  # an empty Certificate: RFC 8446 §4.4.2, §5.2


def test_tls_on_a_port_of_another_protocol_is_read_again(capture: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved.pcap"
    (before,) = Witness(capture)
    port = before.session.server.port.to_bytes(2, "big")
    moved.write_bytes(capture.read_bytes().replace(port, (80).to_bytes(2, "big")))
    witness = Witness(moved)
    (testimony,) = witness
    assert testimony.session.server.port == 80
    assert testimony.session.server_certificates == before.session.server_certificates
    assert witness.notes == ["read again as TLS, which tshark gave to another protocol: port 80"]


def test_the_last_fragment_of_a_message_is_no_message_of_its_own() -> None:
    """The Certificate fills a record and more: RFC 8446 §5.1 lets a message be spread."""
    file = CAPTURES / "tls12-large-chain--nginx--openssl.pcap"
    (testimony,) = Witness(file)
    handshake = [message for message in testimony.session.messages if message.content_type == HANDSHAKE]
    assert [message.type for message in handshake if message.direction == SERVER] == [2, 11, 12, 14, 4, -1]


def test_a_wrong_guess_of_the_client_is_taken_back() -> None:
    """The capture begins with a Certificate, which both may send; the ClientKeyExchange tells who is who."""
    file = CAPTURES / "odd-mid-handshake.pcap"
    (testimony,) = Witness(file)
    session = testimony.session
    (truth,) = next(one for one in INDEX["capture"] if one["file"] == file.name)["session"]
    assert session.server.port == truth["server_port"]
    assert session.server_certificates is None
    names = INDEX["certificates"]
    assert digests(session.client_certificates) == [names[name] for name in truth["client_certificates"]]


def test_protected_records_are_taken_down_opened_or_not() -> None:
    """With keys, inference can still be tried on the same sizes as without."""
    file = CAPTURES / "tls13-declined--gnutls--gnutls.pcap"
    sizes = []
    for keylogs in ((), (file.with_suffix(".keys"),)):
        (testimony,) = Witness(file, keylogs)
        sizes.append([record.size for record in testimony.session.records])
        assert all(record.opened == bool(keylogs) for record in testimony.session.records)
    assert sizes[0] == sizes[1]


def test_in_tls_13_a_ticket_is_the_identity_that_a_later_hello_offers() -> None:
    """RFC 8446 §4.2.11: the PSK identity is the ticket."""
    file = CAPTURES / "tls13-resumed-psk--openssl--openssl.pcap"
    first, second = sorted(
        (testimony.session for testimony in Witness(file, [file.with_suffix(".keys")])), key=lambda one: one.first_frame
    )
    assert second.client_hello is not None
    offered = dict(second.client_hello.extensions)[41]
    assert any(identity in offered for identity in first.psk_identities)
