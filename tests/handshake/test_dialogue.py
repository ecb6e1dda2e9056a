"""The dialogue of both ends: what is said in clear, what is sealed, and what only looks like a message."""

import handshakes
import pytest
from traffic import Connection, sessions

from tlsscope.anomalies import Kind
from tlsscope.constants import (
    ALERT,
    CERTIFICATE,
    CHANGE_CIPHER_SPEC,
    CLEAR,
    CLIENT,
    CLIENT_HELLO,
    ENCRYPTED,
    HANDSHAKE,
    SERVER,
    SERVER_HELLO,
    SSL_2_0,
    TLS_1_2,
    TLS_1_3,
)
from tlsscope.session.model import Session
from tlsscope.session.spoken import Message

Said = tuple[int, bytes]
TALK12, TALK13, RETRIED = handshakes.tls12(), handshakes.tls13(), handshakes.retried()
HELLO = TALK12[0][1]


def record(content_type: int, fragment: bytes) -> bytes:
    return bytes((content_type, 3, 3)) + len(fragment).to_bytes(2, "big") + fragment


def handshake(type_: int, body: bytes) -> bytes:
    return bytes((type_,)) + len(body).to_bytes(3, "big") + body


def hear(*said: Said, opened: bool = True) -> Session:
    connection = Connection().open() if opened else Connection()
    (session,) = sessions(connection.say(said, size=60_000).packets)
    return session


def clear(session: Session) -> list[Message]:
    return [message for message in session.messages if message.protection == CLEAR]


def kinds(session: Session) -> list[Kind]:
    return [anomaly.kind for anomaly in session.anomalies]


def resliced(said: Said, size: int) -> Said:
    """Put the handshake messages of a flight into records of `size` bytes; all its records must be handshake."""
    direction, data = said
    fragments, position = b"", 0
    while position < len(data):
        assert data[position] == HANDSHAKE
        length = int.from_bytes(data[position + 3 : position + 5], "big")
        fragments += data[position + 5 : position + 5 + length]
        position += 5 + length
    return direction, b"".join(record(HANDSHAKE, fragments[at : at + size]) for at in range(0, len(fragments), size))


@pytest.mark.parametrize("size", [1, 3, 4, 5, 100, 1 << 14])
def test_messages_over_records_and_many_in_one(size: int) -> None:
    session = hear(resliced(TALK12[0], size), resliced(TALK12[1], size), *TALK12[2:])
    usual = hear(*TALK12)
    assert (session.client_hello, session.server_certificates) == (usual.client_hello, usual.server_certificates)
    assert [message.type for message in session.messages] == [message.type for message in usual.messages]
    assert session.anomalies == []


def test_a_certificate_over_many_records() -> None:
    talk = handshakes.large()
    (certificate,) = hear(*talk).server_certificates or ()
    assert certificate == handshakes.identity(handshakes.NAME, 2000).der
    assert len(certificate) > 2 * (1 << 14)


def test_tls13_is_sealed_behind_the_server_hello() -> None:
    session = hear(*TALK13)
    assert session.version == TLS_1_3
    in_clear = [message.type for message in clear(session) if message.content_type == HANDSHAKE]
    assert in_clear == [CLIENT_HELLO, SERVER_HELLO]
    assert session.server_certificates is None


def test_a_retry_has_two_hellos_of_each_end() -> None:
    session = hear(*RETRIED)
    assert session.retry is not None
    assert session.second_client_hello is not None
    assert session.server_hello is not None
    assert session.second_client_hello.random == session.client_hello.random  # type: ignore[union-attr]


def test_a_retry_of_which_the_client_alone_was_heard() -> None:
    """RFC 8446 §D.4: a dummy ChangeCipherSpec stands before the second hello, which is in clear."""
    session = hear(*[one for one in RETRIED if one[0] == CLIENT])
    assert session.second_client_hello is not None
    assert [message.type for message in clear(session)][:3] == [CLIENT_HELLO, 1, CLIENT_HELLO]
    assert clear(session)[1].content_type == CHANGE_CIPHER_SPEC


def test_an_alert_in_clear_and_one_that_is_sealed() -> None:
    session = hear(TALK12[0], (SERVER, record(ALERT, b"\2\50")))
    assert [(alert.direction, alert.level, alert.description) for alert in session.alerts] == [(SERVER, 2, 40)]
    session = hear(*TALK12)
    assert session.alerts == []
    assert [message.length for message in session.messages if message.content_type == ALERT] == [31, 31]


def test_a_renegotiation_is_sealed() -> None:
    sealed = record(HANDSHAKE, bytes(range(120)))
    session = hear(*TALK12[:4], (CLIENT, sealed), (CLIENT, record(CHANGE_CIPHER_SPEC, bytes(24))))
    assert [message.length for message in session.messages[-2:]] == [125, 29]
    assert all(message.protection == ENCRYPTED for message in session.messages[-2:])


@pytest.mark.parametrize("nonce", [bytes(8), b"\1" + bytes(7), b"\2" + bytes(7), b"\x0e" + bytes(7)])
def test_a_nonce_that_looks_like_a_message_is_none(nonce: bytes) -> None:
    """The ChangeCipherSpec was not captured; behind it comes Finished, sealed, with an explicit nonce: RFC 5288 §3."""
    finished = record(HANDSHAKE, nonce + bytes(range(32)))
    connection = Connection().open().say(TALK12[:2]).lose(CLIENT, 81).send(CLIENT, finished)
    (session,) = sessions(connection.say(TALK12[3:]).packets)
    assert [message.type for message in clear(session) if message.direction == CLIENT] == [CLIENT_HELLO]


