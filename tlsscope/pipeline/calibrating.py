"""The blind trial: captures with their keys enter; how sizes alone did beside decryption leaves, counted.

Each capture is read with its own keys only: the key log beside it that has its name, and those inside it.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tlsscope.judge.calibration import Calibration, Stacks
from tlsscope.session.model import Session

from .inputs import expand
from .options import InputFailure, Options
from .scan import Scan

KEY_LOG_SUFFIXES = (".keys", ".keylog")
NAMELESS = "unknown"  # a stack of which neither the truth nor the file's name speaks
LARGEST_TRUTH = 1 << 24  # bytes


class _Told(msgspec.Struct):
    """What a truth file says of one session, as far as it is needed here."""

    client: str = ""
    stack_server: str = NAMELESS
    stack_client: str = NAMELESS


class _Truth(msgspec.Struct):
    sessions: list[_Told]


class BlindTrial:
    """Iterate to read the captures, one a step; what could not be read is yielded. Then ask `calibration`."""

    def __init__(self, inputs: Iterable[str]) -> None:
        self.calibration = Calibration()
        self.captures = 0
        self._inputs = list(inputs)

    def __iter__(self) -> Iterator[InputFailure | None]:
        for name in expand(self._inputs):
            if isinstance(name, InputFailure):
                yield name
                continue
            yield from self._try(name)
            yield None

    def _try(self, name: str) -> Iterator[InputFailure]:
        self.captures += 1
        path = Path(name)
        beside = key_logs_beside(path)
        stacks = _stacks_by_client(path)
        by_name = _stacks_by_name(path.name)
        for session in Scan([name], Options(keylogs=beside)):
            if isinstance(session, InputFailure):
                yield session
            elif session.blind is not None and session.authentication is not None:
                both = stacks.get(_endpoint(session), by_name)
                self.calibration.add(session.blind, session.authentication, both, f"{path.name} {session.id}")


def key_logs_beside(capture: Path) -> tuple[str, ...]:
    """Find the key logs that are named after a capture: `a.keys` or `a.pcap.keys` for `a.pcap`."""
    stems = (capture.with_suffix(""), capture)
    named = (stem.with_name(f"{stem.name}{suffix}") for stem in stems for suffix in KEY_LOG_SUFFIXES)
    return tuple(str(log) for log in named if log.is_file())


def _stacks_by_client(path: Path) -> dict[str, Stacks]:
    """Read the stacks from the truth beside a capture, by the client's address and port; nothing if it has none."""
    truth = path.with_suffix(".json")
    if not truth.is_file() or truth.stat().st_size > LARGEST_TRUTH:
        return {}
    try:
        sessions = msgspec.json.decode(truth.read_bytes(), type=_Truth).sessions
    except msgspec.MsgspecError:
        return {}  # a JSON file of another kind
    return {one.client: Stacks(one.stack_server, one.stack_client) for one in sessions}


def _stacks_by_name(name: str) -> Stacks:
    """Read the stacks from a name like `scenario--server--client.pcap`."""
    parts = name.partition(".")[0].split("--")
    return Stacks(parts[-2], parts[-1]) if len(parts) > 2 else Stacks(NAMELESS, NAMELESS)


def _endpoint(session: Session) -> str:
    client = session.client
    return f"[{client.ip}]:{client.port}" if ":" in client.ip else f"{client.ip}:{client.port}"
