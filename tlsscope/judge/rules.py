"""The rules for the client's flight without keys: sizes enter, an Inference or None leaves.

After the last ServerHello a client sends a Finished alone when it was not asked, an empty Certificate
before it when it has none, or a Certificate and its CertificateVerify (RFC 8446 §4.4). Each rule is a pure
function.
"""

from collections.abc import Callable

from tlsscope.session.model import ClientCertificate

from .answers import Inference, answered, hold
from .confidence import LIKELY
from .flight import CERTIFICATE_VERIFY, EMPTY_CERTIFICATE, Flight, Offers
from .rows import ALERT_CONTENT, JSSE_PADDING, is_alert

NOT_REQUESTED, DECLINED = ClientCertificate.NOT_REQUESTED, ClientCertificate.DECLINED
PRESENTED, UNKNOWN = ClientCertificate.PRESENTED, ClientCertificate.UNKNOWN

SMALL_CERTIFICATE = 40  # a raw public key and its CertificateVerify are no less
CERTAIN_CERTIFICATE = 235  # a Certificate with an X.509 certificate is no less
MOST_FRAGMENTS = 40  # records that one Certificate may be cut into
ROUND_BLOCKS = (16, 50)
LEAST_SETTINGS = 10  # EncryptedExtensions of a client with one empty application_settings

Rule = Callable[[Flight, Offers], Inference | None]


def first_answer(rules: tuple[Rule, ...], flight: Flight, offer: Offers) -> Inference | None:
    """Ask one rule after the other."""
    for rule in rules:
        answer = rule(flight, offer)
        if answer is not None:
            return answer
    return None


def _gave_up(flight: Flight, _: Offers) -> Inference | None:
    """Rule 1: an alert where the flight should begin."""
    if not is_alert(flight.contents[0]) or len(flight.contents) > 1:
        return None
    return answered(
        flight,
        UNKNOWN,
        "client-gave-up",
        1,
        "the client's first sealed record has the size of an alert: it gave up before it answered",
    )


def _finished_first(flight: Flight, _: Offers) -> Inference | None:
    """Rule 3: a Finished and nothing before it."""
    contents = flight.contents
    padding = contents[0] - flight.finished
    if padding not in (0, JSSE_PADDING) or min(contents) < padding:
        return None
    if len(contents) > 1 and contents[1] == contents[0]:
        # An empty Certificate that was padded to a Finished's size looks the same.
        return answered(
            flight,
            UNKNOWN,
            "client-padding-not-excluded",
            2,
            "the client's first two sealed records both have the size of a Finished: the first may be "
            "one, or an empty Certificate that was padded",
        )
    rule = "client-finished-first" if padding == 0 else "client-finished-first-jsse"
    answer = answered(
        flight,
        NOT_REQUESTED,
        rule,
        1,
        "the client's first sealed record has the size of a Finished: it sent no Certificate message, "
        "so it was not asked for one",
    )
    added = contents[0] - EMPTY_CERTIFICATE
    if len(contents) > 1 and contents[1] == flight.finished + added and min(contents) >= added:
        return hold(answer, LIKELY, "constant padding cannot be excluded")
    return answer


def _merged_empty_certificate(flight: Flight, _: Offers) -> Inference | None:
    """Rule 4, in one record, as NSS, BoringSSL and rustls send it."""
    contents = flight.contents
    if contents[0] != flight.finished + EMPTY_CERTIFICATE:
        return None
    answer = answered(
        flight,
        DECLINED,
        "client-empty-certificate-merged",
        1,
        "the client's first sealed record has the size of an empty Certificate and a Finished: "
        "it was asked for a certificate and sent none",
    )
    if min(contents[1:], default=EMPTY_CERTIFICATE) < EMPTY_CERTIFICATE:
        return answer
    return hold(answer, LIKELY, "no record so small was seen that constant padding would be excluded")


def _empty_certificate(flight: Flight, _: Offers) -> Inference | None:
    """Rule 4: an empty Certificate, then a Finished."""
    contents, finished = flight.contents, flight.finished
    padding = contents[0] - EMPTY_CERTIFICATE
    if padding not in (0, JSSE_PADDING) or min(contents) < padding:
        return None
    if len(contents) == 1 and padding == 0:
        rule, text = (
            "client-empty-certificate-begun",
            "the client's first sealed record has the size of an empty",
        )
        return answered(flight, DECLINED, rule, 1, f"{text} Certificate, and nothing of its Finished was seen")
    if len(contents) == 1 or contents[1] != finished + padding:
        return None
    rule = "client-empty-certificate-jsse" if padding else "client-empty-certificate"
    return answered(
        flight,
        DECLINED,
        rule,
        2,
        "the client's first sealed records have the sizes of an empty Certificate and a Finished: "
        "it was asked for a certificate and sent none",
    )


