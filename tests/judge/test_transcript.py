"""What verdicts take for TLS 1.3 is what the readers took for it."""

from tlsscope.handshake.extensions import is_tls13
from tlsscope.judge.transcript import is_tls_1_3


def test_one_opinion_on_what_is_tls_13() -> None:
    """Drafts of the IETF, Google's and Facebook's experiments; a version that is not known is none."""
    assert all(map(is_tls_1_3, (0x0304, 0xFEFC, 0x7F0E, 0x7F1C, 0x7E02, 0xFB17, 0xFB1A)))
    assert not any(map(is_tls_1_3, (None, 0x0002, 0x0300, 0x0303, 0xFEFD)))
    assert all(is_tls_1_3(version) == is_tls13(version) for version in range(0x10000))
