"""Rights: a process that may capture enters; one that may do nothing special leaves (Linux; elsewhere user and groups).

What was opened before stays open: that is the point.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import NamedTuple

from tlsscope.errors import TlsscopeError

NOBODY = "nobody"
HOW_TO = (
    "run as root, or give the interpreter the right: setcap cap_net_raw+ep, "
    "or as a service: AmbientCapabilities=CAP_NET_RAW"
)

_SET_NO_NEW_PRIVILEGES = 38  # linux/prctl.h
_CAPABILITY_BOUND_DROP = 24
_CAPABILITY_AMBIENT, _CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h
_CAP_NET_RAW = 13
_SETS = ("CapInh", "CapPrm", "CapEff", "CapAmb")


class Account(NamedTuple):
    """Whom to become."""

    name: str
    user: int
    group: int


def account(name: str) -> Account:
    """Look an account up. Raises TlsscopeError where there is none, or where it is root's."""
    import pwd  # here: not on every system

    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise TlsscopeError(f'--user: there is no account "{name}"') from None
    if entry.pw_uid == 0:
        raise TlsscopeError("--user: root keeps every right; name another account")
    return Account(name, entry.pw_uid, entry.pw_gid)


def give_up(become: Account | None) -> None:
    """Give up everything: bounding set, groups, group, user, capabilities, and the way to get any back.

    `become` is for root; an ordinary user stays who he is. Raises TlsscopeError unless /proc says that it is so.
    """
    linux = sys.platform == "linux"
    if linux:
        _forget_bounds()
    if os.geteuid() == 0 and become is not None:
        os.setgroups([])
        os.setresgid(become.group, become.group, become.group)
        os.setresuid(become.user, become.user, become.user)
    if linux:
        _empty_capabilities()
        left = still_there()
        if left:
            raise TlsscopeError(f"could not give up every privilege: {', '.join(left)}")


def still_there() -> list[str]:
    """List what this process still has beyond an ordinary one, as /proc tells it."""
    status = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line
    )
    left = [f"{name} {status[name].strip()}" for name in _SETS if int(status[name], 16)]
    if status["NoNewPrivs"].strip() != "1":
        left.append("NoNewPrivs 0")
    if "0" in status["Uid"].split() or "0" in status["Gid"].split():
        left.append(f"user {status['Uid'].split()[1]}, group {status['Gid'].split()[1]}")
    return left


def may_capture() -> bool:
    """Tell whether packet sockets can be opened: CAP_NET_RAW is in the effective set."""
    if sys.platform != "linux":
        return os.geteuid() == 0
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    return bool(effective >> _CAP_NET_RAW & 1)


def _forget_bounds() -> None:
    """Drop the bounding and the ambient set. Without CAP_SETPCAP the bounding set stays: no-new-privs makes it moot."""
    libc = _libc()
    highest = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(highest + 1):
        libc.prctl(_CAPABILITY_BOUND_DROP, capability, 0, 0, 0)
    libc.prctl(_CAPABILITY_AMBIENT, _CLEAR_ALL, 0, 0, 0)


def _empty_capabilities() -> None:
    """Empty the permitted, effective and inheritable sets; let no later exec fill them."""
    libc = _libc()
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    empty = (ctypes.c_uint32 * 6)()
    libc.capset(ctypes.byref(header), ctypes.byref(empty))
    libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
