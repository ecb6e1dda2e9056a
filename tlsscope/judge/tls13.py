"""TLS 1.3: a session enters, its Authentication leaves; with keys messages speak, without keys sizes."""

from tlsscope.constants import CLIENT, FINISHED, SERVER
from tlsscope.handshake.extensions import codes, find
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ground, Mode, Session

from .answers import Inference, hold
from .case import Case
from .confidence import GUESS, LIKELY, confidence
from .flight import Flight, Offers, clear_alert, closed_by
from .inference import infer_client, infer_post_handshake
from .quic import infer_quic
from .readable import judge_client_certificate
from .rows import KEPT, is_alert
from .server_flight import Request, infer_acceptance, went_on
from .transcript import Transcript
from .verdicts import RESUMED, inferred, unknown

FITS_NOTHING = "sizes-fit-nothing"


def authenticate_tls_1_3(case: Case) -> Authentication:
    """Judge a TLS 1.3 session by the best that there is."""
    session, seen = case.session, case.seen
    hello = session.server_hello
    if hello is None:
        return unknown("no-server-hello", "no ServerHello was seen", session.first_frame)
    selected = find(hello.extensions, codes.PRE_SHARED_KEY)
    resumes = selected is not None and find(hello.extensions, codes.TLS_CERT_WITH_EXTERN_PSK) is None
    answer = seen.client_certificate()
    if answer is not None or ((CLIENT, FINISHED) in seen.decrypted and not resumes):
        return _with_proof_by_size(case, judge_client_certificate(session, seen))
    if resumes:
        return _pre_shared_key(case)
    if session.protocol == "QUIC":
        return infer_quic(session)
    if session.protocol == "DTLS":
        return unknown(
            "dtls-sealed",
            "the handshake is encrypted, and the sizes of DTLS 1.3 records are not weighed",
            session.first_frame,
        )
    return _infer(case, _readable_request(seen) or case.request)


def _with_proof_by_size(case: Case, read: Authentication) -> Authentication:
    """Where the Certificate opens and its CertificateVerify does not, the sizes may show that it was there."""
    if read.mode is not Mode.UNKNOWN or read.client_certificate is not ClientCertificate.PRESENTED:
        return read
    told = _infer(case, _readable_request(case.seen) or case.request)
    if told.grounds[0].rule != "client-certificate-verify":
        return read
    return Authentication(
        told.mode,
        told.basis,
        told.confidence,
        told.client_certificate,
        (*told.grounds, *read.grounds),
        requested=True,
        sent=True,
        accepted=told.accepted,
    )


def _readable_request(seen: Transcript) -> Request | None:
    """Tell from a server's flight that keys opened, though they did not open the client's."""
    end = seen.frame(SERVER, FINISHED)
    asked = seen.request()
    if asked is not None:
        text = "the server's decrypted flight holds a CertificateRequest"
        return Request(requested=True, ground=Ground("decrypted-request", text, (asked,)), confidence=1.0, end=0)
    if seen.whole_until(SERVER, end):
        text = "the server's decrypted flight holds no CertificateRequest"
        return Request(
            requested=False,
            ground=Ground("decrypted-no-request", text, seen.known_frames(end)),
            confidence=1.0,
            end=0,
        )
    return None


def _pre_shared_key(case: Case) -> Authentication:
    """Rule 0: no certificates in this handshake, RFC 8446 §4.1.1; the key's age may tell whose it was."""
    session = case.session
    frames = () if session.server_hello_frame is None else (session.server_hello_frame,)
    ground = Ground("psk-selected", "the ServerHello selects a pre-shared key: no certificates are sent", frames)
    if case.pre_shared_key is not None and case.pre_shared_key[1] == 0:
        # RFC 8446 §4.2.11: an external identity has an obfuscated age of 0; a ticket has it once in 2^32.
        external = Ground("external-psk", "the identity has no ticket age: the key was agreed outside of TLS", frames)
        return Authentication(
            Mode.PSK,
            Basis.INFERRED,
            confidence("external-psk"),
            ClientCertificate.NOT_REQUESTED,
            (ground, external),
            requested=False,
            sent=False,
        )
    resumed = "the session resumes an earlier one, and that one's handshake is not in the capture"
    verdict = unknown(RESUMED, resumed, *frames, grounds=(ground,))
    return Authentication(
        verdict.mode,
        verdict.basis,
        verdict.confidence,
        verdict.client_certificate,
        verdict.grounds,
        requested=False,
        sent=False,
    )


def infer_authentication(case: Case) -> Authentication:
    """Judge by sizes alone, keys or no keys: so it can be measured where there are keys."""
    if case.session.protocol == "QUIC":
        return infer_quic(case.session)
    return _infer(case, case.request)


