"""TLS 1.2 and before: the messages of RFC 5246 §7.3 in clear, and what they prove."""

import pytest
from made import CCS, ECDHE_RSA_GCM, FIN, sealed, tls12

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import CLIENT, DECRYPTED, HANDSHAKE, SERVER
from tlsscope.judge import authenticate
from tlsscope.session.model import Alert, Authentication, Basis, ClientCertificate, Mode

HELLOS = [(CLIENT, 1), (SERVER, 2)]
ONE_WAY = [*HELLOS, (SERVER, 11), (SERVER, 12), (SERVER, 14)]
ASKED = [*HELLOS, (SERVER, 11), (SERVER, 12), (SERVER, 13), (SERVER, 14)]
CLIENT_DONE = [(CLIENT, CCS), (CLIENT, FIN)]
SERVER_DONE = [(SERVER, CCS), (SERVER, FIN)]
NOT_REQUESTED, DECLINED = ClientCertificate.NOT_REQUESTED, ClientCertificate.DECLINED
PRESENTED, UNKNOWN = ClientCertificate.PRESENTED, ClientCertificate.UNKNOWN
CERTIFICATE = (b"a client's certificate",)


def facts(verdict: Authentication) -> tuple[bool | None, bool | None, bool | None]:
    return verdict.requested, verdict.sent, verdict.accepted


def test_one_way() -> None:
    verdict = authenticate(tls12([*ONE_WAY, (CLIENT, 16), *CLIENT_DONE, *SERVER_DONE]))
    assert (verdict.mode, verdict.basis, verdict.confidence) == (Mode.ONE_WAY, Basis.OBSERVED, 1.0)
    assert verdict.client_certificate is NOT_REQUESTED
    assert facts(verdict)[:2] == (False, False)
    assert verdict.grounds[0].frames == (3, 5)


def test_mutual() -> None:
    said = [*ASKED, (CLIENT, 11), (CLIENT, 16), (CLIENT, 15), *CLIENT_DONE, *SERVER_DONE]
    verdict = authenticate(tls12(said, client=CERTIFICATE))
    assert (verdict.mode, verdict.client_certificate, verdict.confidence) == (Mode.MUTUAL, PRESENTED, 1.0)
    assert facts(verdict) == (True, True, True)
    assert verdict.grounds[0].frames == (5, 7, 9)
    assert verdict.grounds[1].rule == "server-changed-cipher"


def test_asked_and_declined() -> None:
    said = [*ASKED, (CLIENT, 11), (CLIENT, 16), *CLIENT_DONE, *SERVER_DONE]
    verdict = authenticate(tls12(said, client=()))
    assert (verdict.mode, verdict.client_certificate) == (Mode.ONE_WAY, DECLINED)
    assert facts(verdict) == (True, False, True)


def test_ssl_3_declines_with_a_warning() -> None:
    warning = Alert(CLIENT, 1, 41, 7)
    verdict = authenticate(tls12([*ASKED, (CLIENT, 16), *CLIENT_DONE], version=0x0300, alerts=[warning]))
    assert (verdict.mode, verdict.client_certificate) == (Mode.ONE_WAY, DECLINED)
    assert 7 in verdict.grounds[0].frames


def test_the_server_refuses_what_was_presented() -> None:
    said = [*ASKED, (CLIENT, 11), (CLIENT, 16), (CLIENT, 15), *CLIENT_DONE]
    verdict = authenticate(tls12(said, client=CERTIFICATE, alerts=[Alert(SERVER, 2, 48, 12)]))
    assert (verdict.mode, verdict.accepted) == (Mode.MUTUAL, False)


def test_a_certificate_without_proof_is_not_mutual() -> None:
    verdict = authenticate(tls12([*ASKED, (CLIENT, 11)], client=CERTIFICATE))
    assert (verdict.mode, verdict.client_certificate) == (Mode.UNKNOWN, PRESENTED)
    assert verdict.grounds[0].rule == "no-certificate-verify"


def test_a_fixed_diffie_hellman_certificate_needs_no_proof() -> None:
    session = tls12(
        [*ASKED, (CLIENT, 11), (CLIENT, 16), *CLIENT_DONE, *SERVER_DONE],
        client=CERTIFICATE,
        client_key_exchange=b"",
    )
    assert session.certificate_request is not None
    verdict = authenticate(session)
    assert verdict.mode is Mode.UNKNOWN  # types 1 and 64 were asked for: certificates that sign
    request = type(session.certificate_request)((65, 66), (), ())
    session.certificate_request = request
    assert (authenticate(session).mode, authenticate(session).client_certificate) == (Mode.MUTUAL, PRESENTED)


