"""Which sealed record is which: a judged session enters; what each record is taken to hold leaves, by its place.

Only what a rule of the verdict has claimed is said: no rule, no name. Content types and handshake types stay integers.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tlsscope.constants import (
    ALERT,
    APPLICATION_DATA,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_VERIFY,
    CLIENT,
    COMPRESSED_CERTIFICATE,
    ENCRYPTED,
    ENCRYPTED_EXTENSIONS,
    FINISHED,
    HANDSHAKE,
    NEW_SESSION_TICKET,
    SERVER,
)
from tlsscope.session.model import Session

from .answers import Inference
from .case import Case
from .flight import Flight, Offers
from .inference import infer_client, infer_post_handshake
from .rows import JSSE_PADDING, is_alert
from .rules import EXACT_RULES, PRESENTED, first_answer
from .server_flight import Request, reactions

KEY_UPDATE_CONTENT = 5  # header 4, request_update 1; RFC 8446 §4.6.3


class Held(NamedTuple):
    """What a sealed record holds: these handshake messages, or (`part`) a piece of them, and padding."""

    content_types: tuple[int, ...]  # more than one: a rule tells no closer
    messages: tuple[int, ...] = ()
    padding: int = 0
    part: bool = False


Names = dict[int, Held]  # by the place in a flight, or in the session's messages

ALERT_HELD, DATA_HELD = Held((ALERT,)), Held((APPLICATION_DATA,))
TICKET_OR_DATA = Held((HANDSHAKE, APPLICATION_DATA), (NEW_SESSION_TICKET,))

# The whole flight, by rule; longer ones begin with pieces of the first.
FLIGHTS: dict[str, tuple[tuple[int, ...], ...]] = {
    "client-finished-first": ((FINISHED,),),
    "client-finished-first-jsse": ((FINISHED,),),
    "client-empty-certificate": ((CERTIFICATE,), (FINISHED,)),
    "client-empty-certificate-jsse": ((CERTIFICATE,), (FINISHED,)),
    "client-empty-certificate-merged": ((CERTIFICATE, FINISHED),),
    "client-empty-certificate-begun": ((CERTIFICATE,),),
    "client-empty-certificate-compressed": ((COMPRESSED_CERTIFICATE,), (FINISHED,)),
    "client-certificate-verify": ((CERTIFICATE,), (CERTIFICATE_VERIFY,), (FINISHED,)),
    "client-certificate-small": ((CERTIFICATE,), (CERTIFICATE_VERIFY,), (FINISHED,)),
    "client-certificate-cut": ((CERTIFICATE, CERTIFICATE_VERIFY), (FINISHED,)),
    "client-certificate-merged": ((CERTIFICATE, CERTIFICATE_VERIFY, FINISHED),),
    "client-application-settings": ((ENCRYPTED_EXTENSIONS, FINISHED),),
}
PADDED_RULES = frozenset(("client-finished-first-jsse", "client-empty-certificate-jsse"))


def name_records(session: Session) -> Names:
    """Name sealed records of a TLS 1.3 session, by their index in `messages`."""
    case, verdict = Case(session), session.authentication
    if case.sides is None or case.offer is None or verdict is None or session.protocol != "TLS":
        return {}
    client, server = case.sides
    rules = {ground.rule for ground in verdict.grounds}
    if "contradiction" in rules:
        return {}
    if "psk-selected" in rules:
        of_client = {} if case.offer.early_data else _psk_flight(client, (FINISHED,))
        of_server = _psk_flight(server, (ENCRYPTED_EXTENSIONS,), (FINISHED,))
    else:
        of_client = _client(client, case.offer, rules)
        of_server = _server(client, server, case.request, rules)
    return _by_message(session, CLIENT, client, of_client) | _by_message(session, SERVER, server, of_server)


def _client(flight: Flight, offer: Offers, rules: set[str]) -> Names:
    answer = infer_client(flight, offer)
    if answer is None or not {answer.rule, "client-post-handshake"} & rules:
        return {}
    if answer.rule == "client-gave-up":
        return {0: ALERT_HELD}
    exact = first_answer(EXACT_RULES, flight, offer) if answer.rule == "client-after-early-data" else answer
    if exact is None or exact.rule not in FLIGHTS:
        return {}
    names = _laid_out(flight, exact)
    if not offer.post_handshake:
        names |= _behind(flight, exact.end, DATA_HELD)
    later = infer_post_handshake(flight, offer, exact.end) if "client-post-handshake" in rules else None
    return names if later is None else names | _asked_later(later)


def _laid_out(flight: Flight, answer: Inference) -> Names:
    """Lay a rule's messages over its records: what is more than they are is pieces of the first."""
    layout = FLIGHTS[answer.rule]
    extra = answer.end - len(layout)
    padding = _padding(flight, answer)
    first = Held((HANDSHAKE,), layout[0], padding, part=extra > 0)
    rest = [Held((HANDSHAKE,), messages, padding) for messages in layout[1:]]
    return dict(enumerate([first] * (extra + 1) + rest))


