"""QUIC without keys: Length fields of Handshake packets as ngtcp2, quiche and aioquic send them.

Truth: whether the servers were configured to ask, and whether the clients had a certificate. A Finished alone is 56
under SHA-256 and 72 under SHA-384; an acknowledgement in the same packet adds up to ten bytes.
"""

import pytest
from made import SHA256_SUITE, SHA384_SUITE, sealed, tls13

from tlsscope.constants import CLIENT, HANDSHAKE
from tlsscope.judge import authenticate
from tlsscope.session.model import Authentication, ClientCertificate, Mode

NOT_REQUESTED, DECLINED = ClientCertificate.NOT_REQUESTED, ClientCertificate.DECLINED
PRESENTED, UNKNOWN = ClientCertificate.PRESENTED, ClientCertificate.UNKNOWN


def verdict(suite: int, lengths: list[int]) -> Authentication:
    session = tls13([], suite=suite)
    session.protocol, session.transport = "QUIC", "udp"
    session.records = sealed(CLIENT, lengths, 10, HANDSHAKE)
    return authenticate(session)


@pytest.mark.parametrize(
    ("suite", "lengths", "mode", "certificate"),
    [
        (SHA256_SUITE, [22, 56], Mode.ONE_WAY, NOT_REQUESTED),
        (SHA256_SUITE, [63, 63, 24], Mode.ONE_WAY, NOT_REQUESTED),
        (SHA384_SUITE, [22, 72], Mode.ONE_WAY, NOT_REQUESTED),
        (SHA384_SUITE, [22, 79], Mode.ONE_WAY, NOT_REQUESTED),
        (SHA384_SUITE, [24, 80, 74], Mode.ONE_WAY, UNKNOWN),  # an ACK, or an empty Certificate
        (SHA256_SUITE, [22, 24, 71], Mode.ONE_WAY, DECLINED),
        (SHA384_SUITE, [22, 85], Mode.ONE_WAY, DECLINED),
        (SHA384_SUITE, [23, 88], Mode.ONE_WAY, DECLINED),
        (SHA384_SUITE, [22, 643], Mode.MUTUAL, PRESENTED),
        (SHA256_SUITE, [22, 1152, 86], Mode.MUTUAL, PRESENTED),
        (SHA256_SUITE, [22, 25], Mode.UNKNOWN, UNKNOWN),  # acknowledgements alone
        (SHA256_SUITE, [200], Mode.UNKNOWN, UNKNOWN),
        (SHA256_SUITE, [], Mode.UNKNOWN, UNKNOWN),
    ],
)
def test_lengths(suite: int, lengths: list[int], mode: Mode, certificate: ClientCertificate) -> None:
    found = verdict(suite, lengths)
    assert (found.mode, found.client_certificate) == (mode, certificate)
    assert found.confidence < 0.95
    assert found.grounds[0].text
