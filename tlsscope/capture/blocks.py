"""The pcapng blocks that are no packets: one block's body enters, an interface, secrets or nothing leaves."""

from typing import Literal, NamedTuple

from tlsscope.wire import MalformedError

SECTION_HEADER = 0x0A0D0D0A
INTERFACE_DESCRIPTION = 1
DECRYPTION_SECRETS = 10
TLS_KEY_LOG = 0x544C534B  # "TLSK"

LITTLE_ENDIAN_MAGIC = b"\x4d\x3c\x2b\x1a"
BIG_ENDIAN_MAGIC = b"\x1a\x2b\x3c\x4d"

Order = Literal["little", "big"]

_COMMENT, _NAME, _RESOLUTION, _OFFSET = 1, 2, 9, 14
_LONGEST_OFFSET = 1 << 31  # seconds


class Interface(NamedTuple):
    """One interface of a capture. A clock tick is `multiplier / divisor` ns, or 2^-`shift` s where shift is not 0."""

    link_type: int
    snaplen: int = 0
    name: str | None = None
    comment: str | None = None
    multiplier: int = 1000
    divisor: int = 1
    shift: int = 0
    offset: int = 0  # ns
    digits: int = 6  # decimal places of a second that its clock can tell


def section_is_little_endian(magic: bytes) -> bool:
    """Tell the byte order of a section by the four bytes after its header's length."""
    if magic == LITTLE_ENDIAN_MAGIC:
        return True
    if magic == BIG_ENDIAN_MAGIC:
        return False
    raise MalformedError("a section header without its byte-order magic")


def interface(body: bytes, order: Order) -> Interface:
    """Read an Interface Description Block (draft-ietf-opsawg-pcapng §4.2)."""
    if len(body) < 8:
        raise MalformedError("an interface description of fewer than 8 bytes")
    options = _options(body[8:], order)
    multiplier, divisor, shift, digits = _clock(options.get(_RESOLUTION, b"\x06"))
    seconds = _signed(options.get(_OFFSET, bytes(8)), order)
    return Interface(
        link_type=_number(body[0:2], order),
        snaplen=_number(body[4:8], order),
        name=_text(options.get(_NAME)),
        comment=_text(options.get(_COMMENT)),
        multiplier=multiplier,
        divisor=divisor,
        shift=shift,
        offset=max(-_LONGEST_OFFSET, min(_LONGEST_OFFSET, seconds)) * 1_000_000_000,
        digits=digits,
    )


def tls_secrets(body: bytes, order: Order) -> bytes | None:
    """Give the key log of a Decryption Secrets Block, or None where it holds secrets of another kind (§4.7)."""
    if len(body) < 8 or _number(body[0:4], order) != TLS_KEY_LOG:
        return None
    length = _number(body[4:8], order)
    if length > len(body) - 8:
        raise MalformedError("a decryption secrets block that is shorter than its secrets")
    return body[8 : 8 + length]


def _clock(resolution: bytes) -> tuple[int, int, int, int]:
    if not resolution:
        raise MalformedError("an empty time resolution")
    exponent = resolution[0] & 0x7F
    if resolution[0] & 0x80:
        return 1, 1, max(1, min(exponent, 62)), 9
    if exponent <= 9:
        return 10 ** (9 - exponent), 1, 0, exponent
    return 1, 10 ** (min(exponent, 27) - 9), 0, 9


def _options(raw: bytes, order: Order) -> dict[int, bytes]:
    """Read the options list; the first of each code is kept, and a list cut short ends quietly at the cut."""
    options: dict[int, bytes] = {}
    position = 0
    while len(raw) - position >= 4:
        code = _number(raw[position : position + 2], order)
        length = _number(raw[position + 2 : position + 4], order)
        position += 4
        if code == 0 or length > len(raw) - position:
            break
        options.setdefault(code, raw[position : position + length])
        position += length + (-length & 3)
    return options


def _number(raw: bytes, order: Order) -> int:
    return int.from_bytes(raw, order)


def _signed(raw: bytes, order: Order) -> int:
    return int.from_bytes(raw, order, signed=True)


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", "replace")
