"""What can be read of a client's certificate: clear or decrypted messages enter, a verdict leaves.

The same questions for every version: did the server ask, did the client send, did it prove, did the server
accept? What is absent counts only where it would have been seen.
"""

from tlsscope.constants import (
    ALERT,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_URL,
    CLIENT,
    CLIENT_KEY_EXCHANGE,
    COMPRESSED_CERTIFICATE,
    DECRYPTED,
    FINISHED,
    HANDSHAKE,
    SERVER,
    SERVER_HELLO_DONE,
)
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ground, Mode, Session
from tlsscope.tables import cipher_suite

from .transcript import Transcript, is_tls_1_3, proof_frame, whole_client_flight, whole_server_flight
from .verdicts import unknown

NO_REQUEST, DECLINED, PRESENTED = "no-certificate-request", "empty-client-certificate", "client-certificate"
FATAL, CLOSE_NOTIFY = 2, 0
FIXED_DIFFIE_HELLMAN = frozenset((3, 4, 65, 66))  # ClientCertificateType, RFC 5246 §7.4.4, RFC 4492 §5.5


def judge_client_certificate(session: Session, seen: Transcript) -> Authentication:
    """Judge by the messages that can be read."""
    if seen.client_certificate() is not None or seen.no_certificate_alert is not None:
        return _answered(session, seen)
    request = seen.request()
    if request is not None:
        return _asked_only(session, seen, request)
    return _not_asked(session, seen)


def _answered(session: Session, seen: Transcript) -> Authentication:
    """The client's Certificate is there."""
    frame = seen.client_certificate() or seen.no_certificate_alert
    request = seen.request()
    basis = _basis(seen, CLIENT, CERTIFICATE, COMPRESSED_CERTIFICATE, CERTIFICATE_URL)
    if seen.client_certificate() is None or session.client_certificates == ():
        text = "the server asked for a certificate, and the client sent an empty Certificate"
        if seen.client_certificate() is None:
            text = "the server asked for a certificate, and the client warned that it has none (SSL 3.0)"
        ground = Ground(DECLINED, text, seen.known_frames(request, frame))
        return _verdict(session, seen, Mode.ONE_WAY, basis, ClientCertificate.DECLINED, ground)
    proof = proof_frame(seen)
    if proof is not None:
        text = "the client sent a certificate and proved with CertificateVerify that it holds the key"
        ground = Ground(PRESENTED, text, seen.known_frames(request, frame, proof))
        return _verdict(session, seen, Mode.MUTUAL, basis, ClientCertificate.PRESENTED, ground)
    return _unproved(session, seen, basis, seen.known_frames(request, frame))


def _unproved(session: Session, seen: Transcript, basis: Basis, frames: tuple[int, ...]) -> Authentication:
    """A certificate without CertificateVerify: its own key made the secret, or the proof is not there."""
    exchange = seen.frame(CLIENT, CLIENT_KEY_EXCHANGE)
    if is_fixed_diffie_hellman(session) and exchange is not None:
        text = "the client sent a certificate whose fixed Diffie-Hellman key is its share of the key exchange"
        ground = Ground("fixed-diffie-hellman", text, (*frames, exchange))
        return _verdict(session, seen, Mode.MUTUAL, basis, ClientCertificate.PRESENTED, ground)
    missing = "the handshake ended before it"
    if session.gap_before[CLIENT] is not None:
        missing = "bytes of the client are missing from the capture"
    text = f"the client sent a certificate, but no CertificateVerify was seen: {missing}"
    ground = Ground("no-certificate-verify", text, frames)
    return _verdict(session, seen, Mode.UNKNOWN, basis, ClientCertificate.PRESENTED, ground)


def is_fixed_diffie_hellman(session: Session) -> bool:
    """RFC 5246 §7.4.7.2: ClientKeyExchange is then empty, for the certificate holds the share."""
    request = session.certificate_request
    asked = request is None or not FIXED_DIFFIE_HELLMAN.isdisjoint(request.certificate_types)
    return session.client_key_exchange == b"" and asked


def _asked_only(session: Session, seen: Transcript, request: int) -> Authentication:
    """The request is there, the answer is not."""
    answered = whole_client_flight(session, seen)
    if answered is not None:
        # RFC 5246 §7.4.6: a client that was asked MUST send a Certificate. This one went on without.
        ground = Ground(
            "request-ignored",
            "the server asked for a certificate, and the client went on without one",
            (request, answered),
        )
        basis = _basis(seen, SERVER, CERTIFICATE_REQUEST)
        return _verdict(session, seen, Mode.ONE_WAY, basis, ClientCertificate.DECLINED, ground)
    if session.gap_before[CLIENT] is not None:
        why = "bytes of the client are missing from the capture"
    elif session.client_hello is None:
        why = "the client's direction is not in the capture"
    else:
        why = "the handshake ended, or the capture did, before the client answered"
    text = f"the server asked for a certificate, but the client's answer was not seen: {why}"
    verdict = unknown("no-answer-seen", text, request)
    return Authentication(
        verdict.mode,
        verdict.basis,
        verdict.confidence,
        verdict.client_certificate,
        verdict.grounds,
        requested=True,
    )


