"""What a run is told, and what it counts."""

from enum import StrEnum

import msgspec

from tlsscope.anomalies import Anomaly
from tlsscope.secrets.keylog import KeyLog
from tlsscope.secrets.keyring import Keyring
from tlsscope.secrets.premaster import ServerKey


class Engine(StrEnum):
    """Who reads the packets."""

    OWN = "own"
    TSHARK = "tshark"


class Options(msgspec.Struct, frozen=True):
    """How to scan."""

    keylogs: tuple[str, ...] = ()  # files in the NSS key log format
    server_keys: tuple[str, ...] = ()  # PEM files of RSA keys
    psks: tuple[bytes, ...] = ()  # external pre-shared keys
    follow: bool = False  # wait for more at the end of files
    idle: float | None = None  # seconds without a byte after which a followed file is over
    drop_copies: bool = False  # pass over packets that came just before
    engine: Engine = Engine.OWN
    follow_all: bool = False  # decrypt to the end of each connection, not just its handshake


class Trial(StrEnum):
    """How inference did, without the keys, on a session that keys opened."""

    RIGHT = "right"
    WRONG = "wrong"
    SILENT = "silent"


class InputFailure(msgspec.Struct, frozen=True):
    """An input that could not be read, or not to its end; the sessions before it are good."""

    source: str
    message: str


class Totals(msgspec.Struct):
    """What was read."""

    inputs: int = 0
    frames: int = 0
    bytes: int = 0
    connections: int = 0
    sessions: int = 0
    malformed: int = 0  # frames whose lengths contradict each other
    copies: int = 0  # frames passed over, where copies are dropped
    fragments: int = 0  # IP fragments, not reassembled
    evicted: int = 0  # connections told early because the table was full
    unused_key_lines: dict[str, int] = msgspec.field(default_factory=dict)  # of key logs, by reason
    blind_right: int = 0  # decrypted sessions about which inference, without the keys, said the same
    blind_wrong: int = 0
    blind_silent: int = 0  # decrypted sessions about which inference said nothing
    anomalies: list[tuple[str, Anomaly]] = msgspec.field(default_factory=list)  # of whole captures

    def add_session(self, trial: Trial | None) -> None:
        """Count a session."""
        self.sessions += 1
        if trial is None:
            return
        self.blind_right += trial is Trial.RIGHT
        self.blind_wrong += trial is Trial.WRONG
        self.blind_silent += trial is Trial.SILENT

    def add(self, more: "Totals") -> None:
        """Add what was read elsewhere."""
        for name in ("frames", "bytes", "connections", "malformed", "copies", "fragments", "evicted"):
            setattr(self, name, getattr(self, name) + getattr(more, name))
        self.anomalies += more.anomalies


def make_keyring(options: Options) -> Keyring:
    """Load all the keys that the user gave. Raises InputError where a file cannot be read."""
    return Keyring(*load_keys(options))


def load_keys(options: Options) -> tuple[KeyLog, list[ServerKey], tuple[bytes, ...]]:
    """Load the parts of a keyring."""
    keylog = KeyLog()
    for path in options.keylogs:
        keylog.add_file(path)
    return keylog, [ServerKey(path) for path in options.server_keys], options.psks
