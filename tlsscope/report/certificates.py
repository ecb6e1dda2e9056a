"""The distinct certificates of a run: sessions enter, each certificate leaves once."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from tlsscope.certificate import facts
from tlsscope.certificate.model import Certificate
from tlsscope.session.model import Session

from .document import InventoryLine
from .summary import Item
from .text import encodable
from .written import Written

MOST = 500_000  # certificates remembered; beyond, a ledger may tell one again, an inventory leaves it out
MOST_PLACES = 100  # endpoints and files listed for one certificate


class Ledger:
    """Remembers which certificates were told."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def new(self, session: Session | Written) -> Iterator[Certificate]:
        """Give the certificates of a session that were not seen before."""
        for der in session.certificates if isinstance(session, Written) else ders(session):
            digest = hashlib.sha256(der).digest()
            if digest in self._known:
                continue
            if len(self._known) >= MOST:
                self._known.clear()
            self._known.add(digest)
            yield facts.read(der)


def ders(session: Session) -> tuple[bytes, ...]:
    """List the certificates of a session as they were sent."""
    return *(session.server_certificates or ()), *(session.client_certificates or ())


class Inventory:
    """Collects each distinct certificate: in which roles, for which servers, in which files, how often."""

    def __init__(self) -> None:
        self._entries: dict[bytes, _Entry] = {}
        self.left_out = 0  # sightings of certificates that no longer found room

    def watch(self, items: Iterable[Item]) -> Iterator[Item]:
        """Look at each item and pass it on."""
        for item in items:
            if isinstance(item, Session):
                self._chain(item, "server", item.server_certificates)
                self._chain(item, "client", item.client_certificates)
            yield item

    def lines(self) -> Iterator[InventoryLine]:
        """Give the inventory, in the order in which the certificates were first seen."""
        for entry in self._entries.values():
            yield InventoryLine(
                **msgspec.structs.asdict(facts.read(entry.der)),
                roles=dict(sorted(entry.roles.items())),
                sessions=entry.sessions,
                endpoints=tuple(sorted(entry.endpoints)),
                files=tuple(sorted(entry.files)),
            )

    def ders(self) -> Iterator[bytes]:
        """Give the certificates themselves."""
        return (entry.der for entry in self._entries.values())

    def _chain(self, session: Session, side: str, chain: tuple[bytes, ...] | None) -> None:
        for place, der in enumerate(chain or ()):
            digest = hashlib.sha256(der).digest()
            entry = self._entries.get(digest)
            if entry is None:
                if len(self._entries) >= MOST:
                    self.left_out += 1
                    continue
                entry = self._entries[digest] = _Entry(der)
            entry.add(session, f"{side} leaf" if place == 0 else f"{side} chain")


class _Entry:
    """One distinct certificate and where it was seen."""

    __slots__ = ("der", "endpoints", "files", "roles", "sessions")

    def __init__(self, der: bytes) -> None:
        self.der = der
        self.roles: Counter[str] = Counter()
        self.sessions = 0
        self.endpoints: set[str] = set()
        self.files: set[str] = set()

    def add(self, session: Session, role: str) -> None:
        self.roles[role] += 1
        self.sessions += 1
        shown = session.server if role.startswith("server") else session.client
        if len(self.endpoints) < MOST_PLACES:
            self.endpoints.add(shown.ip if role.startswith("client") else f"{_host(shown.ip)}:{shown.port}")
        if len(self.files) < MOST_PLACES:
            self.files.add(encodable(session.file))


def pem(der: bytes) -> bytes:
    """Write a certificate as PEM, RFC 7468."""
    text = base64.b64encode(der)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN CERTIFICATE-----", *lines, b"-----END CERTIFICATE-----", b""])


def _host(ip: str) -> str:
    return f"[{ip}]" if ":" in ip else ip