def _not_asked(session: Session, seen: Transcript) -> Authentication:
    """Neither request nor answer: absent, or not visible?"""
    server_end = whole_server_flight(session, seen)
    client_end = whole_client_flight(session, seen)
    shown = session.server_certificates is not None
    if server_end is not None and shown:
        text = "the server showed its certificate and ended its flight without a CertificateRequest"
        frames = seen.known_frames(session.server_certificates_frame, server_end)
        basis = _basis(seen, SERVER, FINISHED if is_tls_1_3(session.version) else SERVER_HELLO_DONE)
    elif client_end is not None and (shown or _suite_needs_certificate(session)):
        text = "the client ended its flight without a Certificate, which it would have to send if it was asked"
        frames = seen.known_frames(session.server_certificates_frame, client_end)
        basis = _basis(seen, CLIENT, FINISHED if is_tls_1_3(session.version) else CLIENT_KEY_EXCHANGE)
    else:
        return _nothing_seen(session, seen)
    ground = Ground(NO_REQUEST, text, frames)
    return _verdict(session, seen, Mode.ONE_WAY, basis, ClientCertificate.NOT_REQUESTED, ground)


def _suite_needs_certificate(session: Session) -> bool:
    hello = session.server_hello
    suite = None if hello is None else cipher_suite(hello.cipher_suite)
    return suite is not None and suite.key_exchange != "TLS13"


def _nothing_seen(session: Session, seen: Transcript) -> Authentication:
    frames = seen.known_frames(session.client_hello_frame, session.server_hello_frame)
    if session.gap_before[SERVER] is not None:
        return unknown("gap", "bytes of the server's flight are missing from the capture", *frames)
    if session.server_hello is None:
        return unknown("one-direction", "the server's direction is not in the capture", *frames)
    return unknown("incomplete", "the handshake, or the capture, ended before the server had ended its flight", *frames)


def _verdict(
    session: Session,
    seen: Transcript,
    mode: Mode,
    basis: Basis,
    certificate: ClientCertificate,
    ground: Ground,
) -> Authentication:
    requested = certificate is not ClientCertificate.NOT_REQUESTED
    accepted, second = _acceptance(session, seen) if requested else (None, None)
    return Authentication(
        mode,
        None if mode is Mode.UNKNOWN else basis,
        0.0 if mode is Mode.UNKNOWN else 1.0,
        certificate,
        (ground,) if second is None else (ground, second),
        requested=requested,
        sent=certificate is ClientCertificate.PRESENTED,
        accepted=accepted,
    )


def _acceptance(session: Session, seen: Transcript) -> tuple[bool | None, Ground | None]:
    """Tell whether the server went on after the client's answer."""
    went_on = _server_went_on(session, seen) if is_tls_1_3(session.version) else None
    for alert in session.alerts:
        if alert.direction == SERVER and alert.level == FATAL and alert.description is not None:
            if went_on is not None and went_on < alert.frame:
                break
            return False, Ground("server-alert", "the server answered with a fatal alert", (alert.frame,))
    if is_tls_1_3(session.version):
        if went_on is None:
            return None, None
        return True, Ground("server-went-on", "the server went on after the client's answer: it accepted", (went_on,))
    changed = seen.change_cipher_spec[SERVER] or seen.frame(SERVER, FINISHED)
    if changed is None:
        return None, None
    return True, Ground("server-changed-cipher", "the server went on to its ChangeCipherSpec: it accepted", (changed,))


def _server_went_on(session: Session, seen: Transcript) -> int | None:
    """Find what only a server sends that accepted: a ticket or another message, or an orderly goodbye."""
    finished = seen.frame(CLIENT, FINISHED)
    if finished is None:
        return None
    for message in session.messages:
        if message.direction != SERVER or message.frame <= finished or message.protection != DECRYPTED:
            continue
        if message.content_type == HANDSHAKE or (message.content_type == ALERT and message.type == CLOSE_NOTIFY):
            return message.frame
    return None


def _basis(seen: Transcript, direction: int, *kinds: int) -> Basis:
    """A verdict on a message that had to be decrypted is decrypted."""
    return Basis.DECRYPTED if seen.was_decrypted(direction, *kinds) else Basis.OBSERVED
