"""The server's flight by its sizes, and what it did with the client's answer."""

import pytest
from made import SHA256_SUITE, SHA384_SUITE, tls13

from tlsscope.judge import infer_authentication
from tlsscope.judge.case import Case
from tlsscope.session.model import ClientCertificate, Mode

SERVERS = [
    ("OpenSSL, no request", SHA384_SUITE, [28, 1748, 286, 74, 255, 255], False),
    ("OpenSSL, request", SHA384_SUITE, [28, 151, 1748, 286, 74, 735, 735], True),
    ("Go, no request", SHA256_SUITE, [32, 1748, 286, 58, 144], False),
    ("Go, request", SHA256_SUITE, [32, 183, 1748, 286, 58], True),
    ("Java pads by 16, request", SHA384_SUITE, [70, 195, 1764, 302, 90], True),
    ("record size limit 512, no request", SHA384_SUITE, [59, 534, 534, 534, 212, 286, 74], False),
    ("record size limit 512, request", SHA384_SUITE, [59, 151, 534, 534, 534, 212, 286, 74], True),
    ("tlslite sends its flight in one record", SHA384_SUITE, [2116, 717, 85, 24], None),
    ("padding to 256", SHA384_SUITE, [277, 277, 1813, 533, 277], None),
    (
        "a Certificate that may be cut, or a request larger than it",
        SHA256_SUITE,
        [28, 900, 700, 286, 58],
        None,
    ),
    ("the capture ends within the flight", SHA256_SUITE, [28, 1748, 286], None),
]


@pytest.mark.parametrize(("server", "suite", "sizes", "asked"), SERVERS, ids=[row[0] for row in SERVERS])
def test_whether_it_asked(server: str, suite: int, sizes: list[int], asked: bool | None) -> None:
    session = tls13([], sizes, suite=suite)
    request = Case(session).request
    assert (None if request is None else request.requested) is asked


def test_it_answers_where_the_client_pads() -> None:
    verdict = infer_authentication(tls13([277, 277, 277], [28, 1748, 286, 58]))
    assert (verdict.mode, verdict.client_certificate) == (Mode.ONE_WAY, ClientCertificate.NOT_REQUESTED)
    assert verdict.confidence < 0.95


def test_a_request_alone_is_not_mutual() -> None:
    verdict = infer_authentication(tls13([277, 277, 277], [28, 183, 1748, 286, 58]))
    assert (verdict.mode, verdict.requested) == (Mode.UNKNOWN, True)


def test_both_sides_contradict_each_other() -> None:
    # the client's sizes say "not asked", the server's say that it asked
    verdict = infer_authentication(tls13([58, 75, 24], [28, 183, 1748, 286, 58]))
    assert (verdict.mode, verdict.grounds[0].rule) == (Mode.UNKNOWN, "contradiction")
    assert len(verdict.grounds) == 3


def test_acceptance_and_refusal() -> None:
    client, server = [513, 101, 58, 75], [28, 183, 1748, 286, 58]
    assert infer_authentication(tls13(client, server, afterwards=[853, 85])).accepted is True
    assert infer_authentication(tls13(client, server, afterwards=[24])).accepted is False
    assert infer_authentication(tls13(client, server)).accepted is None
    # the client said goodbye first: the server's alert is its goodbye
    assert infer_authentication(tls13([*client, 24], server, afterwards=[24])).accepted is None
