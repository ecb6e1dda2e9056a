"""Decryption of a session: its facts, its sealed records and the keyring enter; what the records hold is added to it.

A record that does not open, a key that is missing or wrong: an anomaly says which, and the session stays as far
as it could be read, for `judge` to infer the rest.
"""

from typing import Protocol

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.handshake.extensions import is_tls13
from tlsscope.secrets.faults import UnsupportedError
from tlsscope.secrets.keyring import Keyring

from .model import SealedRecord, Session
from .unsealing12 import unsealer12
from .unsealing13 import unsealer13


class Unsealer(Protocol):
    """Opens the records of one session, one after another."""

    def take(self, record: SealedRecord) -> None:
        """Open a record, if it can be."""

    def finish(self) -> None:
        """Add what was found to the session."""


def unseal(session: Session, keyring: Keyring) -> None:
    """Open what can be opened, then drop the ciphertext."""
    unsealer = _unsealer(session, keyring)
    if unsealer is not None:
        for record in session.records:
            unsealer.take(record)
        unsealer.finish()
    for record in session.records:
        record.fragment = b""
    session.transcript = []


def _unsealer(session: Session, keyring: Keyring) -> Unsealer | None:
    if session.client_hello is None or session.server_hello is None or session.version is None:
        return None
    try:
        if is_tls13(session.version):
            return unsealer13(session, keyring)
        return unsealer12(session, keyring)
    except UnsupportedError as error:
        session.anomalies.append(Anomaly(Kind.DECRYPTION_FAILED, str(error), session.server_hello_frame))
        return None
