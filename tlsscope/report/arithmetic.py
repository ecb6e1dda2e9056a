"""What the size of a sealed TLS 1.3 record cannot hide: a size and what it is taken to hold enter, their sum leaves.

The verdict is not made here (that is `judge`'s work, and so is the name); this only spells out its numbers.
"""

from collections.abc import Iterator

from tlsscope.constants import (
    ALERT,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_VERIFY,
    COMPRESSED_CERTIFICATE,
    ENCRYPTED_EXTENSIONS,
    FINISHED,
    HANDSHAKE,
)
from tlsscope.judge.flight import CERTIFICATE_VERIFY as VERIFY_SIZES
from tlsscope.judge.flight import EMPTY_CERTIFICATE, HEADER
from tlsscope.judge.naming import Held
from tlsscope.judge.rows import ALERT_CONTENT, JSSE_PADDING
from tlsscope.tables import CipherSuite

FINISHED_HEADER = 4
INNER_TYPE = 1

Sum = tuple[tuple[int, ...], str]  # what the content is made of, and its name

_WORDS = {
    ENCRYPTED_EXTENSIONS: "EncryptedExtensions",
    CERTIFICATE_REQUEST: "a CertificateRequest",
    CERTIFICATE: "a Certificate",
    COMPRESSED_CERTIFICATE: "an empty Certificate, compressed",
    CERTIFICATE_VERIFY: "a CertificateVerify",
    FINISHED: "a Finished",
}


def explain(size: int, suite: CipherSuite, held: Held) -> str | None:
    """Write the sum of a record of the handshake, or of an alert; None for what has no parts, as data."""
    padding = held.padding
    content = size - HEADER - INNER_TYPE - suite.tag_length - padding
    if held.content_types == (ALERT,) and content == ALERT_CONTENT + JSSE_PADDING:
        padding, content = JSSE_PADDING, ALERT_CONTENT
    for parts, meaning in _sums(content, suite, held):
        if sum(parts) == content:
            terms = [HEADER, *parts, INNER_TYPE, suite.tag_length, *([padding] if padding else [])]
            remark = f", {padding} of padding" if padding else ""
            return f"{size} = {' + '.join(map(str, terms))}: {meaning}{remark}"
    return None


def _sums(content: int, suite: CipherSuite, held: Held) -> Iterator[Sum]:
    """List the sums that may be meant, the closest first."""
    finished = (FINISHED_HEADER, suite.hash_length)
    if held.content_types == (ALERT,):
        yield (ALERT_CONTENT,), "an alert"
    elif held.content_types == (HANDSHAKE,):
        if held.messages == (FINISHED,):
            yield finished, "a Finished and nothing else"
        elif held.messages == (CERTIFICATE,) and not held.part:
            yield (EMPTY_CERTIFICATE,), "an empty Certificate"
        elif held.messages == (CERTIFICATE, FINISHED):
            yield (EMPTY_CERTIFICATE, *finished), "an empty Certificate and a Finished"
        elif held.messages == (CERTIFICATE_VERIFY,) and content in VERIFY_SIZES:
            yield (content,), f"a CertificateVerify by {VERIFY_SIZES[content]}"
        yield _with_finished(content, held, finished), _listed(held)


def _with_finished(content: int, held: Held, finished: tuple[int, ...]) -> tuple[int, ...]:
    """Set off the Finished that ends several messages in one record: its size is known."""
    rest = content - sum(finished)
    return (rest, *finished) if len(held.messages) > 1 and held.messages[-1] == FINISHED and rest > 0 else (content,)


def _listed(held: Held) -> str:
    words = [_WORDS.get(kind, "another message") for kind in held.messages]
    listed = " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
    return f"a piece of {listed}" if held.part else listed
