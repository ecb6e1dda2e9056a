"""What the user ordered of `live`, in four parts; and sizes and times read from words."""

import re
from typing import NamedTuple

from tlsscope.capture.packet_socket import Settings
from tlsscope.capture.pieces import Rotation
from tlsscope.errors import TlsscopeError

from .live_options import LiveFormat, Via
from .options import Certificates

_BOUND = re.compile(r"(\d{1,12})\s*([a-z]*)$", re.IGNORECASE)
_BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


class Capture(NamedTuple):
    """Where packets come from."""

    interfaces: tuple[str, ...]
    via: Via
    expression: str | None
    snaplen: int
    promiscuous: bool
    ring: int

    def settings(self) -> Settings:
        """Say it to a source."""
        return Settings(self.snaplen, self.promiscuous, self.ring, self.expression)


class Output(NamedTuple):
    """Where sessions and packets go."""

    form: LiveFormat
    out: str | None
    evidence: str | None
    handshakes_only: bool
    rotation: Rotation
    certificates: Certificates


class Ends(NamedTuple):
    """What ends the watch, and what makes it fail."""

    sessions: int
    duration: float
    until: str | None
    fail_on: str | None


def rotation(bound: str | None, kept: int) -> Rotation:
    """Read a bound of size or time."""
    if bound is None:
        return Rotation()
    found = _BOUND.match(bound.strip())
    amount = int(found[1]) if found else 0
    unit = found[2].lower() if found else ""
    if amount and unit in _BYTES:
        return Rotation(bytes=amount * _BYTES[unit], kept=kept)
    if amount and unit in _SECONDS:
        return Rotation(seconds=amount * _SECONDS[unit], kept=kept)
    raise TlsscopeError(f'--rotate: a size (100MB) or a time (30min, 1h) expected, not "{bound[:40]}"')