def _padding(flight: Flight, answer: Inference) -> int:
    """Java pads each record alike; where a Finished ends the flight, it tells."""
    if answer.rule in PADDED_RULES:
        return JSSE_PADDING
    last = flight.contents[answer.end - 1] - flight.finished
    return last if last == JSSE_PADDING and FLIGHTS[answer.rule][-1] == (FINISHED,) else 0


def _behind(flight: Flight, end: int, held: Held) -> Names:
    """Behind its flight a side sends data (and tickets, if it is the server); an alert comes last."""
    last = len(flight.contents) - 1
    names = {}
    for index in range(end, last + 1):
        content = flight.contents[index]
        if content in (KEY_UPDATE_CONTENT, KEY_UPDATE_CONTENT + JSSE_PADDING):
            continue
        if not is_alert(content):
            names[index] = held
        elif index == last and not flight.cut:
            names[index] = ALERT_HELD
    return names


def _asked_later(answer: Inference) -> Names:
    layout: tuple[int, ...] = (CERTIFICATE, CERTIFICATE_VERIFY, FINISHED)
    if answer.certificate is not PRESENTED:
        layout = (CERTIFICATE, FINISHED)
    start = answer.end - len(layout)
    return {start + index: Held((HANDSHAKE,), (kind,)) for index, kind in enumerate(layout)}


def _server(client: Flight, server: Flight, request: Request | None, rules: set[str]) -> Names:
    names: Names = {}
    if request is not None and request.ground.rule in rules:
        names = dict(enumerate(_server_flight(server, request))) | _behind(server, request.end, TICKET_OR_DATA)
    later = reactions(client, server, request)
    if "server-refused" in rules:
        names |= dict.fromkeys(later, ALERT_HELD)
    elif "server-accepted" in rules:
        names |= {index: TICKET_OR_DATA for index in later if not is_alert(server.contents[index])}
    return names


def _server_flight(server: Flight, request: Request) -> Iterator[Held]:
    """RFC 8446 §2: EncryptedExtensions, CertificateRequest, Certificate, CertificateVerify, Finished."""
    padding = server.contents[request.end - 1] - server.finished
    before = (ENCRYPTED_EXTENSIONS, CERTIFICATE_REQUEST) if request.requested else (ENCRYPTED_EXTENSIONS,)
    pieces = request.end - len(before) - 2
    for kind in (*before, *[CERTIFICATE] * pieces, CERTIFICATE_VERIFY, FINISHED):
        yield Held((HANDSHAKE,), (kind,), padding, part=kind == CERTIFICATE and pieces > 1)


def _psk_flight(flight: Flight, *layout: tuple[int, ...]) -> Names:
    """RFC 8446 §2.2: with a pre-shared key a side sends no certificate, and its Finished tells by its size."""
    last = len(layout) - 1
    if len(flight.contents) <= last or flight.contents[last] - flight.finished not in (0, JSSE_PADDING):
        return {}
    padding = flight.contents[last] - flight.finished
    return {index: Held((HANDSHAKE,), messages, padding) for index, messages in enumerate(layout)}


def _by_message(session: Session, side: int, flight: Flight, names: Names) -> Names:
    """Go from places in a flight to places in the messages, by frame and size: both keep the order of the wire."""
    found: Names = {}
    place = 0
    for index, message in enumerate(session.messages):
        if message.direction != side or message.protection != ENCRYPTED or message.content_type != APPLICATION_DATA:
            continue
        for here in range(place, len(flight.frames)):
            if flight.frames[here] > message.frame:
                break
            if (flight.frames[here], flight.sizes[here]) == (message.frame, message.length):
                place = here + 1
                if here in names:
                    found[index] = names[here]
                break
    return found
