"""The data file of tshark's known faults enters; for a difference, the fault that explains it leaves, or
nothing."""

import tomllib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from .account import Account, Said

KNOWN_FAULTS = Path(__file__).with_name("known_faults.toml")


class Result(StrEnum):
    """How a field of two accounts compares."""

    EQUAL = "equal"
    ONLY_OURS = "only ours"
    ONLY_TSHARK = "only tshark"
    DIFFERENT = "different"


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fault of tshark: where it shows, why it is tshark's, and a capture that shows it.

    An empty condition holds for everything; `mended` is the first version without the fault. `message_types`
    holds where all messages that differ are of these handshake types (-1: encrypted); `after_loss` where all
    that differs stands behind bytes that the capture lacks.
    """

    id: str
    reason: str
    capture: str
    fields: tuple[str, ...]
    results: tuple[Result, ...]
    mended: str | None = None
    transports: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    server_ports: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    cipher_suites: tuple[int, ...] = ()
    message_types: tuple[int, ...] = ()
    after_loss: bool = False


class _File(msgspec.Struct, forbid_unknown_fields=True):
    fault: tuple[Fault, ...]


def known_faults(version: tuple[int, ...], file: Path = KNOWN_FAULTS) -> tuple[Fault, ...]:
    """Give the faults of this version of tshark."""
    listed = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File).fault
    return tuple(fault for fault in listed if fault.mended is None or version < _number(fault.mended))


class Difference(msgspec.Struct, frozen=True):
    """One field on which the witnesses differ: what each says, where, and whose known fault it is.

    Of messages and alerts, `ours` and `tshark` hold those that only this one heard; else the whole value.
    """

    field: str
    result: Result
    ours: object
    tshark: object
    frames: tuple[int, ...]
    fault: Fault | None = None


def explain(faults: Sequence[Fault], difference: Difference, told: Sequence[Account]) -> Fault | None:
    """Find the known fault that explains a difference in a session, of which there are one or two accounts."""
    return next((fault for fault in faults if _fits(fault, difference, told)), None)


def _fits(fault: Fault, difference: Difference, told: Sequence[Account]) -> bool:
    if difference.field not in fault.fields or difference.result not in fault.results:
        return False
    if fault.message_types and not _only_these(fault.message_types, difference):
        return False
    if fault.after_loss and not _is_after_loss(difference, told):
        return False
    account = told[0]
    port = int(account.server.rpartition(":")[2])
    conditions = (
        (fault.transports, account.transport),
        (fault.protocols, account.protocol),
        (fault.server_ports, port),
        (fault.versions, account.version),
        (fault.cipher_suites, account.cipher_suite),
    )
    return all(not allowed or value in allowed for allowed, value in conditions)


def _only_these(types: tuple[int, ...], difference: Difference) -> bool:
    items = [item for side in (difference.ours, difference.tshark) if isinstance(side, tuple) for item in side]
    return all(item.type in types for item in items if isinstance(item, Said))


def _is_after_loss(difference: Difference, told: Sequence[Account]) -> bool:
    loss = min((account.loss for account in told if account.loss is not None), default=None)
    return loss is not None and bool(difference.frames) and min(difference.frames) >= loss


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
