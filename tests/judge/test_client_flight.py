"""TLS 1.3 without keys: record sizes of real stacks, and what their configuration made the client do.

Sizes are of whole records. Truth is the configuration of both ends: whether the server asked, whether the
client had a certificate. 58 is a Finished under SHA-256 (5 + 4 + 32 + 1 + 16), 74 under SHA-384, 30 an
empty Certificate.
"""

import pytest
from made import CCM_8_SUITE, SHA256_SUITE, SHA384_SUITE, tls13

from tlsscope.constants import CLIENT
from tlsscope.handshake.messages import Extension
from tlsscope.judge import infer_authentication
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ending, Mode, Session

NOT_REQUESTED, DECLINED = ClientCertificate.NOT_REQUESTED, ClientCertificate.DECLINED
PRESENTED, UNKNOWN = ClientCertificate.PRESENTED, ClientCertificate.UNKNOWN
MODES = {NOT_REQUESTED: Mode.ONE_WAY, DECLINED: Mode.ONE_WAY, PRESENTED: Mode.MUTUAL, UNKNOWN: Mode.UNKNOWN}
NOTHING_BOLD = 0.95

EARLY_DATA: Extension = (42, b"")
POST_HANDSHAKE_AUTH: Extension = (49, b"")
COMPRESS_CERTIFICATE: Extension = (27, b"\x02\0\x02")
APPLICATION_SETTINGS: Extension = (17613, b"\0\x03\x02h2")
CLIENT_CERTIFICATE_TYPE: Extension = (19, b"\x01\x02")


def rule(verdict: Authentication) -> str:
    return verdict.grounds[0].rule


REAL_STACKS = [
    # OpenSSL and all that send a message a record: curl, Node, Python, GnuTLS, Go, wolfSSL, tlslite
    ("OpenSSL, not asked", SHA256_SUITE, [58, 111, 24], NOT_REQUESTED, "client-finished-first"),
    ("OpenSSL, not asked, SHA-384", SHA384_SUITE, [74, 59, 24], NOT_REQUESTED, "client-finished-first"),
    ("OpenSSL, CCM_8 with its tag of 8", CCM_8_SUITE, [50, 51, 16], NOT_REQUESTED, "client-finished-first"),
    ("OpenSSL, asked, none", SHA384_SUITE, [30, 74, 59, 24], DECLINED, "client-empty-certificate"),
    ("OpenSSL, CCM_8, asked, none", CCM_8_SUITE, [22, 50, 51], DECLINED, "client-empty-certificate"),
    ("Go, P-256 certificate", SHA256_SUITE, [513, 101, 58, 75, 24], PRESENTED, "client-certificate-verify"),
    (
        "GnuTLS, RSA-2048 certificate",
        SHA384_SUITE,
        [917, 286, 74, 59],
        PRESENTED,
        "client-certificate-verify",
    ),
    ("Node, RSA-4096 certificate", SHA384_SUITE, [2011, 542, 74, 77], PRESENTED, "client-certificate-verify"),
    ("Python, P-384 certificate", SHA384_SUITE, [543, 133, 74, 77], PRESENTED, "client-certificate-verify"),
    (
        "curl, Ed25519 certificate",
        SHA384_SUITE,
        [470, 94, 74, 59, 24],
        PRESENTED,
        "client-certificate-verify",
    ),
    ("OpenSSL, Ed448 certificate", SHA384_SUITE, [560, 144, 74, 59], PRESENTED, "client-certificate-verify"),
    # NSS, BoringSSL and rustls send their flight in one record
    ("BoringSSL, not asked", SHA256_SUITE, [58, 670, 24], NOT_REQUESTED, "client-finished-first"),
    ("NSS, asked, none", SHA256_SUITE, [66, 670, 24], DECLINED, "client-empty-certificate-merged"),
    ("NSS, asked, none, SHA-384", SHA384_SUITE, [82, 670, 24], DECLINED, "client-empty-certificate-merged"),
    ("rustls, certificate", SHA256_SUITE, [628, 670, 24], PRESENTED, "client-certificate-merged"),
    # Java pads each record by 16 bytes
    (
        "Java, not asked: 74 under SHA-256",
        SHA256_SUITE,
        [74, 93, 40],
        NOT_REQUESTED,
        "client-finished-first-jsse",
    ),
    (
        "Java, not asked: 90 under SHA-384",
        SHA384_SUITE,
        [90, 93, 40],
        NOT_REQUESTED,
        "client-finished-first-jsse",
    ),
    ("Java, asked, none", SHA384_SUITE, [46, 90, 93, 40], DECLINED, "client-empty-certificate-jsse"),
    ("Java, certificate", SHA384_SUITE, [529, 117, 90, 93, 40], PRESENTED, "client-certificate-verify"),
]


