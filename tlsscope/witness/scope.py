"""What tlsscope does not read yet: accounts of tshark enter; those that can be compared leave, the rest is counted."""

from collections import Counter
from collections.abc import Iterable

from .account import Account

BEYOND = {
    "DTLS": "DTLS is not read yet",
    "QUIC": "QUIC is not read yet",
    "eap": "TLS inside EAP is not read yet",
    "openvpn": "TLS inside OpenVPN's own framing is not read",
}


def within(accounts: Iterable[Account]) -> tuple[list[Account], Counter[str]]:
    """Keep what we read too; count what was left out, by reason."""
    kept: list[Account] = []
    left_out: Counter[str] = Counter()
    for account in accounts:
        reason = _beyond(account)
        if reason is None:
            kept.append(account)
        else:
            left_out[reason] += 1
    return kept, left_out


def notes(left_out: Counter[str]) -> list[str]:
    """Say what was left out."""
    return [
        f"left out {count} session{'' if count == 1 else 's'} of tshark: {reason}"
        for reason, count in sorted(left_out.items())
    ]


def _beyond(account: Account) -> str | None:
    for name in (account.protocol, account.transport, account.carrier):
        if name in BEYOND:
            return BEYOND[name]
    return None
