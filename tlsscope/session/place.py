"""Where a session was seen: what its connection is like, which all sessions in it share.

Kernel file: compiled where a C compiler is found (types in `place.pxd`), interpreted otherwise.
"""

from .model import Endpoint, Session


class Place:
    """Where a connection was seen: the capture, its clock, the two endpoints (a, b), the tunnels around it."""

    __slots__ = ("encapsulation", "endpoints", "file", "seen_from_start", "time_digits")

    def __init__(
        self,
        file: str,
        time_digits: int,
        endpoints: tuple[Endpoint, Endpoint],
        encapsulation: tuple[str, ...],
        seen_from_start: bool,  # noqa: FBT001
    ) -> None:
        self.file = file
        self.time_digits = time_digits
        self.endpoints = endpoints
        self.encapsulation = encapsulation
        self.seen_from_start = seen_from_start

    def session(self, client: int, frame: int, time: int) -> Session:
        """Begin a session here, whose client is the endpoint of this number."""
        return Session(
            self.file, self.endpoints[client], self.endpoints[1 - client], frame, frame, time, time,
            encapsulation=self.encapsulation, time_digits=self.time_digits,
        )  # fmt: skip