@pytest.mark.parametrize(
    ("stack", "suite", "sizes", "truth", "by"), REAL_STACKS, ids=[row[0] for row in REAL_STACKS]
)
def test_real_stacks(stack: str, suite: int, sizes: list[int], truth: ClientCertificate, by: str) -> None:
    verdict = infer_authentication(tls13(sizes, suite=suite))
    assert verdict.client_certificate is truth
    assert verdict.mode is MODES[truth]
    assert verdict.basis is Basis.INFERRED
    assert rule(verdict) == by
    assert NOTHING_BOLD <= verdict.confidence <= 0.99


def test_grounds_name_sizes_and_frames() -> None:
    verdict = infer_authentication(tls13([513, 101, 58, 75, 24]))
    assert verdict.grounds[0].frames == (100, 101, 102)
    assert "513, 101, 58" in verdict.grounds[0].text
    assert "P-256" in verdict.grounds[0].text
    assert (verdict.requested, verdict.sent) == (True, True)


def test_one_direction_more_than_a_hello_is_needed() -> None:
    silent = infer_authentication(tls13([], ending=Ending.OPEN, ended_by=None))
    assert (silent.client_certificate, rule(silent)) == (UNKNOWN, "no-client-flight")


def test_an_unknown_suite_gives_no_answer() -> None:
    verdict = infer_authentication(tls13([58], suite=0x5A5A))
    assert (verdict.mode, rule(verdict)) == (Mode.UNKNOWN, "unknown-suite")


# Rule 1: the client gave up


def test_an_alert_instead_of_a_flight() -> None:
    verdict = infer_authentication(tls13([24]))
    assert (verdict.mode, verdict.client_certificate, verdict.sent) == (Mode.ONE_WAY, UNKNOWN, False)
    assert rule(verdict) == "client-gave-up"


def test_an_alert_with_what_the_server_had_asked() -> None:
    verdict = infer_authentication(tls13([24], [28, 151, 1748, 286, 74], suite=SHA384_SUITE))
    assert (verdict.requested, verdict.sent) == (True, False)
    assert [ground.rule for ground in verdict.grounds] == ["client-gave-up", "server-flight-request"]


def test_a_silent_end_instead_of_a_flight() -> None:
    verdict = infer_authentication(tls13([], [28, 1748, 286, 58], ended_by=CLIENT))
    assert (verdict.mode, verdict.client_certificate) == (Mode.ONE_WAY, NOT_REQUESTED)


# Rule 2: padding


def test_padding_that_makes_an_empty_certificate_a_finished() -> None:
    # openssl s_client -record_padding 53, asked, none, SHA-384: 53 + 21 each
    verdict = infer_authentication(tls13([74, 74, 127, 74], suite=SHA384_SUITE))
    assert verdict.client_certificate is UNKNOWN


def test_padding_to_one_block_hides_a_declined_request() -> None:
    # -record_padding 256: Finished and empty Certificate are both 277
    assert infer_authentication(tls13([277, 277, 277, 277])).client_certificate is UNKNOWN


def test_padding_to_one_block_shows_a_large_certificate() -> None:
    # -record_padding 32, P-256 certificate, SHA-384: 533 = 21 + 512, 117 = 21 + 96, 85 = 21 + 64
    verdict = infer_authentication(tls13([533, 117, 85, 85, 53], suite=SHA384_SUITE))
    assert (verdict.client_certificate, rule(verdict)) == (PRESENTED, "client-padded")
    assert verdict.confidence < NOTHING_BOLD


def test_padding_to_16_as_mbedtls_does() -> None:
    # MBEDTLS_SSL_CID_TLS1_3_PADDING_GRANULARITY is 16: an inner Finished becomes 48, an empty Certificate 16
    not_asked = infer_authentication(tls13([69, 85, 37]))
    assert (not_asked.client_certificate, rule(not_asked)) == (NOT_REQUESTED, "client-padded")
    declined = infer_authentication(tls13([37, 69, 85, 37]))
    assert declined.client_certificate is DECLINED
    assert max(not_asked.confidence, declined.confidence) < NOTHING_BOLD


def test_a_large_first_record_alone_may_be_padding() -> None:
    for sizes in ([533], [533, 533], [533, 1045]):
        verdict = infer_authentication(tls13(sizes))
        assert verdict.confidence < NOTHING_BOLD, sizes


def test_two_large_equal_records_are_padding_rather_than_a_certificate() -> None:
    assert infer_authentication(tls13([421, 421, 105, 24])).client_certificate is UNKNOWN


# Rules 6 and 7


def test_a_certificate_cut_by_a_record_size_limit() -> None:
    verdict = infer_authentication(tls13([534, 534, 534, 450, 534, 38, 58, 60]))
    assert (verdict.client_certificate, rule(verdict)) == (PRESENTED, "client-certificate-cut")


def test_a_raw_public_key_where_it_was_offered() -> None:
    sizes = [126, 101, 74, 24]
    offered = infer_authentication(tls13(sizes, suite=SHA384_SUITE, offered=(CLIENT_CERTIFICATE_TYPE,)))
    assert offered.client_certificate is PRESENTED


