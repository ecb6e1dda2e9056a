"""The server's side of a TLS 1.3 handshake without keys: its sealed records enter, whether it asked leaves.

[EncryptedExtensions, (CertificateRequest), Certificate …, CertificateVerify, Finished], told by their sizes
where the server sends a message a record (RFC 8446 §4.4). Servers that coalesce, or pad, stay silent here.
And rule 9: what the server sends once the client has answered tells whether it accepted.
"""

from functools import lru_cache
from typing import NamedTuple

from tlsscope.session.model import Ground

from .answers import Inference
from .confidence import confidence
from .flight import CERTIFICATE_VERIFY, Flight, may_be_alert
from .rows import JSSE_PADDING, is_alert

LEAST_REQUEST = 15  # CertificateRequest with one signature scheme
LEAST_CERTIFICATE = 235
LEAST_EXTENSIONS, MOST_EXTENSIONS = 6, 200  # of EncryptedExtensions alone
LONGEST = 40  # records that a server's flight may have
FULL_RECORD = 16384


class Request(NamedTuple):
    """Whether the server asked, and why we think so; `end` counts the records of its flight."""

    requested: bool
    ground: Ground
    confidence: float
    end: int


def infer_request(flight: Flight) -> Request | None:
    """Rule 8: count the messages of the server's flight; None where their sizes tell nothing."""
    contents = flight.contents
    for index in range(3, min(len(contents), LONGEST)):
        padding = contents[index] - flight.finished
        if padding in (0, JSSE_PADDING) and contents[index - 1] - padding in CERTIFICATE_VERIFY:
            plain = tuple(content - padding for content in contents[:index])
            asked = _asked(plain)
            return None if asked is None else _told(flight, index + 1, asked=asked)
    return None


@lru_cache(maxsize=1024)
def _asked(plain: tuple[int, ...]) -> bool | None:
    """Tell from what stands between EncryptedExtensions and CertificateVerify; None where it may be both."""
    if not LEAST_EXTENSIONS <= plain[0] <= MOST_EXTENSIONS:
        return None
    between = plain[1:-1]
    if len(between) == 1:
        return False if between[0] >= LEAST_CERTIFICATE else None
    if _is_cut(between) and (len(between) > 2 or between[0] == FULL_RECORD):
        return False
    if between[0] >= LEAST_REQUEST and between[0] < between[1] and _is_cut(between[1:]):
        return True if sum(between[1:]) >= LEAST_CERTIFICATE else None
    return None


def _is_cut(parts: tuple[int, ...]) -> bool:
    """Tell one message cut by a record size limit: equal parts, and the rest."""
    return all(part == parts[0] for part in parts[:-1]) and parts[-1] <= parts[0]


def _told(flight: Flight, end: int, *, asked: bool) -> Request:
    rule = "server-flight-request" if asked else "server-flight-no-request"
    ground = Ground(rule, _sentence(flight.sizes[:end], asked=asked), flight.frames[:end])
    return Request(asked, ground, confidence(rule), end)


@lru_cache(maxsize=1024)
def _sentence(sizes: tuple[int, ...], *, asked: bool) -> str:
    """Put the sizes of a flight into words; servers send the same ones again and again."""
    shown = ", ".join(map(str, sizes[:6])) + (" …" if len(sizes) > 6 else "")
    what = "with" if asked else "without"
    return f"the server's sealed records have the sizes of a flight {what} a CertificateRequest ({shown})"


def reactions(client: Flight, server: Flight, request: Request | None) -> tuple[int, ...]:
    """List the server's records that answer the client's flight, by their place in its own.

    Behind a request nothing comes but the reaction. Else it is what was captured behind the client's first record:
    a server that did not ask may send tickets early, and a refusal often overtakes the client's Finished.
    """
    if request is not None and request.requested and request.end:
        return tuple(range(request.end, len(server.contents)))
    if not client.frames:
        return ()
    begun = client.frames[0]
    return tuple([index for index, frame in enumerate(server.frames) if frame > begun])


def went_on(client: Flight, server: Flight, request: Request | None) -> int | None:
    """Find the frame in which the server went on after the client's flight, with a ticket or with data."""
    for index in reactions(client, server, request):
        if not may_be_alert(server, server.contents[index]):
            return server.frames[index]
    return None


def said_goodbye(client: Flight, end: int, frame: int) -> bool:
    """Tell that the client's last record behind its flight is an alert, and came before `frame`."""
    return len(client.contents) > end and is_alert(client.contents[-1]) and client.frames[-1] < frame


def infer_acceptance(
    client: Flight, server: Flight, request: Request | None, answer: Inference
) -> tuple[bool, Ground, float] | None:
    """Rule 9: tell from what the server sent after the client's flight."""
    later = reactions(client, server, request)
    if not later or server.cut:
        return None
    frame = went_on(client, server, request)
    if frame is not None:
        text = "after the client's answer the server went on with the handshake's tickets or with data"
        return True, Ground("server-accepted", text, (frame,)), confidence("server-accepted")
    alert = server.frames[later[0]]
    if len(later) > 1 or said_goodbye(client, answer.end, alert):
        return None
    text = "after the client's answer the server sent one record of an alert's size and nothing more"
    return (
        False,
        Ground("server-refused", text, (alert,)),
        confidence("server-refused"),
    )
