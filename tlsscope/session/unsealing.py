"""Decryption of a session: its facts, its sealed records and the keyring enter; what the records hold is added to it.

A record that does not open, a key that is missing or wrong: an anomaly says which, and the session stays as far
as it could be read, for `judge` to infer the rest.
"""

from typing import Protocol

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.handshake.extensions import is_tls13
from tlsscope.secrets.faults import UnsupportedError
from tlsscope.secrets.keyring import Keyring
from tlsscope.wire import MalformedError

from .model import Session
from .spoken import SealedRecord
from .unencrypted import encrypts_nothing, read_unencrypted
from .unsealing12 import unsealer12
from .unsealing13 import unsealer13


class Unsealer(Protocol):
    """Opens the records of one session, one after another."""

    @property
    def is_open(self) -> bool:
        """Tell whether more can come of more records."""

    def take(self, record: SealedRecord) -> None:
        """Open a record, if it can be."""

    def finish(self) -> None:
        """Add what was found to the session."""


def unseal(session: Session, keyring: Keyring) -> None:
    """Open what can be opened, then drop the ciphertext."""
    _finish(session, _begun(session, keyring))


def read_without_keys(session: Session) -> None:
    """Read what its suite does not hide, then drop what was kept for it."""
    if encrypts_nothing(session.server_hello):
        _finish(session, None)


class Follower:
    """Opens records as they come, of sessions that are followed to the end of their connection: none is kept."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._unsealers: dict[int, Unsealer] = {}  # by the identity of a session that is under way

    def begin(self, session: Session) -> bool:
        """Open what was kept of a session; tell whether to go on."""
        if id(session) in self._unsealers:
            return False  # it had come to its end
        unsealer = _begun(session, self._keyring)
        if unsealer is None:
            return False
        session.drop_ciphertext()
        self._unsealers[id(session)] = unsealer
        return unsealer.is_open

    def take(self, session: Session, record: SealedRecord) -> bool:
        """Open one more; tell whether to go on."""
        unsealer = self._unsealers[id(session)]
        unsealer.take(record)
        return unsealer.is_open

    def finish(self, session: Session) -> None:
        """Add what was found to a session that is over."""
        unsealer = self._unsealers.pop(id(session), None)
        _finish(session, _begun(session, self._keyring) if unsealer is None else unsealer)


def _begun(session: Session, keyring: Keyring) -> Unsealer | None:
    """Open the records that were kept; None where there are no keys."""
    unsealer = _unsealer(session, keyring)
    if unsealer is not None:
        records = session.records
        for record in records:
            unsealer.take(record)
        session.note_opened(records)
    return unsealer


def _finish(session: Session, unsealer: Unsealer | None) -> None:
    if unsealer is not None:
        unsealer.finish()
    read_unencrypted(session)
    session.drop_ciphertext()
    session.transcript = []


def _unsealer(session: Session, keyring: Keyring) -> Unsealer | None:
    if session.client_hello is None or session.server_hello is None or session.version is None:
        return None
    try:
        if is_tls13(session.version):
            return unsealer13(session, keyring)
        return unsealer12(session, keyring)
    except (UnsupportedError, MalformedError) as error:  # a hello that was salvaged is no base for keys
        session.anomalies.append(Anomaly(Kind.DECRYPTION_FAILED, str(error), session.server_hello_frame))
        return None
