"""A reading in progress: fields of a certificate gathered one by one, and what went wrong on the way."""

from collections.abc import Callable
from typing import Any

from tlsscope.wire import MalformedError

Unreadable = tuple[type[Exception], ...]


class Reading:
    """Fields by their name in `Certificate`, and faults as sentences. The first reader of a field wins.

    `extensions` is what each extension says, in their order; empty where one was refused.
    """

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.extensions: list[dict[str, Any]] = []
        self.faults: list[str] = []

    def attempt(
        self,
        field: str,
        read: Callable[..., Any],
        *arguments: Any,
        unreadable: Unreadable = (MalformedError,),
    ) -> None:
        """Read one field unless it is known; what is refused becomes a fault."""
        if field in self.fields:
            return
        try:
            self.fields[field] = read(*arguments)
        except unreadable as fault:
            self.fault(field, fault)

    def fault(self, what: str, fault: Exception) -> None:
        """Note what could not be read and why, in one line."""
        reason = " ".join(str(fault).split()) or type(fault).__name__
        self.faults.append(f"{what}: {reason}")
