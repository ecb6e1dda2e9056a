"""Everything that may open a session: key logs, server keys, pre-shared keys. A handshake's facts enter, secrets leave.

No secret is ever part of a message or a `repr`.
"""

from collections.abc import Iterable

from .keylog import KeyLog
from .labels import CLIENT_RANDOM, RANDOM_PREMASTER, Secrets
from .premaster import ServerKey, psk_premaster

MOST_MASTERS = 65_536  # remembered for resumption


class Keyring:
    """The keys that the user gave, and the ones that the capture brings along."""

    def __init__(
        self, keylog: KeyLog, server_keys: Iterable[ServerKey] = (), psks: Iterable[bytes] = ()
    ) -> None:
        self.keylog = keylog
        self._server_keys = tuple(server_keys)
        self.psks = tuple(psks)
        self.has_own = bool(self._server_keys or self.psks)  # keys that are in no key log
        self._masters: dict[bytes, bytes] = {}  # by session id or ticket

    def __bool__(self) -> bool:
        """Tell whether there is any key at all."""
        return self.has_own or len(self.keylog) > 0

    def __repr__(self) -> str:
        return f"<Keyring: {len(self.keylog)} sessions, {len(self._server_keys)} server keys, {len(self.psks)} PSKs>"

    def secrets(self, client_random: bytes) -> Secrets | None:
        """Look up what the key logs have for a client random; a log that is still written is read on."""
        found = self.keylog.lookup(client_random)
        if found is None:
            self.keylog.refresh()
            found = self.keylog.lookup(client_random)
        return found

    def master(self, client_random: bytes) -> bytes | None:
        """Look up a master secret, TLS 1.2 and before."""
        secrets = self.keylog.lookup(client_random)
        return None if secrets is None else secrets.get(CLIENT_RANDOM)

    def premasters(
        self, client_random: bytes, client_key_exchange: bytes | None, key_exchange: str
    ) -> list[bytes]:
        """List the premaster secrets that may be: the one that is right opens the first record."""
        found = []
        secrets = self.keylog.lookup(client_random)
        if secrets is not None and RANDOM_PREMASTER in secrets:
            found.append(secrets[RANDOM_PREMASTER])
        if client_key_exchange is None:
            return found
        if key_exchange == "RSA":
            found.extend(self._rsa_premasters(client_key_exchange))
        elif key_exchange == "PSK":
            found.extend(psk_premaster(psk) for psk in self.psks)
        return found

    def remember(self, name: bytes, master: bytes) -> None:
        """Keep a master secret for the session that resumes by this session id or ticket."""
        if name and len(self._masters) < MOST_MASTERS:
            self._masters[name] = master

    def remembered(self, name: bytes) -> bytes | None:
        """Look up the master secret that belongs to a session id or ticket."""
        return self._masters.get(name)

    def _rsa_premasters(self, client_key_exchange: bytes) -> list[bytes]:
        found = [key.premaster(client_key_exchange) for key in self._server_keys]
        encrypted = (client_key_exchange[2:], client_key_exchange)  # SSL 3.0 sends it without a length
        found.extend(map(self.keylog.premaster, encrypted))
        return [one for one in found if one is not None]
