"""QUIC without keys: lengths of the client's Handshake packets enter, what it did about a certificate leaves.

A `SealedRecord` of a QUIC session is one Handshake packet: `content_type` HANDSHAKE, `size` its Length field (RFC 9000
§17.2.4). Packets in a datagram that also holds an Initial and is filled up to 1,200 bytes are padded: they are left
out by whoever makes the records.
"""

from tlsscope.constants import CLIENT, HANDSHAKE
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ground, Mode, Session
from tlsscope.tables import cipher_suite

from .confidence import confidence
from .verdicts import FACTS, unknown

# A Finished in a packet: number 1 to 4, CRYPTO frame 3 to 5, message 4 and hash, tag 16; an ACK may ride along.
LEAST_AROUND_HASH = 24
EMPTY_CERTIFICATE = 8
MOST_ALONG = 10  # bytes that an ACK and longer numbers were seen to add
LEAST_CERTIFICATE = 350


def infer_quic(session: Session) -> Authentication:
    """Judge by the longest of the client's Handshake packets."""
    hello = session.server_hello
    suite = None if hello is None else cipher_suite(hello.cipher_suite)
    packets = [one for one in session.records if one.direction == CLIENT and one.content_type == HANDSHAKE]
    if suite is None or not packets:
        return unknown("quic-nothing-seen", "no Handshake packet of the client was seen", session.first_frame)
    longest = max(packets, key=lambda packet: packet.size)
    finished = LEAST_AROUND_HASH + suite.hash_length
    return _by_length(longest.size, finished, longest.frame)


def _by_length(length: int, finished: int, frame: int) -> Authentication:
    shown = f"the client's longest Handshake packet has the length {length}"
    if length >= LEAST_CERTIFICATE:
        text = f"{shown}: only a Certificate fills it"
        return _verdict(ClientCertificate.PRESENTED, "quic-certificate", text, frame)
    if finished <= length < finished + EMPTY_CERTIFICATE:
        text = f"{shown}: a Finished, and too little more for an empty Certificate"
        return _verdict(ClientCertificate.NOT_REQUESTED, "quic-finished", text, frame)
    if finished + MOST_ALONG < length <= finished + MOST_ALONG + EMPTY_CERTIFICATE:
        text = f"{shown}: a Finished and an empty Certificate"
        return _verdict(ClientCertificate.DECLINED, "quic-empty-certificate", text, frame)
    if finished <= length <= finished + MOST_ALONG:
        rule = "quic-no-certificate"
        text = f"{shown}: a Finished, with an acknowledgement or an empty Certificate beside it"
        ground = Ground(rule, text, (frame,))
        return Authentication(
            Mode.ONE_WAY, Basis.INFERRED, confidence(rule), ClientCertificate.UNKNOWN, (ground,), sent=False
        )
    return unknown("quic-length-fits-nothing", f"{shown}, which fits no flight that we know", frame)


def _verdict(certificate: ClientCertificate, rule: str, text: str, frame: int) -> Authentication:
    mode, requested, sent = FACTS[certificate]
    ground = Ground(rule, text, (frame,))
    return Authentication(
        mode, Basis.INFERRED, confidence(rule), certificate, (ground,), requested=requested, sent=sent
    )
