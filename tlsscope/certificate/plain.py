"""Parts that are read straight from their bytes, because they are simple and new in nearly every certificate.

One part in its plainest form enters, and what it says leaves; whatever is more than that is an `OddError`, and a
library reads the certificate instead. What is said here is the same that it would say (the tests hold one against
the other). Kernel file: compiled where a C compiler is found (types in `plain.pxd`), interpreted otherwise.
"""

from datetime import date
from functools import lru_cache

from . import names, oids
from .der import encoded
from .walk import OddError, Walk

INTEGER, OBJECT_IDENTIFIER, SEQUENCE, SET = 0x02, 0x06, 0x30, 0x31
UTF8_STRING, PRINTABLE_STRING, IA5_STRING = 0x0C, 0x13, 0x16
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18

MOST_SERIAL_BYTES = 21  # RFC 5280 §4.1.2.2 allows 20; and a zero before a high bit
MOST_NAME_BYTES = 4096
FIRST_GENERALIZED = b"1950"  # RFC 5280 §4.1.2.5 wants 2050, not everybody obeys
SPACE, NUMBER_SIGN, Z = 32, 35, 90

_LABELS = {encoded(kind): f"{label}=" for kind, label in oids.ATTRIBUTES.items()}
_COMMON_NAME = encoded(names.COMMON_NAME)

# Bytes that PrintableString allows, X.680 §41.4; bytes that are escaped wherever they stand in a name, RFC 4514 §2.4
_PRINTABLE = bytes(byte < 128 and (chr(byte).isalnum() or chr(byte) in " '()+,-./:=?") for byte in range(256))
_ESCAPED = bytes(byte < 128 and chr(byte) in '\0"+,;<>\\' for byte in range(256))


def serial(content: bytes) -> str:
    """Write a positive serial number as hex."""
    size = len(content)
    if not 1 <= size <= MOST_SERIAL_BYTES or content[0] > 127:
        raise OddError
    if content[0] or size == 1:
        return content.hex()
    if content[1] < 128:
        raise OddError
    return content[1:].hex()


def validity(content: bytes) -> tuple[str, str]:
    """Write both ends of a Validity, RFC 5280 §4.1.2.5."""
    walk = Walk(content)
    begin = _time(walk)
    end = _time(walk)
    walk.leave(len(content))
    return begin, end


def _time(walk: Walk) -> str:
    if walk.tag() == UTC_TIME:
        digits = walk.take(UTC_TIME)
        digits = (b"20" if digits < b"5" else b"19") + digits
    else:
        digits = walk.take(GENERALIZED_TIME)
        if digits < FIRST_GENERALIZED:
            raise OddError
    if len(digits) != 15 or digits[14] != Z or not digits[:14].isdigit():
        raise OddError
    text = digits.decode()
    hour, minute, second = text[8:10], text[10:12], text[12:14]
    if hour > "23" or minute > "59" or second > "59":
        raise OddError
    return f"{_day(text[:8])}T{hour}:{minute}:{second}Z"


@lru_cache(maxsize=4096)
def _day(digits: str) -> str:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        raise OddError from None


def name(der: bytes) -> tuple[str, str | None]:
    """Write a Name of one attribute in each part, as `names.name_text` would, and its common name, if it has one."""
    size = len(der)
    if size > MOST_NAME_BYTES:
        raise OddError
    walk = Walk(der)
    stop = walk.enter(SEQUENCE)
    common_name = None
    written: list[str] = []
    while walk.position < stop:
        rdn = walk.enter(SET)
        pair = walk.enter(SEQUENCE)
        kind = walk.take(OBJECT_IDENTIFIER)
        label = _LABELS.get(kind)
        if label is None:
            raise OddError
        value = _string(walk)
        text = _decoded(value)
        written.append(label + (text if _is_itself(value) else names.escaped(text)))
        if kind == _COMMON_NAME:
            common_name = text
        walk.leave(pair)
        walk.leave(rdn)
    walk.leave(stop)
    walk.leave(size)
    written.reverse()
    return ",".join(written), common_name


def _string(walk: Walk) -> bytes:
    tag = walk.tag()
    if tag not in (UTF8_STRING, PRINTABLE_STRING, IA5_STRING):
        raise OddError
    value = walk.take(tag)
    if tag == PRINTABLE_STRING:
        for byte in value:
            if not _PRINTABLE[byte]:
                raise OddError
    return value


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise OddError from None


def _is_itself(value: bytes) -> bool:
    """Tell a value that needs no escape, RFC 4514 §2.4."""
    for byte in value:
        if _ESCAPED[byte]:
            return False
    size = len(value)
    return size == 0 or (value[0] not in (SPACE, NUMBER_SIGN) and value[size - 1] != SPACE)


def modulus_bits(bit_string: bytes) -> int:
    """Count the bits of an RSA key, RFC 8017 §A.1.1; byte one counts the unused bits."""
    walk = Walk(bit_string)
    walk.position = 1
    stop = walk.enter(SEQUENCE)
    modulus = walk.take(INTEGER)
    if walk.position > stop:
        raise OddError
    return int.from_bytes(modulus, "big").bit_length()