@pytest.mark.parametrize(
    ("suite", "mode"),
    [
        (0x0034, Mode.ANONYMOUS),  # TLS_DH_anon_WITH_AES_128_CBC_SHA
        (0xC018, Mode.ANONYMOUS),  # TLS_ECDH_anon_WITH_AES_128_CBC_SHA
        (0x008C, Mode.PSK),  # TLS_PSK_WITH_AES_128_CBC_SHA
        (0xC035, Mode.PSK),  # TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA
        (0xC01D, Mode.PSK),  # TLS_SRP_SHA_WITH_AES_128_CBC_SHA
    ],
)
def test_suites_without_certificates(suite: int, mode: Mode) -> None:
    said = [*HELLOS, (SERVER, 12), (SERVER, 14), (CLIENT, 16), *CLIENT_DONE, *SERVER_DONE]
    verdict = authenticate(tls12(said, suite=suite))
    assert (verdict.mode, verdict.client_certificate, verdict.confidence) == (mode, NOT_REQUESTED, 1.0)


def test_rsa_psk_is_psk_with_a_server_certificate() -> None:
    said = [*HELLOS, (SERVER, 11), (SERVER, 14), (CLIENT, 16), *CLIENT_DONE, *SERVER_DONE]
    verdict = authenticate(tls12(said, suite=0x0094))  # TLS_RSA_PSK_WITH_AES_128_CBC_SHA
    assert verdict.mode is Mode.PSK
    assert "certificate besides" in verdict.grounds[0].text


def test_an_abbreviated_handshake_alone_is_unknown() -> None:
    verdict = authenticate(tls12([*HELLOS, *SERVER_DONE, *CLIENT_DONE]))
    assert (verdict.mode, verdict.grounds[0].rule) == (Mode.UNKNOWN, "resumed")


# Not visible is not absent


def test_a_request_may_hide_in_a_gap() -> None:
    session = tls12([*HELLOS, (SERVER, 11), (SERVER, 14)])
    session.gap_before = (None, 4)
    verdict = authenticate(session)
    assert (verdict.mode, verdict.grounds[0].rule) == (Mode.UNKNOWN, "gap")


def test_the_clients_flight_can_speak_for_the_servers() -> None:
    session = tls12([*HELLOS, (SERVER, 11), (SERVER, 14), (CLIENT, 16), *CLIENT_DONE])
    session.gap_before = (None, 4)
    assert authenticate(session).client_certificate is NOT_REQUESTED


def test_only_the_server_is_seen() -> None:
    one_way = authenticate(tls12([(SERVER, 2), (SERVER, 11), (SERVER, 12), (SERVER, 14), *SERVER_DONE]))
    assert one_way.client_certificate is NOT_REQUESTED
    said = [(SERVER, 2), (SERVER, 11), (SERVER, 12), (SERVER, 13), (SERVER, 14), *SERVER_DONE]
    asked = authenticate(tls12(said))
    assert (asked.mode, asked.requested, asked.client_certificate) == (Mode.UNKNOWN, True, UNKNOWN)
    assert "client's direction" in asked.grounds[0].text


def test_only_the_client_is_seen() -> None:
    said = [(CLIENT, 1), (CLIENT, 11), (CLIENT, 16), (CLIENT, 15), *CLIENT_DONE]
    assert authenticate(tls12(said, client=CERTIFICATE)).mode is Mode.MUTUAL
    silent = authenticate(tls12([(CLIENT, 1), (CLIENT, 16), *CLIENT_DONE]))
    assert (silent.mode, silent.confidence) == (Mode.UNKNOWN, 0.0)


def test_mid_stream_does_not_prove_that_the_client_said_nothing_before() -> None:
    session = tls12([(CLIENT, 1), (SERVER, 2), (SERVER, 11), (CLIENT, 16)])
    session.anomalies.append(Anomaly(Kind.MID_STREAM, "the connection was open when the capture began"))
    assert authenticate(session).mode is Mode.UNKNOWN


def test_the_handshake_ends_at_the_request() -> None:
    verdict = authenticate(tls12(ASKED))
    assert (verdict.mode, verdict.requested, verdict.sent) == (Mode.UNKNOWN, True, None)


