"""The interfaces of this machine: nothing enters, what the system tells of each leaves (most of it on Linux)."""

import socket
import struct
import sys
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from tlsscope.errors import TlsscopeError

ANY = "any"
ETHERNET, LOOPBACK = 1, 772  # ARPHRD_*, linux/if_arp.h

# netdevice(7): struct ifreq has the name first, the answer at byte 16
_FLAGS, _LINK_LAYER, _REQUEST_SIZE = 0x8913, 0x8927, 40
_UP, _RUNNING = 1, 0x40

# Messages of rtnetlink, as its manual page numbers them
_GET_ADDRESSES, _NEW_ADDRESS, _DONE, _ERROR = 22, 20, 3, 2
_REQUEST, _DUMP = 1, 0x300
_HEADER, _MESSAGE, _ATTRIBUTE = struct.Struct("=IHHII"), struct.Struct("=BBBBI"), struct.Struct("=HH")
_ADDRESS, _LOCAL = 1, 2


class NetworkInterface(NamedTuple):
    """One interface; `state` in the system's words."""

    number: int
    name: str
    state: str
    addresses: tuple[str, ...]
    layer: int = ETHERNET


def interfaces() -> list[NetworkInterface]:
    """List all of them, in the system's order."""
    addresses = _addresses() if sys.platform == "linux" else {}
    return [
        NetworkInterface(index, name, _state(name), tuple(addresses.get(index, ())), link_layer(name))
        for index, name in socket.if_nameindex()
    ]


def find(wanted: str) -> str:
    """Give the name of an interface that the user called by name or number. Raises TlsscopeError for a stranger."""
    known = dict(socket.if_nameindex())
    if wanted == ANY or wanted in known.values():
        return wanted
    if wanted.isdecimal() and int(wanted) in known:
        return known[int(wanted)]
    names = ", ".join(known.values())
    raise TlsscopeError(f'there is no interface "{wanted[:40]}"; there are {names} and any')


def link_layer(name: str) -> int:
    """Tell what frames of an interface begin with (ARPHRD_*)."""
    answer = _asked(name, _LINK_LAYER)
    return ETHERNET if answer is None else answer


def is_up(name: str) -> bool:
    """Tell whether an interface is there and up."""
    return bool((_asked(name, _FLAGS) or 0) & _UP)


def _state(name: str) -> str:
    flags = _asked(name, _FLAGS)
    if flags is None:
        return "unknown"
    if not flags & _UP:
        return "down"
    return "up" if flags & _RUNNING else "up, no carrier"


def _asked(name: str, request: int) -> int | None:
    """Ask the system for one number about an interface; None where it cannot tell (any more)."""
    if sys.platform != "linux":
        return None
    import fcntl  # here: not on every system

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            answer = fcntl.ioctl(any_socket, request, name.encode().ljust(_REQUEST_SIZE, b"\0"))
        except OSError:
            return None
    return int.from_bytes(answer[16:18], sys.byteorder)


def _addresses() -> dict[int, list[str]]:
    """Ask the kernel for all addresses (RTM_GETADDR)."""
    found: dict[int, list[str]] = {}
    request = _HEADER.pack(_HEADER.size + _MESSAGE.size, _GET_ADDRESSES, _REQUEST | _DUMP, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        netlink.send(request + _MESSAGE.pack(0, 0, 0, 0, 0))
        while True:
            answer = netlink.recv(1 << 16)
            while len(answer) >= _HEADER.size:
                length, kind, _flags, _sequence, _process = _HEADER.unpack_from(answer)
                if kind in (_DONE, _ERROR):
                    return found
                if kind == _NEW_ADDRESS:
                    _add_address(answer[_HEADER.size : length], found)
                answer = answer[(length + 3) & ~3 :]


def _add_address(message: bytes, found: dict[int, list[str]]) -> None:
    family, prefix, _flags, _scope, index = _MESSAGE.unpack_from(message)
    given: dict[int, bytes] = {}
    position = _MESSAGE.size
    while position + _ATTRIBUTE.size <= len(message):
        length, kind = _ATTRIBUTE.unpack_from(message, position)
        given[kind] = message[position + _ATTRIBUTE.size : position + length]
        position += max((length + 3) & ~3, _ATTRIBUTE.size)
    raw = given.get(_LOCAL) or given.get(_ADDRESS)
    if raw is None:
        return
    address = IPv4Address(raw) if family == socket.AF_INET else IPv6Address(raw)
    found.setdefault(index, []).append(f"{address}/{prefix}")
