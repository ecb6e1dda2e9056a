"""The user's faults: what enters is a sentence, what leaves is an exception that the command line prints as one line.

The network's faults are never raised: they are values (`anomalies`). Our own faults are ordinary exceptions.
"""


class TlsscopeError(Exception):
    """Something the user can mend: bad arguments, unreadable input, a missing program. Exit status 2."""


class InputError(TlsscopeError):
    """An input that cannot be read (further). `source` names it as the user did."""

    def __init__(self, source: str, message: str) -> None:
        super().__init__(f"{source}: {message}")
        self.source = source
        self.message = message
