"""What the size of a sealed TLS 1.3 record cannot hide: a size enters, the sum that it fits leaves.

The verdict is not made here (that is `judge`'s work); this only spells out its numbers.
"""

from collections.abc import Callable, Iterator

from tlsscope.judge.flight import ALERT_CONTENT, CERTIFICATE_VERIFY, EMPTY_CERTIFICATE, HEADER, JSSE_PADDING
from tlsscope.tables import CipherSuite

FINISHED_HEADER = 4
INNER_TYPE = 1

Sum = tuple[tuple[int, ...], str]  # what the content is made of, and its name


def explain(size: int, suite: CipherSuite) -> str | None:
    """Write the sum that a record of the handshake fits; None where it fits none."""
    for parts, meaning in _contents(suite):
        for padding, remark in ((0, ""), (JSSE_PADDING, f", padded by {JSSE_PADDING} as Java does")):
            terms = [HEADER, *parts, INNER_TYPE, suite.tag_length, *([padding] if padding else [])]
            if sum(terms) == size:
                return f"{size} = {' + '.join(map(str, terms))}: {meaning}{remark}"
    return None


def _contents(suite: CipherSuite) -> Iterator[Sum]:
    finished = (FINISHED_HEADER, suite.hash_length)
    yield finished, "a Finished and nothing else"
    yield (EMPTY_CERTIFICATE,), "an empty Certificate"
    yield (EMPTY_CERTIFICATE, *finished), "an empty Certificate and a Finished"
    yield (ALERT_CONTENT,), "an alert"
    for content, key in CERTIFICATE_VERIFY.items():
        yield (content,), f"the size of a CertificateVerify by {key}"


def _no_sum(_size: int) -> str | None:
    return None


def explainer(suite: CipherSuite | None) -> Callable[[int], str | None]:
    """Give the arithmetic of a suite; of one that is no AEAD there is none."""
    if suite is None or not suite.tag_length:
        return _no_sum
    return lambda size: explain(size, suite)