def _certificate_verify(flight: Flight, _: Offers) -> Inference | None:
    """Rule 5: a Certificate, a CertificateVerify whose size tells its key, a Finished."""
    end = _finished_at(flight)
    if end is None or end < 2:
        return None
    padding = flight.contents[end] - flight.finished
    key = CERTIFICATE_VERIFY.get(flight.contents[end - 1] - padding)
    if key is None or sum(flight.contents[: end - 1]) < SMALL_CERTIFICATE:
        return None
    return answered(
        flight,
        PRESENTED,
        "client-certificate-verify",
        end + 1,
        f"the client's sealed records have the sizes of a Certificate, a CertificateVerify by a key "
        f"{key} and a Finished: it presented a certificate and proved that it holds its key",
    )


def _certificate_cut(flight: Flight, offer: Offers) -> Inference | None:
    """Rule 6: much or something before a Finished, and no CertificateVerify of a known size."""
    end = _finished_at(flight)
    if not end:
        return None
    before = sum(flight.contents[:end])
    if before >= CERTAIN_CERTIFICATE:
        return answered(
            flight,
            PRESENTED,
            "client-certificate-cut",
            end + 1,
            f"the client sent {before} bytes before a record of a Finished's size, which only a "
            f"Certificate and its CertificateVerify fill",
        )
    if before >= SMALL_CERTIFICATE and end == 2 and offer.raw_public_key:
        return answered(
            flight,
            PRESENTED,
            "client-certificate-small",
            end + 1,
            f"the client sent {before} bytes before a record of a Finished's size, as with a raw "
            f"public key, which it had offered",
        )
    return None


def _finished_at(flight: Flight) -> int | None:
    """Find the Finished that ends the flight; before it, equal fragments and two other records."""
    others = 0
    for index, content in enumerate(flight.contents[: MOST_FRAGMENTS + 1]):
        if content - flight.finished in (0, JSSE_PADDING):
            return index
        others += content != flight.contents[0]
        if others > 2:
            return None
    return None


def _certificate_merged(flight: Flight, _: Offers) -> Inference | None:
    """Rule 7: one record that holds a whole flight with a certificate."""
    first, later = flight.contents[0], flight.contents[1:]
    if first < flight.finished + CERTAIN_CERTIFICATE:
        return None
    if first in later[:1]:
        return answered(
            flight,
            UNKNOWN,
            "client-padding-not-excluded",
            2,
            "the client's first two sealed records are large and equal, as if it padded them",
        )
    # An alert in its own size shows that the client does not pad all records. It may still pad its handshake
    # only, and then to a round size.
    if min(later, default=first) > ALERT_CONTENT or any((first + 1) % block == 0 for block in ROUND_BLOCKS):
        return answered(
            flight,
            PRESENTED,
            "client-certificate-begun",
            1,
            "the client's first sealed record is far larger than a Finished, as with a certificate",
        )
    return answered(
        flight,
        PRESENTED,
        "client-certificate-merged",
        1,
        "the client's first sealed record is far larger than a Finished: only a Certificate fills it",
    )


def _compressed_empty(flight: Flight, offer: Offers) -> Inference | None:
    """Rule 7, second half: a record smaller than any Certificate with content, then a Finished."""
    if len(flight.contents) < 2 or offer.application_settings or not (offer.compression or not offer.known):
        return None
    first, second = flight.contents[:2]
    padding = second - flight.finished
    if padding not in (0, JSSE_PADDING) or not EMPTY_CERTIFICATE < first - padding < SMALL_CERTIFICATE - 8:
        return None
    return answered(
        flight,
        DECLINED,
        "client-empty-certificate-compressed",
        2,
        "the client sent one small record before its Finished, too small for a certificate: an empty "
        "Certificate that was compressed",
    )


def _application_settings(flight: Flight, offer: Offers) -> Inference | None:
    """Rule 12: EncryptedExtensions of the client's own before its Finished, in one record."""
    if not offer.application_settings or flight.contents[0] != flight.finished + LEAST_SETTINGS:
        return None
    return answered(
        flight,
        NOT_REQUESTED,
        "client-application-settings",
        1,
        "the client's first sealed record has the size of its application settings and a Finished",
    )


EXACT_RULES: tuple[Rule, ...] = (
    _finished_first,
    _merged_empty_certificate,
    _empty_certificate,
    _certificate_verify,
)
RULES: tuple[Rule, ...] = (
    _gave_up,
    *EXACT_RULES,
    _certificate_cut,
    _certificate_merged,
    _compressed_empty,
    _application_settings,
)
