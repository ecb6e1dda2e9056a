"""The data file of tshark's known faults enters; for a difference, the fault that explains it leaves, or
nothing."""

import tomllib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from .account import Account

KNOWN_FAULTS = Path(__file__).with_name("known_faults.toml")


class Result(StrEnum):
    """How a field of two accounts compares."""

    EQUAL = "equal"
    ONLY_OURS = "only ours"
    ONLY_TSHARK = "only tshark"
    DIFFERENT = "different"


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fault of tshark: where it shows, why it is tshark's, and a capture that shows it.

    An empty condition holds for everything; `mended` is the first version without the fault.
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


class _File(msgspec.Struct, forbid_unknown_fields=True):
    fault: tuple[Fault, ...]


def known_faults(version: tuple[int, ...], file: Path = KNOWN_FAULTS) -> tuple[Fault, ...]:
    """Give the faults of this version of tshark."""
    listed = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File).fault
    return tuple(fault for fault in listed if fault.mended is None or version < _number(fault.mended))


def explain(faults: Sequence[Fault], field: str, result: Result, account: Account) -> Fault | None:
    """Find the known fault that explains a difference."""
    return next((fault for fault in faults if _fits(fault, field, result, account)), None)


def _fits(fault: Fault, field: str, result: Result, account: Account) -> bool:
    if field not in fault.fields or result not in fault.results:
        return False
    port = int(account.server.rpartition(":")[2])
    conditions = (
        (fault.transports, account.transport),
        (fault.protocols, account.protocol),
        (fault.server_ports, port),
        (fault.versions, account.version),
        (fault.cipher_suites, account.cipher_suite),
    )
    return all(not allowed or value in allowed for allowed, value in conditions)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
