"""From a session made by hand to the words of its document."""

import msgspec
from made_sessions import START, mutual_tls12, one_way_tls13, unseen

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import CLIENT, SERVER
from tlsscope.handshake.messages import HELLO_RETRY_REQUEST_RANDOM
from tlsscope.report.compose import document
from tlsscope.report.document import SessionDocument
from tlsscope.session.model import Alert
from tlsscope.session.spoken import Message


def test_the_hellos_in_words() -> None:
    told = document(one_way_tls13())
    assert told.version == "TLS 1.3"
    assert told.server_name == "example.com"
    assert told.cipher_suite is not None
    assert (told.cipher_suite.code, told.cipher_suite.name) == ("0x1301", "TLS_AES_128_GCM_SHA256")
    assert told.client_hello is not None
    assert told.client_hello.versions == ("TLS 1.3", "TLS 1.2")
    assert [suite.name for suite in told.client_hello.cipher_suites][:2] == [
        "GREASE (0x1a1a)",
        "TLS_AES_128_GCM_SHA256",
    ]
    assert [group.name for group in told.client_hello.groups] == ["GREASE (0x2a2a)", "x25519", "secp256r1"]
    assert [share.name for share in told.client_hello.key_shares] == ["x25519"]
    assert told.client_hello.alpn == ("h2", "http/1.1")
    assert told.client_hello.random == bytes(range(32)).hex()
    assert told.server_hello is not None
    assert told.server_hello.retry is False


def test_the_key_exchange_in_words() -> None:
    for session in (one_way_tls13(), mutual_tls12()):
        agreed = document(session).key_exchange
        assert agreed is not None
        assert agreed.group is not None
        assert agreed.group.name == "x25519"
        assert agreed.forward_secret
        assert not agreed.post_quantum


def test_a_hybrid_group_is_post_quantum() -> None:
    session = one_way_tls13()
    assert session.server_hello is not None
    share = (0x11EC).to_bytes(2, "big") + (4).to_bytes(2, "big") + bytes(4)
    session.server_hello = msgspec.structs.replace(session.server_hello, extensions=((51, share),))
    agreed = document(session).key_exchange
    assert agreed is not None
    assert agreed.group is not None
    assert (agreed.group.name, agreed.post_quantum) == ("X25519MLKEM768", True)


def test_messages_have_the_steps_of_the_mutual_handshake() -> None:
    told = document(mutual_tls12())
    assert [(line.sender, line.name, line.step) for line in told.messages] == [
        ("client", "client_hello", "1"),
        ("server", "server_hello", "2"),
        ("server", "certificate", "2"),
        ("server", "server_key_exchange", "2"),
        ("server", "certificate_request", "4"),
        ("server", "server_hello_done", "2"),
        ("client", "certificate", "4"),
        ("client", "client_key_exchange", "8"),
        ("client", "certificate_verify", "8"),
        ("client", "change_cipher_spec", None),
        ("client", "encrypted", None),
        ("server", "change_cipher_spec", None),
        ("server", "encrypted", None),
    ]
    assert told.messages[0].time == "2026-11-21T10:00:00.004000Z"
    assert told.messages[-1].content_type == "handshake"


def test_certificates_stand_as_sent() -> None:
    told = document(mutual_tls12())
    assert [one.subject for one in told.server_certificates] == ["CN=example.com", "CN=Example CA"]
    assert told.client_certificates[0].subject_alternative_names == ("uri:spiffe://example.org/alice",)
    assert told.certificate_request is not None
    assert told.certificate_request.certificate_types == ("rsa_sign", "ecdsa_sign")


def test_times_are_as_precise_as_the_capture() -> None:
    session = one_way_tls13()
    session.time_digits = 9
    session.start = START + 1
    assert document(session).start == "2026-11-21T10:00:00.000000001Z"


def test_the_first_of_two_server_hellos_is_a_retry() -> None:
    session = one_way_tls13()
    assert session.server_hello is not None
    session.retry = msgspec.structs.replace(session.server_hello, random=HELLO_RETRY_REQUEST_RANDOM)
    session.messages.insert(1, Message(SERVER, 22, 2, 88, 5, START, 5))
    told = document(session)
    assert [line.name for line in told.messages[1:3]] == ["hello_retry_request", "server_hello"]
    assert told.server_hello is not None
    assert told.server_hello.retry


def test_alerts_and_anomalies_name_their_sender() -> None:
    session = mutual_tls12()
    session.alerts = [Alert(SERVER, 2, 42, 9), Alert(CLIENT, None, None, 10, 2)]
    session.anomalies = [Anomaly(Kind.GAP, "20 bytes are missing", 9, SERVER)]
    told = msgspec.json.decode(msgspec.json.encode(document(session)))
    clear, sealed = told["outcome"]["alerts"]
    assert (clear["from"], clear["level"], clear["description"]) == ("server", "fatal", "bad_certificate")
    assert (clear["encrypted"], clear["frame"]) == (False, 9)
    assert (sealed["from"], sealed["level"], sealed["description"]) == ("client", None, None)
    assert sealed["encrypted"]
    expected = {"kind": "gap", "from": "server", "frame": 9, "text": "20 bytes are missing"}
    assert told["anomalies"] == [expected]


def test_what_was_not_seen_is_null_or_empty() -> None:
    told = document(unseen())
    assert told.version is None
    assert told.client_hello is None
    assert told.server_hello is None
    assert told.key_exchange is None
    assert told.messages == ()
    assert told.authentication is None


def test_the_model_can_read_back_what_was_written() -> None:
    for session in (one_way_tls13(), mutual_tls12(), unseen()):
        msgspec.json.decode(msgspec.json.encode(document(session)), type=SessionDocument)


def test_a_hello_too_large_to_remember_is_told_all_the_same() -> None:
    session = one_way_tls13()
    assert session.client_hello is not None
    session.client_hello = msgspec.structs.replace(
        session.client_hello, cipher_suites=tuple(range(5000)), body=bytes(10_000)
    )
    told = document(session).client_hello
    assert told is not None
    assert len(told.cipher_suites) == 5000


def test_a_file_name_that_is_no_utf8_can_be_written() -> None:
    session = one_way_tls13()
    session.file = "bad\udcff.pcap"
    assert document(session).source.file == "bad\\udcff.pcap"
    msgspec.json.encode(document(session))