def test_no_server_hello() -> None:
    assert authenticate(tls12([(CLIENT, 1)])).grounds[0].rule == "no-server-hello"


def test_every_unknown_has_a_reason() -> None:
    everything = [*ASKED, (CLIENT, 11), (CLIENT, 16), (CLIENT, 15), *CLIENT_DONE, *SERVER_DONE]
    for end in range(1, len(everything)):
        verdict = authenticate(tls12(everything[:end], client=CERTIFICATE if end > 6 else None))
        assert verdict.grounds, end
        assert all(ground.text for ground in verdict.grounds), end
        assert (verdict.mode is Mode.UNKNOWN) == (verdict.confidence == 0.0), end


# A client certificate in a renegotiation: curl with Apache's SSLVerifyClient in a location, GCM adds 24 + 5


def renegotiated(client: list[int], server: list[int]) -> Authentication:
    session = tls12([*ONE_WAY, (CLIENT, 16), *CLIENT_DONE, *SERVER_DONE], suite=ECDHE_RSA_GCM)
    session.records += sealed(SERVER, server, 50, HANDSHAKE)
    session.records += sealed(CLIENT, client, 60, HANDSHAKE)
    return authenticate(session)


def test_a_certificate_in_a_renegotiation() -> None:
    verdict = renegotiated([275, 921, 66, 293, 45], [33, 150, 1750, 329, 159, 33, 45])
    assert (verdict.mode, verdict.basis, verdict.client_certificate) == (
        Mode.MUTUAL,
        Basis.INFERRED,
        PRESENTED,
    )
    assert verdict.confidence < 1.0
    assert verdict.grounds[1].rule == "no-certificate-request"  # the first handshake, in clear


def test_an_empty_certificate_in_a_renegotiation() -> None:
    verdict = renegotiated([275, 36, 66, 45], [33, 150, 1750, 329, 159, 33, 45])
    assert (verdict.mode, verdict.client_certificate) == (Mode.ONE_WAY, DECLINED)


def test_a_renegotiation_without_certificate() -> None:
    verdict = renegotiated([275, 66, 45], [33, 150, 1750, 329, 33, 45])
    assert (verdict.client_certificate, verdict.basis) == (NOT_REQUESTED, Basis.OBSERVED)


def test_a_decrypted_renegotiation_needs_no_inference() -> None:
    second = [(CLIENT, 1), (SERVER, 2), (SERVER, 11), (SERVER, 13), (SERVER, 14), (CLIENT, 11), (CLIENT, 16)]
    session = tls12([*ONE_WAY, (CLIENT, 16), *CLIENT_DONE, *SERVER_DONE, *second], client=())
    for message in session.messages[10:]:
        message.protection = DECRYPTED
    session.records += sealed(CLIENT, [275, 36, 66, 45], 60, HANDSHAKE)
    session.records += sealed(SERVER, [33, 150, 1750, 329, 159, 33, 45], 50, HANDSHAKE)
    verdict = authenticate(session)
    assert (verdict.client_certificate, verdict.basis, verdict.confidence) == (DECLINED, Basis.DECRYPTED, 1.0)


# TLS 1.3 with keys


def decrypted(said: list[tuple[int, int]], client: tuple[bytes, ...] | None = None) -> Authentication:
    return authenticate(tls12(said, suite=0x1301, version=0x0304, client=client, protection=DECRYPTED))


def test_decrypted_tls_1_3() -> None:
    plain = [*HELLOS, (SERVER, 8), (SERVER, 11), (SERVER, 15), (SERVER, 20)]
    asked = [*HELLOS, (SERVER, 8), (SERVER, 13), (SERVER, 11), (SERVER, 15), (SERVER, 20)]
    one_way = decrypted([*plain, (CLIENT, 20)])
    assert (one_way.mode, one_way.basis, one_way.confidence) == (Mode.ONE_WAY, Basis.DECRYPTED, 1.0)
    mutual = decrypted([*asked, (CLIENT, 11), (CLIENT, 15), (CLIENT, 20)], CERTIFICATE)
    assert (mutual.mode, mutual.basis, mutual.client_certificate) == (Mode.MUTUAL, Basis.DECRYPTED, PRESENTED)
    declined = decrypted([*asked, (CLIENT, 11), (CLIENT, 20)], ())
    assert (declined.mode, declined.client_certificate) == (Mode.ONE_WAY, DECLINED)
