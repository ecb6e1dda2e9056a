"""The steps of the handshake: a verdict and a message enter, the number that textbooks give its step leaves.

One-way: 1 the client's offer, 2 the server's answer and certificate, 3 the client checks, 4 key material,
5 both Finished. Mutual: 1 to 3 likewise, 4 request and client certificate, 5 the server checks, 6 and 7 the
algorithms (in the hellos and the request), 8 proof of the client's key and key material, 9 both Finished.
"""

from tlsscope.constants import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_STATUS,
    CERTIFICATE_VERIFY,
    CLIENT,
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    COMPRESSED_CERTIFICATE,
    ENCRYPTED_EXTENSIONS,
    FINISHED,
    HANDSHAKE,
    SERVER,
    SERVER_HELLO,
    SERVER_HELLO_DONE,
    SERVER_KEY_EXCHANGE,
)
from tlsscope.session.model import ClientCertificate, Mode, Session

_HELLOS = {(CLIENT, CLIENT_HELLO): "1", (SERVER, SERVER_HELLO): "2"}
_ONE_WAY = _HELLOS | {
    (SERVER, ENCRYPTED_EXTENSIONS): "2",
    (SERVER, CERTIFICATE): "2",
    (SERVER, COMPRESSED_CERTIFICATE): "2",
    (SERVER, CERTIFICATE_STATUS): "2",
    (SERVER, CERTIFICATE_VERIFY): "2",
    (SERVER, SERVER_KEY_EXCHANGE): "2",
    (SERVER, SERVER_HELLO_DONE): "2",
    (CLIENT, CLIENT_KEY_EXCHANGE): "4",
    (CLIENT, FINISHED): "5",
    (SERVER, FINISHED): "5",
}
_MUTUAL = _ONE_WAY | {
    (SERVER, CERTIFICATE_REQUEST): "4",
    (CLIENT, CERTIFICATE): "4",
    (CLIENT, COMPRESSED_CERTIFICATE): "4",
    (CLIENT, CERTIFICATE_VERIFY): "8",
    (CLIENT, CLIENT_KEY_EXCHANGE): "8",
    (CLIENT, FINISHED): "9",
    (SERVER, FINISHED): "9",
}

# Taken once: looking a member of an enumeration up costs more than all else that `course` does
_MUTUAL_MODE, _UNKNOWN_MODE, _PRESENTED = Mode.MUTUAL, Mode.UNKNOWN, ClientCertificate.PRESENTED
_COURSES = {"hellos": _HELLOS, "one-way": _ONE_WAY, "mutual": _MUTUAL}


def course(session: Session) -> str:
    """Choose the numbering that fits a verdict; of an unknown one only the hellos have a number.

    A client that sent a certificate took the nine steps, accepted or not.
    """
    verdict = session.authentication
    if verdict is None:
        return "hellos"
    mode = verdict.mode
    if mode is _MUTUAL_MODE or verdict.client_certificate is _PRESENTED:
        return "mutual"
    return "hellos" if mode is _UNKNOWN_MODE else "one-way"


def step(taken: str, direction: int, content_type: int, kind: int) -> str | None:
    """Number one clear or decrypted handshake message of a course; None where it has no step of its own."""
    return _COURSES[taken].get((direction, kind)) if content_type == HANDSHAKE else None
