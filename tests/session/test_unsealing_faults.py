"""Keys that are wrong, missing or half there, and ciphertext that was touched: the session says which, and goes on."""

import secrets as randomness
from pathlib import Path
from ssl import TLSVersion

import pytest
from recorded import records, scanned, sealed, spoilt, spoken, told
from traffic import Connection

from tlsscope.anomalies import Kind
from tlsscope.constants import CHANGE_CIPHER_SPEC, CLIENT, SERVER
from tlsscope.pipeline import Options, Scan
from tlsscope.session.model import Basis, ClientCertificate, Mode, Session

CAPTURES = Path(__file__).parents[2] / "captures"
BOTH = (TLSVersion.TLSv1_2, TLSVersion.TLSv1_3)
FAILURES = (Kind.DECRYPTION_FAILED, Kind.FINISHED_MISMATCH)


def failures(session: Session) -> list[tuple[Kind, int | None]]:
    return [(one.kind, one.direction) for one in session.anomalies if one.kind in FAILURES]


def verdict(session: Session) -> tuple[Mode, Basis | None, ClientCertificate]:
    assert session.authentication is not None
    return session.authentication.mode, session.authentication.basis, session.authentication.client_certificate


DECRYPTED = (Mode.MUTUAL, Basis.DECRYPTED, ClientCertificate.PRESENTED)
INFERRED = (Mode.MUTUAL, Basis.INFERRED, ClientCertificate.PRESENTED)


@pytest.mark.parametrize("version", BOTH)
def test_the_right_keys_verify_both_finished(tmp_path: Path, version: TLSVersion) -> None:
    said, keys = spoken(version)
    session = told(tmp_path, said, keys)
    assert session.finished_verified == (True, True)
    assert failures(session) == []


def test_without_keys_nothing_failed(tmp_path: Path) -> None:
    session = told(tmp_path, spoken().said)
    assert (verdict(session), failures(session), session.client_certificates) == (INFERRED, [], None)


def test_other_peoples_keys_open_nothing_and_are_no_fault(tmp_path: Path) -> None:
    session = told(tmp_path, spoken().said, spoken().keys)
    assert (verdict(session), failures(session)) == (INFERRED, [])


