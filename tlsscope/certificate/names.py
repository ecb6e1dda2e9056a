"""Distinguished names: the DER of a Name enters, RFC 4514 text leaves.

The text runs from the most specific part to the country, as RFC 4514 §2.1 has it:
`CN=example.com,O=Example,C=DE`. Attribute types without a name stand in dots, with their value as text
where it is a string. Control characters pass through: `report` escapes what it shows. Bytes that are no
UTF-8 are written as hex pairs (`\\ff`, §2.4).
"""

import re
from functools import lru_cache

from tlsscope.wire import MalformedError

from . import oids
from .der import OBJECT_IDENTIFIER, SEQUENCE, SET, Element, elements, first, object_identifier

MAX_NAME_BYTES = 16384
MAX_UNREADABLE_BYTES = 64  # of a name that is none, shown in hex
COMMON_NAME = "2.5.4.3"

TELETEX_STRING, UNIVERSAL_STRING, BMP_STRING = 0x14, 0x1C, 0x1E
# UTF8String, NumericString, PrintableString, IA5String, VisibleString, GeneralString
NARROW_STRINGS = (0x0C, 0x12, 0x13, 0x16, 0x1A, 0x1B)

Attribute = tuple[str, Element]  # type in dots, value


def subject_name(der_name: bytes) -> str:
    """Write a DER Name, such as an authority of a CertificateRequest, as text; never raises."""
    try:
        return name_text(der_name)
    except MalformedError:
        shown = der_name[:MAX_UNREADABLE_BYTES].hex()
        return f"#{shown}…" if len(der_name) > MAX_UNREADABLE_BYTES else f"#{shown}"


@lru_cache(maxsize=4096)
def name_text(der_name: bytes) -> str:
    """Write a DER Name as RFC 4514 text; raises `MalformedError`."""
    parts = ("+".join(_attribute_text(*attribute) for attribute in rdn) for rdn in reversed(_rdns(der_name)))
    return ",".join(parts)


def common_name(der_name: bytes) -> str | None:
    """Find the most specific common name, or None; raises `MalformedError`."""
    found = [value for rdn in _rdns(der_name) for kind, value in rdn if kind == COMMON_NAME]
    return _hex_pairs(_string(found[-1])) if found else None


def _rdns(der_name: bytes) -> list[list[Attribute]]:
    """Open RDNSequence, RFC 5280 §4.1.2.4, least specific first."""
    if len(der_name) > MAX_NAME_BYTES:
        raise MalformedError(f"a name of {len(der_name)} bytes")
    sequence = first(der_name, SEQUENCE)
    return [[_attribute(pair) for pair in elements(_expect(rdn, SET))] for rdn in elements(sequence.content)]


def _attribute(pair: Element) -> Attribute:
    parts = elements(_expect(pair, SEQUENCE))
    if len(parts) != 2:
        raise MalformedError(f"an attribute of {len(parts)} parts")
    return object_identifier(_expect(parts[0], OBJECT_IDENTIFIER)), parts[1]


def _expect(element: Element, tag: int) -> bytes:
    if element.tag != tag:
        raise MalformedError(f"tag 0x{element.tag:02x} where 0x{tag:02x} belongs")
    return element.content


def _attribute_text(kind: str, value: Element) -> str:
    return f"{oids.ATTRIBUTES.get(kind, kind)}={_value_text(value)}"


def _value_text(value: Element) -> str:
    text = _string(value)
    return f"#{value.whole.hex()}" if text is None else _hex_pairs(escaped(text)) or ""


def escaped(text: str) -> str:
    """Escape a value as RFC 4514 §2.4 wants it."""
    text = re.sub(r'["+,;<>\\]', r"\\\g<0>", text).replace("\0", "\\00")
    if text.endswith(" "):
        text = text[:-1] + "\\ "
    return "\\" + text if text.startswith(("#", " ")) else text


def _string(value: Element) -> str | None:
    """Decode one of X.520's many strings; None for what is no string. Wrong bytes stay as lone surrogates."""
    if value.tag in NARROW_STRINGS:
        return value.content.decode("utf-8", "surrogateescape")
    if value.tag == TELETEX_STRING:
        return value.content.decode("latin-1")  # as everybody uses it
    if value.tag == BMP_STRING:
        return value.content.decode("utf-16-be", "replace")
    if value.tag == UNIVERSAL_STRING:
        return value.content.decode("utf-32-be", "replace")
    return None


def _hex_pairs(text: str | None) -> str | None:
    """Write the bytes that were no UTF-8 as hex pairs, so that the text can be encoded again."""
    return text and re.sub("[\udc80-\udcff]", lambda wrong: f"\\{ord(wrong[0]) - 0xDC00:02x}", text)
