"""A line of an NSS key log (RFC 9850): bytes enter, a label and two values leave, or why there are none."""

import re
from binascii import Error as HexError
from binascii import unhexlify
from collections.abc import Iterator, Mapping
from enum import StrEnum

CLIENT_RANDOM = "CLIENT_RANDOM"
CLIENT_EARLY_TRAFFIC_SECRET = "CLIENT_EARLY_TRAFFIC_SECRET"  # noqa: S105
CLIENT_HANDSHAKE_TRAFFIC_SECRET = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"  # noqa: S105
SERVER_HANDSHAKE_TRAFFIC_SECRET = "SERVER_HANDSHAKE_TRAFFIC_SECRET"  # noqa: S105
CLIENT_TRAFFIC_SECRET_0 = "CLIENT_TRAFFIC_SECRET_0"  # noqa: S105
SERVER_TRAFFIC_SECRET_0 = "SERVER_TRAFFIC_SECRET_0"  # noqa: S105
EARLY_EXPORTER_SECRET = "EARLY_EXPORTER_SECRET"  # noqa: S105
EXPORTER_SECRET = "EXPORTER_SECRET"  # noqa: S105
ECH_SECRET = "ECH_SECRET"  # noqa: S105
ECH_CONFIG = "ECH_CONFIG"
RSA_PREMASTER = "RSA"  # keyed by the first 8 bytes of the encrypted premaster secret
RANDOM_PREMASTER = "PMS_CLIENT_RANDOM"

_RANDOM, _ENCRYPTED_START = 32, 8
_ANY_LENGTH = range(1, 1 << 16)
_HASH_LENGTHS = (32, 48)  # SHA-256 and SM3, SHA-384

# label: the length of what it is found by, the lengths that its secret may have
_RULES: dict[str, tuple[int, range | tuple[int, ...]]] = {
    CLIENT_RANDOM: (_RANDOM, (48,)),
    CLIENT_EARLY_TRAFFIC_SECRET: (_RANDOM, _HASH_LENGTHS),
    CLIENT_HANDSHAKE_TRAFFIC_SECRET: (_RANDOM, _HASH_LENGTHS),
    SERVER_HANDSHAKE_TRAFFIC_SECRET: (_RANDOM, _HASH_LENGTHS),
    CLIENT_TRAFFIC_SECRET_0: (_RANDOM, _HASH_LENGTHS),
    SERVER_TRAFFIC_SECRET_0: (_RANDOM, _HASH_LENGTHS),
    EARLY_EXPORTER_SECRET: (_RANDOM, _HASH_LENGTHS),
    EXPORTER_SECRET: (_RANDOM, _HASH_LENGTHS),
    ECH_SECRET: (_RANDOM, _ANY_LENGTH),
    ECH_CONFIG: (_RANDOM, _ANY_LENGTH),
    RSA_PREMASTER: (_ENCRYPTED_START, (48,)),
    RANDOM_PREMASTER: (_RANDOM, _ANY_LENGTH),
}
_RULES_BY_NAME = {label.encode(): (label, *rule) for label, rule in _RULES.items()}
# Each follows from the one before (RFC 8446 §7.2), so generation 0 is enough. OpenSSL writes a literal N.
_LATER_GENERATION = re.compile(rb"(?:CLIENT|SERVER)_TRAFFIC_SECRET_(?:[1-9][0-9]*|N)")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Unused(StrEnum):
    """Why a line gave nothing."""

    NOT_THREE_FIELDS = "not three fields"
    UNKNOWN_LABEL = "unknown label"
    NOT_HEX = "not hexadecimal"
    WRONG_LENGTH = "wrong length"
    CONFLICT = "disagrees with an earlier line"
    LATER_GENERATION = "a later traffic secret, which is derived instead"
    TABLE_FULL = "table full"


Entry = tuple[str, bytes, bytes]  # label, what it is found by, secret


def parse(line: bytes) -> Entry | Unused | None:
    """Read a line; None for a comment or a blank line."""
    fields = line.split()
    rule = _RULES_BY_NAME.get(fields[0]) if fields else None
    if rule is None or len(fields) != 3:
        return _explain(line)
    label, key_length, secret_lengths = rule
    try:
        key, secret = unhexlify(fields[1]), unhexlify(fields[2])
    except HexError:
        return Unused.NOT_HEX
    if len(key) != key_length or len(secret) not in secret_lengths:
        return Unused.WRONG_LENGTH
    return label, key, secret


def _explain(line: bytes) -> Entry | Unused | None:
    for mark in _BYTE_ORDER_MARKS:
        if line.startswith(mark):
            return parse(line.removeprefix(mark))
    fields = line.split()
    if not fields or fields[0].startswith(b"#"):
        return None
    if len(fields) != 3:
        return Unused.NOT_THREE_FIELDS
    if _LATER_GENERATION.fullmatch(fields[0]):
        return Unused.LATER_GENERATION
    return Unused.UNKNOWN_LABEL


class Secrets(Mapping[str, bytes]):
    """The secrets of one client random, by label. Its `repr` names the labels only."""

    __slots__ = ("_by_label",)

    def __init__(self, by_label: Mapping[str, bytes]) -> None:
        self._by_label = by_label

    def __getitem__(self, label: str) -> bytes:
        return self._by_label[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_label)

    def __len__(self) -> int:
        return len(self._by_label)

    def __repr__(self) -> str:
        return f"<Secrets: {', '.join(self)}>"
