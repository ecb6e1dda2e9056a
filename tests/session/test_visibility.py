"""Not visible is not absent: why each empty field is empty."""

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import CHANGE_CIPHER_SPEC, CLIENT, HANDSHAKE, SERVER, TLS_1_2, TLS_1_3
from tlsscope.handshake.messages import ClientHello, ServerHello
from tlsscope.session.model import Endpoint, Session
from tlsscope.session.spoken import Message
from tlsscope.session.visibility import not_visible

ALPN = (16, b"\0\3\2h2")
CLIENT_HELLO = ClientHello(TLS_1_2, bytes(32), b"", (0x1301,), b"\0", (ALPN,), b"")
SERVER_HELLO = ServerHello(TLS_1_2, bytes(32), b"", 0x1301, 0, (), b"")


def session(version: int | None) -> Session:
    return Session(
        file="a.pcap",
        client=Endpoint("192.0.2.1", 50000),
        server=Endpoint("192.0.2.2", 443),
        first_frame=1,
        last_frame=9,
        start=0,
        end=0,
        version=version,
        client_hello=CLIENT_HELLO,
        server_hello=SERVER_HELLO,
        packets=(5, 5),
    )


def message(direction: int, content_type: int, kind: int, frame: int, protection: int = 0) -> Message:
    return Message(direction, content_type, kind, 4, frame, 0, frame, protection)


def test_tls_13_hides_certificates_without_keys() -> None:
    assert not_visible(session(TLS_1_3)) == {
        "alpn": "encrypted",
        "server_certificates": "encrypted",
        "certificate_request": "encrypted",
        "client_certificates": "encrypted",
    }


def test_with_keys_what_is_empty_is_absent() -> None:
    opened = session(TLS_1_3)
    opened.encrypted_extensions = ()
    opened.finished_verified = (True, True)
    opened.server_certificates = (b"leaf",)
    opened.messages = [message(SERVER, HANDSHAKE, 20, 6, 1), message(CLIENT, HANDSHAKE, 20, 8, 1)]
    assert not_visible(opened) == {}


def test_a_resumed_tls_13_handshake_has_no_certificates_to_hide() -> None:
    resumed = session(TLS_1_3)
    resumed.server_hello = ServerHello(TLS_1_2, bytes(32), b"", 0x1301, 0, ((41, b"\0\0"),), b"")
    assert not_visible(resumed) == {"alpn": "encrypted"}


def test_tls_12_hides_nothing() -> None:
    assert not_visible(session(TLS_1_2)) == {}


def test_one_direction_only() -> None:
    half = session(None)
    half.server_hello, half.packets = None, (5, 0)
    reasons = not_visible(half)
    assert reasons["server_hello"] == reasons["version"] == reasons["server_certificates"] == "one-direction"
    assert "client_certificates" not in reasons


def test_captured_from_the_middle() -> None:
    late = session(None)
    late.client_hello = late.server_hello = None
    late.anomalies = [Anomaly(Kind.MID_STREAM, "the connection was open when the capture began")]
    reasons = not_visible(late)
    assert reasons["client_hello"] == reasons["server_name"] == reasons["server_hello"] == "mid-stream"


def test_a_capture_that_begins_at_the_client_hello_has_missed_nothing() -> None:
    without_syn = session(TLS_1_2)
    without_syn.anomalies = [Anomaly(Kind.MID_STREAM, "the connection was open when the capture began")]
    assert not_visible(without_syn) == {}


def test_a_gap_before_the_certificate_lost_it_and_a_gap_after_the_handshake_lost_nothing() -> None:
    lossy = session(TLS_1_2)
    lossy.messages = [message(SERVER, CHANGE_CIPHER_SPEC, 1, 7)]
    lossy.anomalies = [Anomaly(Kind.GAP, "100 bytes are missing", 5, SERVER)]
    lossy.gap_before = (None, 5)
    assert not_visible(lossy)["server_certificates"] == "lost"
    assert "client_certificates" not in not_visible(lossy)
    lossy.gap_before = (None, 30)
    assert not_visible(lossy) == {}


def test_a_cut_capture() -> None:
    cut = session(TLS_1_2)
    cut.anomalies = [Anomaly(Kind.SNAPLEN, "the frame was cut", 6, SERVER)]
    assert not_visible(cut)["server_certificates"] == "truncated"