@pytest.mark.parametrize("end", range(38, len(HELLO) - 9, 7))
def test_a_rotten_hello_is_read_up_to_the_rot(end: int) -> None:
    """Its length says less than its lists do."""
    whole = hear(TALK12[0]).client_hello
    body = HELLO[9 : 9 + end]
    session = hear((CLIENT, record(HANDSHAKE, handshake(CLIENT_HELLO, body))), *TALK12[1:])
    hello = session.client_hello
    assert whole is not None
    assert hello is not None
    assert (hello.legacy_version, hello.random, hello.body) == (TLS_1_2, whole.random, body)
    assert hello.cipher_suites in ((), whole.cipher_suites)
    assert hello.extensions == whole.extensions[: len(hello.extensions)]
    assert session.server_certificates == (handshakes.identity(handshakes.NAME).der,)
    assert set(kinds(session)) <= {Kind.MALFORMED_MESSAGE}


def test_a_rotten_server_hello_still_has_its_suite() -> None:
    body = bytes((3, 3)) + bytes(range(32)) + b"\0\x13\x01\0" + b"\0\1\0"  # the list of extensions holds one byte
    session = hear(TALK12[0], (SERVER, record(HANDSHAKE, handshake(SERVER_HELLO, body))))
    assert session.server_hello is not None
    assert (session.server_hello.cipher_suite, session.server_hello.extensions) == (0x1301, ())
    assert kinds(session) == [Kind.MALFORMED_MESSAGE]


def test_a_rotten_certificate_is_listed_and_gives_none() -> None:
    session = hear(TALK12[0], (SERVER, record(HANDSHAKE, handshake(CERTIFICATE, b"\0\0\5\0\0\3abc"))))
    assert session.server_certificates is None
    assert [message.type for message in session.messages] == [CLIENT_HELLO, CERTIFICATE]
    assert kinds(session) == [Kind.MALFORMED_MESSAGE]


def test_a_message_too_long_to_be_put_together_is_named() -> None:
    session = hear(TALK12[0], (SERVER, record(HANDSHAKE, b"\x0b\xff\xff\xff" + bytes(600))))
    assert [message.type for message in session.messages] == [CLIENT_HELLO, CERTIFICATE]
    assert kinds(session) == [Kind.MALFORMED_MESSAGE]


def test_ssl_2() -> None:
    """draft-hickman-netscape-ssl-00: hellos and the client's master key are in clear, nothing else is."""
    certificate = handshakes.identity(handshakes.NAME).der
    hello = b"\1\0\2\0\6\0\0\0\x10" + b"\1\0\x80\7\0\xc0" + bytes(16)
    answer = b"\4\0\1\0\2" + len(certificate).to_bytes(2, "big") + b"\0\3\0\x10" + certificate + b"\7\0\xc0" + bytes(16)
    key = b"\2\7\0\xc0\0\0\0\4\0\0" + bytes(4)
    sealed = bytes(35)

    def old(message: bytes) -> bytes:
        return (0x8000 | len(message)).to_bytes(2, "big") + message

    session = hear((CLIENT, old(hello)), (SERVER, old(answer)), (CLIENT, old(key)), (SERVER, old(sealed)))
    assert (session.protocol, session.version) == ("SSLv2", SSL_2_0)
    assert session.client_hello is not None
    assert session.client_hello.is_sslv2
    assert session.client_hello.cipher_suites == (0x010080, 0x0700C0)
    assert session.server_certificates == (certificate,)
    assert [message.direction for message in clear(session)] == [CLIENT, SERVER, CLIENT]


def test_a_hello_in_the_old_form_may_lead_to_tls() -> None:
    """RFC 5246 §E.2."""
    hello = b"\1\3\3\0\3\0\0\0\x20" + b"\0\x00\x2f" + bytes(32)
    session = hear((CLIENT, bytes((0x80, len(hello))) + hello), *TALK12[1:])
    assert (session.protocol, session.version) == ("TLS", TLS_1_2)
    assert session.client_hello is not None
    assert session.client_hello.is_sslv2


def test_a_raw_public_key_is_no_certificate() -> None:
    """RFC 7250 §4: the ServerHello selects the type; the key stands alone where certificates would."""
    key = b"0\x59 a key"
    chosen = b"\0\x14\0\1\2"  # server_certificate_type: RawPublicKey
    body = bytes((3, 3)) + bytes(32) + b"\0\xc0\x2b\0" + len(chosen).to_bytes(2, "big") + chosen
    flight = handshake(SERVER_HELLO, body) + handshake(CERTIFICATE, len(key).to_bytes(3, "big") + key)
    session = hear(TALK12[0], (SERVER, record(HANDSHAKE, flight)))
    assert session.server_raw_public_key == key
    assert session.server_certificates is None


def test_duplicate_and_malformed_extensions_are_told() -> None:
    extensions = b"\0\x0a\0\3\0\1\0" + b"\0\x17\0\0" * 2  # supported_groups of an odd length; extended_master_secret
    body = bytes((3, 3)) + bytes(32) + b"\0\0\2\xc0\x2b\1\0" + len(extensions).to_bytes(2, "big") + extensions
    session = hear((CLIENT, record(HANDSHAKE, handshake(CLIENT_HELLO, body))))
    assert kinds(session) == [Kind.MALFORMED_EXTENSION, Kind.DUPLICATE_EXTENSION]
