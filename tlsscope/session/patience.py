"""How long to listen to a session: its hellos enter, the number of protected records that tell enough leaves.

With keys a `Follower` may go on from there, record by record. Kernel file: compiled where a C compiler is found (types
in `patience.pxd`), interpreted otherwise.
"""

from typing import Protocol

from tlsscope.constants import SSL_2_0
from tlsscope.handshake.extensions.codes import EARLY_DATA, POST_HANDSHAKE_AUTH
from tlsscope.handshake.extensions.opening import find
from tlsscope.handshake.extensions.versions import is_tls13
from tlsscope.handshake.messages import Extension

from .model import Session
from .spoken import SealedRecord

MOST_RECORDS = 128  # protected ones, of one session
ENOUGH_ANSWERS = 8  # server records after the client's first, in TLS 1.3
ENOUGH_OLD_RECORDS = 4  # protected ones of SSL 2.0
ENOUGH_RECORDS = 24  # protected records after a handshake of TLS 1.2 or before
FOLLOWED_RECORDS = 96  # where the server may still ask for a certificate (post-handshake authentication)


def patience(version: int | None, extensions: tuple[Extension, ...]) -> tuple[int, int]:
    """Give how many protected records are enough, and how many answers of the server.

    `extensions` are those of the ClientHello; `version` is None as long as none was negotiated.
    """
    if version is None:  # before the ServerHello there may be early data
        has_early_data = find(extensions, EARLY_DATA) is not None
        return MOST_RECORDS if has_early_data else ENOUGH_RECORDS, MOST_RECORDS
    if not is_tls13(version):
        return ENOUGH_OLD_RECORDS if version == SSL_2_0 else ENOUGH_RECORDS, MOST_RECORDS
    if find(extensions, POST_HANDSHAKE_AUTH) is not None:
        return FOLLOWED_RECORDS, MOST_RECORDS
    return MOST_RECORDS, ENOUGH_ANSWERS


class Follower(Protocol):
    """Takes what comes when all that is kept is there, until it says that it has enough."""

    def begin(self, session: Session) -> bool:
        """Take what was kept."""

    def take(self, session: Session, record: SealedRecord) -> bool:
        """Take one more record."""