@pytest.mark.parametrize("version", BOTH)
def test_wrong_secrets_are_told_and_the_sizes_speak(tmp_path: Path, version: TLSVersion) -> None:
    said, keys = spoken(version)
    wrong = [" ".join([*line.split()[:2], randomness.token_hex(len(line.split()[2]) // 2)]) for line in keys]
    session = told(tmp_path, said, wrong)
    assert set(failures(session)) == {(Kind.DECRYPTION_FAILED, CLIENT), (Kind.DECRYPTION_FAILED, SERVER)}
    assert session.finished_verified == (None, None)
    assert verdict(session)[0] is Mode.MUTUAL
    assert verdict(session)[1] is (Basis.OBSERVED if version is TLSVersion.TLSv1_2 else Basis.INFERRED)


@pytest.mark.parametrize(
    ("kept", "basis", "finished"),
    [
        (("CLIENT_HANDSHAKE",), Basis.DECRYPTED, (None, None)),  # the server's flight is part of the transcript
        (("SERVER_HANDSHAKE",), Basis.INFERRED, (None, True)),
        (("CLIENT_HANDSHAKE", "SERVER_HANDSHAKE"), Basis.DECRYPTED, (True, True)),
        (("CLIENT_TRAFFIC", "SERVER_TRAFFIC"), Basis.INFERRED, (None, None)),
        (("EXPORTER",), Basis.INFERRED, (None, None)),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) and isinstance(value[0], str) else None,
)
def test_half_of_the_secrets(
    tmp_path: Path, kept: tuple[str, ...], basis: Basis, finished: tuple[bool | None, bool | None]
) -> None:
    said, keys = spoken()
    session = told(tmp_path, said, [line for line in keys if line.startswith(kept)])
    assert verdict(session) == (Mode.MUTUAL, basis, ClientCertificate.PRESENTED)
    assert session.finished_verified == finished
    assert (session.server_certificates is not None) == any(one.startswith("SERVER_HAND") for one in kept)


def test_what_the_servers_secret_alone_tells(tmp_path: Path) -> None:
    said, keys = spoken()
    session = told(tmp_path, said, [line for line in keys if line.startswith("SERVER_HANDSHAKE")])
    assert session.authentication is not None
    assert session.certificate_request is not None
    assert [ground.rule for ground in session.authentication.grounds][:2] == [
        "client-certificate-verify",
        "decrypted-request",
    ]


def test_two_key_logs_with_a_half_each(tmp_path: Path) -> None:
    said, keys = spoken()
    mine = [line for line in keys if line.startswith("CLIENT")]
    session = told(tmp_path, said, mine, [line for line in keys if line not in mine])
    assert (verdict(session), session.finished_verified) == (DECRYPTED, (True, True))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_changed_bit_in_the_clients_flight(tmp_path: Path, number: int) -> None:
    said, keys = spoken()
    session = told(tmp_path, spoilt(said, sealed(said, CLIENT)[number]), keys)
    assert failures(session) == [(Kind.DECRYPTION_FAILED, CLIENT)]
    assert session.finished_verified == (None, True)
    # What opened is enough, or the sizes say the rest.
    assert verdict(session) == (INFERRED if number < 2 else DECRYPTED)


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
def test_a_changed_bit_in_the_servers_flight(tmp_path: Path, number: int) -> None:
    said, keys = spoken()
    session = told(tmp_path, spoilt(said, sealed(said, SERVER)[number]), keys)
    assert failures(session) == [(Kind.DECRYPTION_FAILED, SERVER)]
    # The client's Finished covers the server's flight, which was not read to its end.
    assert session.finished_verified == (None, None)
    assert verdict(session) == DECRYPTED


def test_a_changed_hello_shows_in_the_finished(tmp_path: Path) -> None:
    said, keys = spoken()
    side, hello = said[0]
    index = hello.index(b"tls.example")
    session = told(tmp_path, [(side, hello[:index] + b"x" + hello[index + 1 :]), *said[1:]], keys)
    assert session.finished_verified == (False, False)
    assert failures(session) == [(Kind.FINISHED_MISMATCH, CLIENT), (Kind.FINISHED_MISMATCH, SERVER)]


def test_a_changed_bit_before_tls_13(tmp_path: Path) -> None:
    said, keys = spoken(TLSVersion.TLSv1_2)
    mine = records(said, CLIENT)
    finished = mine[[one.content_type for one in mine].index(CHANGE_CIPHER_SPEC) + 1]
    session = told(tmp_path, spoilt(said, finished), keys)
    assert (Kind.DECRYPTION_FAILED, CLIENT) in failures(session)
    assert verdict(session) == (Mode.MUTUAL, Basis.OBSERVED, ClientCertificate.PRESENTED)


def test_a_connection_that_ends_inside_a_record(tmp_path: Path) -> None:
    said, keys = spoken()
    last = sealed(said, CLIENT)[1]
    direction, data = said[last.flight]
    cut = [*said[: last.flight], (direction, data[: last.place + last.size - 10])]
    session = told(tmp_path, cut, keys)
    assert session.finished_verified == (None, True)
    assert session.client_certificates is not None
    assert verdict(session)[0] is Mode.UNKNOWN  # a certificate without its proof
    assert session.outcome is not None
    assert session.outcome.state == "failed"


def test_lost_bytes_in_the_clients_flight(tmp_path: Path) -> None:
    said, keys = spoken()
    lost = sealed(said, CLIENT)[0]
    connection = Connection().open()
    for flight, (direction, data) in enumerate(said):
        if flight == lost.flight:
            connection.send(direction, data[: lost.place]).lose(direction, lost.size)
            data = data[lost.place + lost.size :]
        connection.send(direction, data)
    session = scanned(tmp_path, connection.acknowledge(SERVER).close(), keys)
    assert verdict(session)[0] is Mode.UNKNOWN
    assert session.finished_verified[SERVER] is True
    assert session.certificate_request is not None


def test_a_rotten_hello_is_no_base_for_keys(tmp_path: Path) -> None:
    whole = (CAPTURES / "tls12-mutual--openssl--openssl.pcap").read_bytes()
    # The length of supported_groups (0x000a) in the ClientHello, one byte more than there is of the whole block.
    at = whole.index(b"\x00\x0a\x00", whole.index(b"\x16\x03\x01"))
    rotten = bytearray(whole)
    rotten[at + 2] = 0xFF
    damaged = tmp_path / "rotten.pcap"
    damaged.write_bytes(rotten)
    keys = str(CAPTURES / "tls12-mutual--openssl--openssl.keys")
    (session,) = (one for one in Scan([str(damaged)], Options(keylogs=(keys,))) if isinstance(one, Session))
    kinds = {anomaly.kind for anomaly in session.anomalies}
    assert {Kind.MALFORMED_MESSAGE, Kind.DECRYPTION_FAILED} <= kinds
