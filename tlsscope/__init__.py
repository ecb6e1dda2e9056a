"""tlsscope: who proved what to whom on this wire?

The public door. `scan` reads captures and yields one `Session` a TLS session, with its verdict:

    >>> import tlsscope
    >>> for session in tlsscope.scan("captures/tls12-mutual--openssl--openssl.pcap"):
    ...     print(session.client.ip, session.authentication.mode)

Nothing is imported before it is used, so that the command line answers at once.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

__all__ = [
    "InputError",
    "InputFailure",
    "Options",
    "Session",
    "TlsscopeError",
    "scan",
]

_HOMES = {
    "InputError": "tlsscope.errors",
    "TlsscopeError": "tlsscope.errors",
    "InputFailure": "tlsscope.pipeline",
    "Options": "tlsscope.pipeline",
    "Session": "tlsscope.session.model",
}


def __getattr__(name: str) -> Any:  # PEP 562
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'tlsscope' has no attribute {name!r}")
    return getattr(import_module(home), name)


def scan(
    inputs: str | Iterable[str],
    options: "Options | None" = None,  # type: ignore[name-defined]  # noqa: F821 (resolved on use)
    failed: "Callable[[InputFailure], None] | None" = None,  # type: ignore[name-defined]  # noqa: F821
) -> "Iterator[Session]":  # type: ignore[name-defined]  # noqa: F821
    """Read captures (file names, `-` for standard input) and yield their sessions, judged, as connections end.

    An input that cannot be read raises `InputError`; with `failed` it is told there, and the others are still read.
    """
    from tlsscope.pipeline import InputFailure, Scan

    for one in Scan([inputs] if isinstance(inputs, str) else inputs, options):
        if not isinstance(one, InputFailure):
            yield one
        elif failed is not None:
            failed(one)
        else:
            from tlsscope.errors import InputError

            raise InputError(one.source, one.message)
