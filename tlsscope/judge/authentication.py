"""Who proved what to whom: a session's facts enter, an Authentication with its grounds leaves.

Three roads: what could be read decides; what is sealed in TLS 1.3 is inferred from sizes (`tls13`); what
can be neither read nor inferred is unknown, and says why. The document of record for the clear rules is RFC
5246 §7.3-7.4.
"""

from tlsscope.constants import CLIENT, FINISHED, SERVER, SERVER_KEY_EXCHANGE, SSL_2_0
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ground, Mode, Session
from tlsscope.tables import CipherSuite, cipher_suite

from .case import Case
from .readable import judge_client_certificate
from .renegotiation import infer_renegotiation
from .tls13 import authenticate_tls_1_3
from .transcript import Transcript, is_tls_1_3
from .verdicts import RESUMED, inferred, unknown

PASSWORD_OR_KEY = frozenset(
    ("PSK", "DHE_PSK", "ECDHE_PSK", "RSA_PSK", "SRP_SHA", "SRP_SHA_RSA", "SRP_SHA_DSS", "ECCPWD", "ECJPAKE")
)
WITH_SERVER_CERTIFICATE = frozenset(("RSA_PSK", "SRP_SHA_RSA", "SRP_SHA_DSS"))
NOBODY = frozenset(("DH_anon", "ECDH_anon", "NULL"))


def authenticate(case: Case) -> Authentication:
    """Judge one session."""
    session, seen = case.session, case.seen
    if is_tls_1_3(session.version):
        return authenticate_tls_1_3(case)
    if session.version == SSL_2_0:
        return unknown(
            "ssl2-sealed",
            "SSL 2.0 asks for a client certificate only after encryption began",
            session.first_frame,
        )
    if session.server_hello is None and seen.client_certificate() is None:
        return _no_server(session)
    return _authenticate_clear(session, seen)


def _no_server(session: Session) -> Authentication:
    if any(alert.direction == SERVER for alert in session.alerts):
        frames = tuple(alert.frame for alert in session.alerts if alert.direction == SERVER)
        return unknown("no-server-hello", "the server refused the ClientHello with an alert", *frames)
    return unknown("no-server-hello", "no ServerHello was seen", session.first_frame)


def _authenticate_clear(session: Session, seen: Transcript) -> Authentication:
    """TLS 1.2 and before: first what the suite says, then what the messages say."""
    hello = session.server_hello
    suite = None if hello is None else cipher_suite(hello.cipher_suite)
    by_suite = None if suite is None else _by_suite(session, seen, suite)
    if by_suite is not None:
        return by_suite
    if _is_abbreviated(session, seen):
        return unknown(
            RESUMED,
            "the handshake resumes an earlier session, and that one's handshake is not in the capture",
            *seen.known_frames(session.server_hello_frame, seen.change_cipher_spec[SERVER]),
        )
    verdict = judge_client_certificate(session, seen)
    answered = verdict.client_certificate in (ClientCertificate.PRESENTED, ClientCertificate.UNKNOWN)
    if answered or verdict.basis is Basis.DECRYPTED:
        return verdict
    second = infer_renegotiation(session)
    if second is None:
        return verdict
    return inferred(second, second.confidence, verdict.grounds)


def _by_suite(session: Session, seen: Transcript, suite: CipherSuite) -> Authentication | None:
    """Judge the suites that leave no question about a client's certificate."""
    exchange = suite.key_exchange
    frames = seen.known_frames(session.server_hello_frame, seen.frame(SERVER, SERVER_KEY_EXCHANGE))
    if exchange in NOBODY:
        ground = Ground("anonymous-suite", f"the key exchange {exchange} authenticates nobody", frames)
        return _without_client_certificate(Mode.ANONYMOUS, ground)
    if exchange in PASSWORD_OR_KEY:
        text = f"the key exchange {exchange} proves a shared secret, both ways, without a client certificate"
        if exchange in WITH_SERVER_CERTIFICATE:
            text += "; the server shows a certificate besides"
        return _without_client_certificate(Mode.PSK, Ground("shared-secret-suite", text, frames))
    if exchange == "KRB5":
        return unknown("kerberos-suite", "Kerberos authenticates both, outside of any certificate", *frames)
    return None


def _without_client_certificate(mode: Mode, ground: Ground) -> Authentication:
    return Authentication(
        mode, Basis.OBSERVED, 1.0, ClientCertificate.NOT_REQUESTED, (ground,), requested=False, sent=False
    )


def _is_abbreviated(session: Session, seen: Transcript) -> bool:
    """Tell an abbreviated handshake (RFC 5246 §7.3): the server changes ciphers and has shown nothing."""
    server_changed = seen.change_cipher_spec[SERVER] or seen.frame(SERVER, FINISHED)
    return (
        session.server_hello is not None
        and session.server_certificates is None
        and session.client_key_exchange is None
        and session.server_key_exchange is None
        and seen.whole_until(SERVER, server_changed)
        and seen.frame(CLIENT, 16) is None
    )
