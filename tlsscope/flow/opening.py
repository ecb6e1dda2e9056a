"""What a connection is when something in it looks like TLS; the table's bounds and constants.

Kernel file: compiled where a C compiler is found (types in `opening.pxd`), interpreted otherwise.
"""

from socket import AF_INET6, inet_ntop

SECOND = 1_000_000_000

FIN, SYN, RST, ACK = 1, 2, 4, 16  # flags, RFC 9293 §3.1

# Lists of connections by last activity; each list's head is the row of the same number.
OPEN, LISTENED, CLOSED, EMBRYONIC, ENDED = 0, 1, 2, 3, 4  # LISTENED: open, with a listener; ENDED: closed in order
HEADS = 5

SEARCHING, ACTIVE, COUNTED, IGNORED = 0, 1, 2, 3  # states of a connection

# What is known of the end of one direction
FIN_SEEN, FIN_ACKED, RESET = 1, 2, 3

# Arithmetic of sequence numbers, RFC 9293 §3.4
WORD, HALF, TURN = 0xFFFF_FFFF, 0x8000_0000, 0x1_0000_0000

Key = tuple[int, int, int, int, int]  # version and ports, both addresses in two halves: a connection in the table

_BYTES = tuple(str(byte) for byte in range(256))


class Opening:
    """A connection in which TLS seems to begin: its endpoints a and b, and what is known of its start."""

    __slots__ = ("address_a", "address_b", "encapsulation", "port_a", "port_b", "syn_from")

    def __init__(self, addresses: tuple[str, str], ports: int, syn_from: int, encapsulation: int) -> None:
        self.address_a, self.address_b = addresses
        self.port_a = ports >> 16 & 0xFFFF
        self.port_b = ports & 0xFFFF
        self.syn_from = syn_from  # direction of the first SYN, -1 where none was seen
        self.encapsulation = encapsulation  # index of the decoder's labels


def address(version: int, high: int, low: int) -> str:
    """Write an address: IPv4, or IPv6 as RFC 5952 has it."""
    if version == 4:
        return f"{_BYTES[low >> 24]}.{_BYTES[low >> 16 & 255]}.{_BYTES[low >> 8 & 255]}.{_BYTES[low & 255]}"
    return inet_ntop(AF_INET6, high.to_bytes(8, "big") + low.to_bytes(8, "big"))


def ends(key: Key) -> list[tuple[str, int]]:
    """Write the two ends of a connection."""
    ports, high_a, low_a, high_b, low_b = key
    version = ports >> 32
    return [
        (address(version, high_a, low_a), ports >> 16 & 0xFFFF),
        (address(version, high_b, low_b), ports & 0xFFFF),
    ]


class Limits:
    """Bounds of the table, and its patience in nanoseconds of capture time."""

    __slots__ = ("closed", "connections", "embryonic", "ended", "idle", "weight")

    def __init__(self, connections: int = 1 << 18, weight: int = 96 << 20) -> None:
        self.connections = connections
        self.weight = weight  # bytes of memory that all connections together may hold, about
        self.idle = 900 * SECOND
        self.closed = 2 * SECOND
        self.ended = SECOND // 10
        self.embryonic = 60 * SECOND