@pytest.mark.parametrize(
    "first", [42, 47, 46], ids=["brotli", "zstd", "zlib, which looks like Java's empty one"]
)
def test_a_compressed_empty_certificate(first: int) -> None:
    verdict = infer_authentication(
        tls13([first, 74, 80, 24], suite=SHA384_SUITE, offered=(COMPRESS_CERTIFICATE,))
    )
    assert (verdict.client_certificate, rule(verdict)) == (DECLINED, "client-empty-certificate-compressed")
    assert verdict.confidence < NOTHING_BOLD


def test_a_small_record_that_could_not_be_compressed_gives_no_answer() -> None:
    assert infer_authentication(tls13([42, 74, 80, 24], suite=SHA384_SUITE)).client_certificate is UNKNOWN


def test_odd_sizes_give_no_answer() -> None:
    verdict = infer_authentication(tls13([133, 91, 61]))
    assert (verdict.client_certificate, rule(verdict)) == (UNKNOWN, "sizes-fit-nothing")
    assert "133, 91, 61" in verdict.grounds[0].text


# Rules 10 to 13


def test_early_data_lowers_the_confidence() -> None:
    verdict = infer_authentication(tls13([30, 74, 28, 26], suite=SHA384_SUITE, offered=(EARLY_DATA,)))
    assert (verdict.client_certificate, rule(verdict)) == (DECLINED, "client-after-early-data")
    assert verdict.confidence < NOTHING_BOLD


def test_early_data_that_still_comes_first_is_no_certificate() -> None:
    verdict = infer_authentication(tls13([700, 74, 28, 26], suite=SHA384_SUITE, offered=(EARLY_DATA,)))
    assert verdict.client_certificate is UNKNOWN


def test_early_data_before_the_server_hello_is_left_out() -> None:
    session = tls13([64, 74, 28, 26], suite=SHA384_SUITE, offered=(EARLY_DATA,))
    session.records[0].frame = 1
    assert infer_authentication(session).client_certificate is NOT_REQUESTED


def test_post_handshake_authentication() -> None:
    # GnuTLS with Apache's SSLVerifyClient in a location
    sizes = [74, 66, 545, 100, 74]
    presented = infer_authentication(tls13(sizes, suite=SHA384_SUITE, offered=(POST_HANDSHAKE_AUTH,)))
    assert (presented.mode, rule(presented)) == (Mode.MUTUAL, "client-post-handshake")
    declined = infer_authentication(
        tls13([74, 66, 62, 74], suite=SHA384_SUITE, offered=(POST_HANDSHAKE_AUTH,))
    )
    assert declined.client_certificate is DECLINED
    not_offered = infer_authentication(tls13(sizes, suite=SHA384_SUITE))
    assert not_offered.client_certificate is NOT_REQUESTED


def test_post_handshake_authentication_may_still_come() -> None:
    offered = (POST_HANDSHAKE_AUTH,)
    going_on = infer_authentication(tls13([58, 75], offered=offered, ending=Ending.OPEN, ended_by=None))
    assert going_on.confidence < NOTHING_BOLD
    # A connection that ends may have lost its last packets; one that said goodbye has not.
    ended = infer_authentication(tls13([58, 75], offered=offered))
    assert ended.confidence < NOTHING_BOLD
    said_goodbye = infer_authentication(tls13([58, 75, 24], offered=offered))
    assert said_goodbye.confidence >= NOTHING_BOLD


def test_application_settings_of_the_clients_own() -> None:
    # Chrome with Google's servers: Finished and EncryptedExtensions of 10 bytes in one record
    verdict = infer_authentication(tls13([68, 92, 556, 31], offered=(APPLICATION_SETTINGS,)))
    assert (verdict.client_certificate, rule(verdict)) == (NOT_REQUESTED, "client-application-settings")
    assert verdict.confidence < NOTHING_BOLD
    assert infer_authentication(tls13([68, 92, 556, 31])).client_certificate is UNKNOWN


def gap_before(session: Session, index: int) -> Session:
    session.records[index].after_gap = True
    session.gap_before = (session.records[index].frame, None)
    return session


def test_a_gap_before_the_decision() -> None:
    # Certificate and CertificateVerify are lost: a reader that skipped the gap would say "not asked"
    verdict = infer_authentication(gap_before(tls13([58, 75, 24]), 0))
    assert (verdict.client_certificate, rule(verdict)) == (UNKNOWN, "gap")


def test_a_gap_whose_mark_is_on_another_record() -> None:
    # tlslite: the empty Certificate is lost, the ChangeCipherSpec behind it comes before the Finished
    session = tls13([74, 80, 24], suite=SHA384_SUITE)
    session.gap_before = (100, None)
    verdict = infer_authentication(session)
    assert (verdict.client_certificate, rule(verdict)) == (UNKNOWN, "gap")


def test_a_gap_behind_the_decision_does_no_harm() -> None:
    verdict = infer_authentication(gap_before(tls13([513, 101, 58, 75, 24]), 3))
    assert verdict.client_certificate is PRESENTED


def test_records_are_the_same_in_any_frames() -> None:
    session = tls13([513, 101, 58])
    for record in session.records:
        record.frame = 100
    assert infer_authentication(session).grounds[0].frames == (100, 100, 100)
