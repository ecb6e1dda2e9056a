"""The rooms above flow, for each connection in which TLS seems to begin: an Opening enters, a Listener leaves.

Each session comes back before it is told, to be opened as far as keys open it.

Kernel file: compiled where a C compiler is found (types in `rooms.pxd`), interpreted otherwise.
"""

from collections.abc import Callable

from tlsscope.flow.listener import Listener
from tlsscope.flow.opening import Opening
from tlsscope.handshake.dialogue import Dialogue
from tlsscope.record.layer import RecordLayer
from tlsscope.secrets.keyring import Keyring
from tlsscope.session.model import Endpoint, Session
from tlsscope.session.observer import Observer
from tlsscope.session.place import Place
from tlsscope.session.sealed import list_sealed
from tlsscope.session.unsealing import Follower, read_without_keys, unseal


class Rooms:
    """Builds the rooms of one reading; who is set here is asked in each connection that begins from then on."""

    __slots__ = (
        "_has_own_keys", "_keyring", "_labels", "_secrets", "_tell", "begun", "established", "file", "follower",
        "time_digits",
    )  # fmt: skip

    def __init__(self, keyring: Keyring, labels: list[tuple[str, ...]], tell: Callable[[Session], None]) -> None:
        self.file = ""
        self.time_digits = 6  # decimal places of the capture's clock
        self.follower: Follower | None = None  # decrypts connections to their end
        self.established: Callable[[Session], None] | None = None  # called where an old handshake is over
        self.begun: Callable[[Observer], None] | None = None  # called for each connection
        self._keyring = keyring
        self._has_own_keys = keyring.has_own
        self._secrets = keyring.keylog.found_by  # which may grow
        self._labels = labels
        self._tell = tell

    def open(self, opening: Opening) -> Listener:
        """Build the rooms for one connection."""
        observer = Observer(self._place(opening), self._tell, self._has_keys(), self.follower)
        observer.established = self.established
        if self.begun is not None:
            self.begun(observer)
        likely = opening.syn_from if opening.syn_from >= 0 else int(opening.port_a < opening.port_b)
        return RecordLayer(Dialogue(observer, likely))

    def complete(self, session: Session) -> None:
        """Open what keys open; what stays sealed is listed."""
        if self.follower is not None:
            self.follower.finish(session)
        elif self._has_keys():
            unseal(session, self._keyring)
        else:
            rows = session.timeline
            if rows is None or rows.fragments or session.transcript:  # something was kept
                read_without_keys(session)
        list_sealed(session)

    def _has_keys(self) -> bool:
        return self._has_own_keys or len(self._secrets) > 0

    def _place(self, opening: Opening) -> Place:
        return Place(
            self.file,
            self.time_digits,
            (Endpoint(opening.address_a, opening.port_a), Endpoint(opening.address_b, opening.port_b)),
            self._labels[opening.encapsulation],
            opening.syn_from >= 0,
        )
