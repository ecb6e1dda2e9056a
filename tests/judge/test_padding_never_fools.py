"""Whatever block a client pads to, a bold verdict is never wrong: real flights, padded by every block."""

import pytest
from made import SHA256_SUITE, SHA384_SUITE, tls13

from tlsscope.judge import infer_authentication
from tlsscope.session.model import ClientCertificate

BOLD = 0.95
OVERHEAD = 21  # header 5, tag 16

# Inner plaintexts (content and type) of OpenSSL's flight, two records of data and an alert.
FLIGHTS = {
    (SHA256_SUITE, ClientCertificate.NOT_REQUESTED): [37, 90, 401, 3],
    (SHA256_SUITE, ClientCertificate.DECLINED): [9, 37, 90, 401, 3],
    (SHA256_SUITE, ClientCertificate.PRESENTED): [492, 80, 37, 90, 401, 3],
    (SHA384_SUITE, ClientCertificate.NOT_REQUESTED): [53, 90, 401, 3],
    (SHA384_SUITE, ClientCertificate.DECLINED): [9, 53, 90, 401, 3],
    (SHA384_SUITE, ClientCertificate.PRESENTED): [492, 80, 53, 90, 401, 3],
}
BLOCKS = [*range(2, 140), 160, 192, 200, 256, 400, 500, 512, 1000, 1024, 2048, 4096, 8192, 16384]


@pytest.mark.parametrize("least", [1, 2, 3, 9], ids=lambda least: f"first {least} records")
@pytest.mark.parametrize(("suite", "truth"), FLIGHTS)
def test_every_block(suite: int, truth: ClientCertificate, least: int) -> None:
    flight = FLIGHTS[suite, truth]
    # What counts as seen must hold the client's whole flight; it may end at any point behind it.
    behind = next(index for index, inner in enumerate(flight) if inner in (37, 53)) + 1
    for block in BLOCKS:
        sizes = [-(-inner // block) * block + OVERHEAD for inner in flight][: max(least, behind)]
        verdict = infer_authentication(tls13(sizes, suite=suite))
        right = verdict.client_certificate in (truth, ClientCertificate.UNKNOWN)
        assert right or verdict.confidence < BOLD, (block, sizes)


@pytest.mark.parametrize("constant", range(1, 80))
def test_every_constant(constant: int) -> None:
    for (suite, truth), flight in FLIGHTS.items():
        sizes = [inner + constant + OVERHEAD for inner in flight]
        verdict = infer_authentication(tls13(sizes, suite=suite))
        right = verdict.client_certificate in (truth, ClientCertificate.UNKNOWN)
        assert right or verdict.confidence < BOLD, sizes
