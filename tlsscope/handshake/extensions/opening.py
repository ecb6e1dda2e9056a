"""What the openers share: remembering bodies that repeat, and the shapes that many extensions have.

A body enters, a value leaves, or `MalformedError`. Real traffic repeats itself, so an opener of bodies that
are likely to come again remembers them; but never large ones, so that nobody can fill the memory. Kernel file:
compiled where a C compiler is found (types in `opening.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from tlsscope.handshake.messages import Extension
from tlsscope.wire import Reader

Value = TypeVar("Value")

REMEMBERED_BODIES = 512
LARGEST_REMEMBERED = 1024  # bytes


def find(extensions: tuple[Extension, ...], code: int) -> bytes | None:
    """Find the body of the first extension with this code."""
    for one in extensions:
        found = one[0]
        if found == code:
            return one[1]
    return None


def remembering(opener: Callable[[bytes], Value]) -> Callable[[bytes], Value]:
    """Let an opener remember the values of small bodies."""
    remembered = lru_cache(maxsize=REMEMBERED_BODIES)(opener)

    @wraps(opener)
    def open_or_recall(body: bytes) -> Value:
        return remembered(body) if len(body) <= LARGEST_REMEMBERED else opener(body)

    return open_or_recall


def empty(body: bytes) -> None:
    """Open an extension that is a mere flag: its body must be empty."""
    Reader(body).end()


def opaque(body: bytes) -> bytes:
    """Open an extension whose body is not told apart here."""
    return body


def uint8(body: bytes) -> int:
    """Open an extension that is one byte: the server's choice, mostly."""
    reader = Reader(body)
    value = reader.uint8()
    reader.end()
    return value


def uint16(body: bytes) -> int:
    """Open an extension that is one 16-bit number: a group, a version, an index, a limit."""
    reader = Reader(body)
    value = reader.uint16()
    reader.end()
    return value


def opaque8(body: bytes) -> bytes:
    """Open an extension that is one vector with a one-byte length."""
    reader = Reader(body)
    value = reader.opaque8()
    reader.end()
    return value


def opaque16(body: bytes) -> bytes:
    """Open an extension that is one vector with a two-byte length."""
    reader = Reader(body)
    value = reader.opaque16()
    reader.end()
    return value


@remembering
def uint8s(body: bytes) -> tuple[int, ...]:
    """Open a list of one-byte numbers with a one-byte length."""
    return tuple(opaque8(body))


@remembering
def uint16s(body: bytes) -> tuple[int, ...]:
    """Open a list of 16-bit numbers with a two-byte length."""
    reader = Reader(body)
    values = reader.vector16().uint16s()
    reader.end()
    return values


@remembering
def short_uint16s(body: bytes) -> tuple[int, ...]:
    """Open a list of 16-bit numbers with a one-byte length."""
    reader = Reader(body)
    values = reader.vector8().uint16s()
    reader.end()
    return values


def opaque16s(body: bytes) -> tuple[bytes, ...]:
    """Open a list of vectors with two-byte lengths: names of authorities, certificate timestamps."""
    reader = Reader(body)
    vectors = reader.vector16()
    reader.end()
    values = []
    while vectors:
        values.append(vectors.opaque16())
    return tuple(values)
