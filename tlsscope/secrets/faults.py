"""What can go wrong with protection: a record that does not open, a suite that nobody can open here.

What enters is a sentence without secrets; what leaves is an exception for the room above to catch.
"""

from tlsscope.wire import MalformedError


class SealError(MalformedError):
    """A record that these keys do not open: altered, or sealed with other keys or at another place."""


class UnsupportedError(Exception):
    """A cipher suite that cannot be opened here, whatever the keys. The sentence says what is missing."""
