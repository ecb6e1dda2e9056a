"""TLS 1.3 without keys: a session's sealed records enter, what the client did about a certificate leaves.

The first rule that answers speaks, unless deliberate padding could explain the sizes too. Early data and
authentication after the handshake have ways of their own.
"""

from tlsscope.session.model import ClientCertificate

from .answers import Inference, answered, hold
from .confidence import LIKELY, confidence
from .flight import CERTIFICATE_VERIFY, EMPTY_CERTIFICATE, Flight, Offers
from .padding import PADDED_FROM, is_padded, readings
from .rows import JSSE_PADDING
from .rules import DECLINED, EXACT_RULES, PRESENTED, RULES, UNKNOWN, first_answer


def infer_client(flight: Flight, offer: Offers) -> Inference | None:
    """Read the client's flight; None where no rule fits."""
    if not flight.contents:
        return None
    if is_padded(flight):
        return _padded(flight)
    if offer.early_data:
        return _after_early_data(flight, offer)
    return _weigh_padding(flight, first_answer(RULES, flight, offer))


def _padded(flight: Flight) -> Inference:
    """Rule 2: the client pads; an answer only where every block size that fits gives the same."""
    found = readings(flight)
    block = flight.block()
    end = min(3, len(flight.contents))
    if len(found) == 1:
        return answered(
            flight,
            found.pop(),
            "client-padded",
            end,
            f"the client pads its records to a multiple of {block} bytes, and only this fits",
        )
    return answered(
        flight,
        UNKNOWN,
        "client-padded",
        end,
        f"the client pads its records to a multiple of {block} bytes, which hides what they hold",
    )


def _weigh_padding(flight: Flight, answer: Inference | None) -> Inference | None:
    """Let an answer stand only as far as padding to a block does not explain the sizes otherwise."""
    found = readings(flight)
    if answer is None:
        return _padded(flight) if len(found) == 1 and len(flight.contents) > 2 else None
    if answer.certificate is UNKNOWN or found <= {answer.certificate}:
        return answer
    inexact = answer.rule in ("client-certificate-begun", "client-certificate-merged")
    if len(flight.contents) > (1 if inexact and flight.block() >= PADDED_FROM else 2):
        return answered(
            flight,
            UNKNOWN,
            "client-padding-not-excluded",
            answer.end,
            f"all sizes are multiples of {flight.block()}: the client may pad, and then they say nothing",
        )
    return hold(answer, LIKELY, "padding cannot be excluded")


def _after_early_data(flight: Flight, offer: Offers) -> Inference | None:
    """Rule 10: early data may still come first; only a flight of exact sizes right at the start is told."""
    answer = first_answer(EXACT_RULES, flight, offer)
    if answer is None or answer.certificate is UNKNOWN:
        return answer
    rule = "client-after-early-data"
    return hold(answer._replace(rule=rule), confidence(rule), "it had offered early data, which may come first")


def infer_post_handshake(flight: Flight, offer: Offers, start: int) -> Inference | None:
    """Rule 11: a client that offered it may answer a CertificateRequest after the handshake."""
    if not offer.post_handshake:
        return None
    contents = flight.contents
    for index in range(start + 1, len(contents)):
        padding = contents[index] - flight.finished
        if padding not in (0, JSSE_PADDING):
            continue
        if contents[index - 1] - EMPTY_CERTIFICATE - padding in (8, 16, 32, 64):
            return _post_handshake(flight, DECLINED, index - 1, index)
        verified = contents[index - 1] - padding in CERTIFICATE_VERIFY
        if verified and index - 2 >= start and contents[index - 2] > 100:
            return _post_handshake(flight, PRESENTED, index - 2, index)
    return None


def _post_handshake(flight: Flight, certificate: ClientCertificate, first: int, last: int) -> Inference:
    shown = ", ".join(str(size) for size in flight.sizes[first : last + 1])
    what = "a Certificate, a CertificateVerify" if certificate is PRESENTED else "an empty Certificate"
    rule = "client-post-handshake"
    text = f"after the handshake the client sent records of the sizes of {what} and a Finished ({shown})"
    return Inference(certificate, rule, text, flight.frames[first : last + 1], confidence(rule), last + 1)
