"""The rooms above flow, for each connection in which TLS seems to begin: an Opening enters, a Listener leaves.

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
from tlsscope.session.patience import Follower
from tlsscope.session.place import Place


class Rooms:
    """Builds the rooms of one reading; who is set here is asked in each connection that begins from then on."""

    __slots__ = ("_keyring", "_labels", "_tell", "begun", "established", "file", "follower", "time_digits")

    def __init__(self, keyring: Keyring, labels: list[tuple[str, ...]], tell: Callable[[Session], None]) -> None:
        self.file = ""
        self.time_digits = 6  # decimal places of the capture's clock
        self.follower: Follower | None = None
        self.established: Callable[[Session], None] | None = None  # called where an old handshake is over
        self.begun: Callable[[Observer], None] | None = None  # called for each connection
        self._keyring = keyring
        self._labels = labels
        self._tell = tell

    def open(self, opening: Opening) -> Listener:
        """Build the rooms for one connection."""
        observer = Observer(self._place(opening), self._tell, bool(self._keyring), self.follower)
        observer.established = self.established
        if self.begun is not None:
            self.begun(observer)
        likely = opening.syn_from if opening.syn_from >= 0 else int(opening.port_a < opening.port_b)
        return RecordLayer(Dialogue(observer, likely))

    def _place(self, opening: Opening) -> Place:
        return Place(
            self.file,
            self.time_digits,
            (Endpoint(opening.address_a, opening.port_a), Endpoint(opening.address_b, opening.port_b)),
            self._labels[opening.encapsulation],
            opening.syn_from >= 0,
        )