def _infer(case: Case, request: Request | None) -> Authentication:
    session, offer, sides = case.session, case.offer, case.sides
    if sides is None or offer is None:
        return unknown("unknown-suite", "the cipher suite is not known: the sizes say nothing", session.first_frame)
    client, _ = sides
    answer = infer_client(client, offer)
    if answer is None or answer.certificate is ClientCertificate.UNKNOWN:
        return _without_answer(session, sides, offer, request, answer)
    if not offer.known:
        answer = hold(answer, LIKELY, "the ClientHello was not seen, nor what may be missing behind it")
    if request is not None and request.requested is (answer.certificate is ClientCertificate.NOT_REQUESTED):
        return unknown(
            "contradiction",
            "the client's sizes and the server's contradict each other",
            grounds=(answer.ground(), request.ground),
        )
    return _answered(session, sides, offer, request, answer)


def _answered(
    session: Session, sides: tuple[Flight, Flight], offer: Offers, request: Request | None, answer: Inference
) -> Authentication:
    client, server = sides
    if answer.certificate is ClientCertificate.NOT_REQUESTED and offer.post_handshake:
        later = infer_post_handshake(client, offer, answer.end)
        if later is not None:
            return inferred(later, later.confidence, (answer.ground(),))
        if not _seen_to_its_end(session, client):
            answer = hold(answer, LIKELY, "it had offered to be asked later, and not all that followed was seen")
    grounds = () if request is None else (request.ground,)
    verdict = inferred(answer, answer.confidence, grounds)
    if answer.certificate is ClientCertificate.NOT_REQUESTED:
        return verdict
    accepted = infer_acceptance(client, server, request, answer)
    if accepted is None:
        return verdict
    return Authentication(
        verdict.mode,
        verdict.basis,
        verdict.confidence,
        verdict.client_certificate,
        (*verdict.grounds, accepted[1]),
        requested=verdict.requested,
        sent=verdict.sent,
        accepted=accepted[0],
    )


def _seen_to_its_end(session: Session, client: Flight) -> bool:
    """Tell that nothing of the client can be missing: its goodbye, without a gap before it, is its last record."""
    said_goodbye = bool(client.contents) and is_alert(client.contents[-1])
    return said_goodbye and not client.cut and closed_by(session) is not None and len(client.contents) < KEPT


def _without_answer(
    session: Session,
    sides: tuple[Flight, Flight],
    offer: Offers,
    request: Request | None,
    answer: Inference | None,
) -> Authentication:
    """The client's flight does not speak: perhaps it gave up, perhaps the server's flight tells a part."""
    client, server = sides
    gave_up = _gave_up(session, client, answer)
    if gave_up is not None and not client.contents and went_on(client, server, request):
        gave_up = None  # not the client was silent, but the capture of it
    if gave_up is not None:
        return _nothing_sent(gave_up, request)
    reason = answer.ground() if answer is not None else _reason(session, client)
    if request is None:
        return unknown(reason.rule, reason.text, *reason.frames)
    if request.requested:
        verdict = unknown(reason.rule, reason.text, *reason.frames, grounds=(request.ground,))
        return Authentication(verdict.mode, None, 0.0, verdict.client_certificate, verdict.grounds, requested=True)
    return Authentication(
        Mode.ONE_WAY,
        Basis.INFERRED,
        min(request.confidence, GUESS) if offer.post_handshake or not offer.known else request.confidence,
        ClientCertificate.NOT_REQUESTED,
        (request.ground, reason),
        requested=False,
        sent=False,
    )


def _reason(session: Session, client: Flight) -> Ground:
    frames = client.frames[:3]
    if client.cut:
        return Ground("gap", "bytes of the client are missing from the capture before its flight could be told", frames)
    if not client.contents and session.gap_before[SERVER] is not None:
        return Ground("gap", "bytes of the server are missing from the capture", frames)
    if not client.contents:
        hello = session.server_hello_frame
        return Ground("no-client-flight", "no sealed record of the client was seen", () if hello is None else (hello,))
    return fits_nothing(client)


def fits_nothing(client: Flight) -> Ground:
    """Say which sizes no rule knows."""
    shown = ", ".join(map(str, client.sizes[:4]))
    text = f"the sizes of the client's records ({shown}) fit no flight that we know"
    return Ground(FITS_NOTHING, text, client.frames[:3])


def _gave_up(session: Session, client: Flight, answer: Inference | None) -> Ground | None:
    """Rule 1: an alert, sealed or clear, or a silent end where the flight should begin."""
    if answer is not None and answer.rule == "client-gave-up":
        return answer.ground()
    if client.contents or client.cut:
        return None
    alert = clear_alert(session, CLIENT)
    if alert is not None:
        return Ground("client-gave-up", "the client sent an alert instead of its flight", (alert.frame,))
    if closed_by(session) == CLIENT:
        frames = () if session.end_frame is None else (session.end_frame,)
        return Ground("client-gave-up", "the client closed the connection instead of sending its flight", frames)
    return None


def _nothing_sent(gave_up: Ground, request: Request | None) -> Authentication:
    """No certificate can have been sent; whether one was asked for, only the server's flight can tell."""
    asked = None if request is None else request.requested
    certificate = ClientCertificate.NOT_REQUESTED if asked is False else ClientCertificate.UNKNOWN
    return Authentication(
        Mode.ONE_WAY,
        Basis.INFERRED,
        confidence("client-gave-up"),
        certificate,
        (gave_up,) if request is None else (gave_up, request.ground),
        requested=asked,
        sent=False,
    )
