"""What a session's readable messages hold: a session enters, the facts that verdicts are made of leave.

`absent` is only said of what a reader would have seen: not after a gap, and not in a direction that is
missing.
"""

from typing import NamedTuple

from tlsscope.anomalies import Kind
from tlsscope.constants import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_URL,
    CERTIFICATE_VERIFY,
    CHANGE_CIPHER_SPEC,
    CLIENT,
    CLIENT_KEY_EXCHANGE,
    COMPRESSED_CERTIFICATE,
    DECRYPTED,
    ENCRYPTED,
    FINISHED,
    HANDSHAKE,
    SERVER,
    SERVER_HELLO_DONE,
    SSL_3_0,
)
from tlsscope.handshake.extensions import is_tls13
from tlsscope.session.model import Session

NO_CERTIFICATE = 41  # the SSL 3.0 warning that stands for an empty Certificate, RFC 6101 §5.4.2

Seen = tuple[int, int]  # direction, handshake type


class Transcript(NamedTuple):
    """Frames of the first message of each kind, and how far what is not there is really absent."""

    frames: dict[Seen, int]  # clear or decrypted
    decrypted: frozenset[Seen]
    change_cipher_spec: tuple[int | None, int | None]
    no_certificate_alert: int | None
    gaps: tuple[int | None, int | None]

    def frame(self, direction: int, *kinds: int) -> int | None:
        """Find the frame of a side's first message of one of these kinds."""
        for kind in kinds:
            found = self.frames.get((direction, kind))
            if found is not None:
                return found
        return None

    def was_decrypted(self, direction: int, *kinds: int) -> bool:
        """Tell whether it took keys to read a side's first message of one of these kinds."""
        return any((direction, kind) in self.decrypted for kind in kinds)

    def whole_until(self, direction: int, frame: int | None) -> bool:
        """Tell whether nothing of a direction is missing up to a frame."""
        gap = self.gaps[direction]
        return frame is not None and (gap is None or gap > frame)

    def known_frames(self, *frames: int | None) -> tuple[int, ...]:
        """Keep the frames that there are, in order."""
        return tuple(sorted({frame for frame in frames if frame is not None}))

    def request(self) -> int | None:
        """Find the server's CertificateRequest."""
        return self.frame(SERVER, CERTIFICATE_REQUEST)

    def client_certificate(self) -> int | None:
        """Find the client's Certificate, in any of its three forms."""
        return self.frame(CLIENT, CERTIFICATE, COMPRESSED_CERTIFICATE, CERTIFICATE_URL)


def transcribe(session: Session) -> Transcript:
    """Go once through the messages."""
    frames: dict[Seen, int] = {}
    decrypted = set()
    changed: list[int | None] = [None, None]
    for message in session.messages:
        side = message.direction
        if message.protection == ENCRYPTED:
            continue
        if message.content_type == HANDSHAKE:
            seen = side, message.type
            if seen not in frames:
                frames[seen] = message.frame
                if message.protection == DECRYPTED:
                    decrypted.add(seen)
        elif message.content_type == CHANGE_CIPHER_SPEC:
            changed[side] = changed[side] or message.frame
    warnings = (
        alert.frame for alert in session.alerts if alert.direction == CLIENT and alert.description == NO_CERTIFICATE
    )
    return Transcript(
        frames=frames,
        decrypted=frozenset(decrypted),
        change_cipher_spec=(changed[CLIENT], changed[SERVER]),
        no_certificate_alert=next(warnings, None) if session.version == SSL_3_0 else None,
        gaps=session.gap_before,
    )


def is_tls_1_3(version: int | None) -> bool:
    """Tell TLS 1.3 with its drafts, QUIC's TLS and DTLS 1.3, where a version is known."""
    return version is not None and is_tls13(version)


def whole_server_flight(session: Session, seen: Transcript) -> int | None:
    """Find the frame that ends the server's flight, if all of the flight could be read."""
    end = seen.frame(SERVER, FINISHED if is_tls_1_3(session.version) else SERVER_HELLO_DONE)
    return end if seen.whole_until(SERVER, end) else None


def whole_client_flight(session: Session, seen: Transcript) -> int | None:
    """Find the frame by which the client must have answered a request, if all before it could be read."""
    if session.client_hello is None and session.retry is None and seen.change_cipher_spec[CLIENT] is None:
        return None
    last = FINISHED if is_tls_1_3(session.version) else CLIENT_KEY_EXCHANGE
    end = seen.frame(CLIENT, last)
    return end if seen.whole_until(CLIENT, end) and _began_at_the_start(session) else None


def _began_at_the_start(session: Session) -> bool:
    return session.client_hello is not None and not any(
        anomaly.kind is Kind.MID_STREAM for anomaly in session.anomalies
    )


def proof_frame(seen: Transcript) -> int | None:
    """Find the client's CertificateVerify."""
    return seen.frame(CLIENT, CERTIFICATE_VERIFY)
