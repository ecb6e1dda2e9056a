"""TLS 1.2: a client certificate in a renegotiation, encrypted, but in records that say handshake.

After the first, clear handshake each sealed record of content type 22 is a message (or several) of a second
one. Sizes enter, the client's answer leaves (RFC 5246 §7.4; records: §6.2.3).
"""

from tlsscope.constants import CLIENT, HANDSHAKE, SERVER
from tlsscope.session.model import ClientCertificate, Session
from tlsscope.tables import cipher_suite

from .answers import Inference
from .confidence import confidence

EMPTY_CERTIFICATE = 7  # header 4, list length 3
LEAST_CLIENT_HELLO = 40
LEAST_CERTIFICATE = 200
FINISHED = 16  # header 4, verify_data 12
GCM_NONCE = 8


def infer_renegotiation(session: Session) -> Inference | None:
    """Tell the client's answer in an encrypted second handshake; None where there was none, or it hides."""
    hello = session.server_hello
    suite = None if hello is None else cipher_suite(hello.cipher_suite)
    if suite is None or suite.mac != "AEAD":
        return None  # CBC pads to its block and hides what differs by a few bytes
    overhead = 5 + suite.tag_length + (0 if suite.cipher.startswith("CHACHA20") else GCM_NONCE)
    sides: tuple[list[int], list[int]] = ([], [])
    frames = []
    for record in session.records:
        if record.after_gap:
            return None
        if record.content_type == HANDSHAKE:
            sides[record.direction].append(record.size - overhead)
            if record.direction == CLIENT:
                frames.append(record.frame)
    client, server = sides[CLIENT][1:], sides[SERVER][1:]  # the first one is the first handshake's Finished
    if len(client) < 3 or len(server) < 2 or client[0] < LEAST_CLIENT_HELLO:
        return None
    return _second_flight(client, tuple(frames[1:]))


def _second_flight(client: list[int], frames: tuple[int, ...]) -> Inference | None:
    """[ClientHello, (Certificate), ClientKeyExchange, (CertificateVerify), Finished], a record each."""
    shown = ", ".join(map(str, client[:6]))
    if client[1] == EMPTY_CERTIFICATE and FINISHED in client[2:4]:
        rule = "renegotiation-empty-certificate"
        text = f"the client's messages in a sealed second handshake have sizes {shown}: an empty Certificate"
        return Inference(ClientCertificate.DECLINED, rule, text, frames, confidence(rule))
    if client[1] >= LEAST_CERTIFICATE and len(client) > 4 and client[3] > FINISHED and client[4] == FINISHED:
        rule = "renegotiation-certificate"
        text = (
            f"the client's messages in a sealed second handshake have sizes {shown}: a Certificate, "
            f"and a CertificateVerify before the Finished"
        )
        return Inference(ClientCertificate.PRESENTED, rule, text, frames, confidence(rule))
    return None
