"""DER, as far as exact bytes are needed: a slice of DER enters, its elements leave.

Names, keys and algorithms are read from the bytes as sent: a library re-encodes them, or refuses them
altogether. Raises `MalformedError` and nothing else; only definite lengths and one-byte tags, which is
all that X.509 uses.
"""

from functools import lru_cache
from typing import NamedTuple

from tlsscope.wire import MalformedError

INTEGER, BIT_STRING, OBJECT_IDENTIFIER = 0x02, 0x03, 0x06
SEQUENCE, SET = 0x30, 0x31
MAX_ELEMENTS = 4096  # in one parent; more is an attack, not a certificate
MAX_OID_BYTES = 128


class Element(NamedTuple):
    """One tag, length and value; `whole` is all three, as sent."""

    tag: int
    content: bytes
    whole: bytes


def elements(data: bytes) -> list[Element]:
    """Read all elements side by side in `data`, to its very end."""
    found: list[Element] = []
    position = 0
    while position < len(data):
        element = _element_at(data, position)
        found.append(element)
        if len(found) > MAX_ELEMENTS:
            raise MalformedError(f"more than {MAX_ELEMENTS} elements in one")
        position += len(element.whole)
    return found


def first(data: bytes, tag: int) -> Element:
    """Read the first element of `data`, which must have this tag; what follows it is not looked at."""
    element = _element_at(data, 0)
    if element.tag != tag:
        raise MalformedError(f"tag 0x{element.tag:02x} where 0x{tag:02x} belongs")
    return element


@lru_cache(maxsize=1024)
def object_identifier(content: bytes) -> str:
    """Write the content of an OBJECT IDENTIFIER in dots, X.690 §8.19."""
    if not content or len(content) > MAX_OID_BYTES or content[-1] & 0x80:
        raise MalformedError(f"an object identifier of {len(content)} bytes")
    arcs: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            arcs.append(value)
            value = 0
    root = min(arcs[0] // 40, 2)
    return ".".join(map(str, (root, arcs[0] - 40 * root, *arcs[1:])))


def encoded(dots: str) -> bytes:
    """Encode the content of an OBJECT IDENTIFIER, X.690 §8.19."""
    root, second, *arcs = map(int, dots.split("."))
    content = bytearray()
    for arc in (40 * root + second, *arcs):
        groups = range(max(arc.bit_length() - 1, 0) // 7, 0, -1)
        content += bytes([arc >> 7 * group & 0x7F | 0x80 for group in groups] + [arc & 0x7F])
    return bytes(content)


def _element_at(data: bytes, position: int) -> Element:
    if len(data) - position < 2:
        raise MalformedError("an element without a length")
    tag, length = data[position], data[position + 1]
    if tag & 0x1F == 0x1F:
        raise MalformedError(f"a tag of several bytes: 0x{tag:02x}")
    start = position + 2
    if length & 0x80:
        width = length & 0x7F
        if not 1 <= width <= 4 or width > len(data) - start:
            raise MalformedError(f"a length of {width} bytes")
        length = int.from_bytes(data[start : start + width], "big")
        start += width
    stop = start + length
    if stop > len(data):
        raise MalformedError(f"{length} bytes wanted, {len(data) - start} left")
    return Element(tag, data[start:stop], data[position:stop])
