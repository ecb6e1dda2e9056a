"""Whether a message's extensions are what their RFCs say: a message enters, what is malformed or repeated leaves.

Every hello passes here, and real traffic repeats itself: a body that was opened before is not opened again. Kernel
file: compiled where a C compiler is found (types in `soundness.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from typing import Any

from tlsscope.constants import CLIENT, SERVER
from tlsscope.handshake.messages import HELLO_RETRY_REQUEST_RANDOM, CertificateRequest, ClientHello, ServerHello
from tlsscope.wire import MalformedError

from . import codes
from .openers import OPENERS, REQUEST, RETRY
from .opening import opaque

MOST_SOUND, LARGEST_SOUND = 256, 256  # of each extension; bytes of a body
SPREAD, SPREAD_SHIFT = 269_057, 8  # spread codes over 64 marks: of common ones only GREASE shares
_NEW_EACH_TIME = frozenset((codes.COOKIE, codes.ENCRYPTED_CLIENT_HELLO, codes.KEY_SHARE, codes.PRE_SHARED_KEY))


class Check:
    """One extension of one kind of message: its opener, and bodies that it opened."""

    __slots__ = ("_last", "_opener", "_remembers", "_sound")

    def __init__(self, code: int, opener: Callable[[bytes], Any]) -> None:
        self._opener = opener
        self._remembers = code not in _NEW_EACH_TIME
        self._last: bytes | None = None
        self._sound: set[bytes] = set()

    def fault(self, body: bytes) -> str | None:
        """Say what is wrong with a body; None where nothing is."""
        if self._last is not None and self._last == body:
            return None
        if not self._remembers or body not in self._sound:
            try:
                self._opener(body)
            except MalformedError as error:
                return str(error)
            if not self._remembers or len(body) > LARGEST_SOUND:
                return None
            if len(self._sound) >= MOST_SOUND:
                self._sound.clear()
            self._sound.add(body)
        self._last = body
        return None


_CHECKS: dict[int, dict[int, Check]] = {
    side: {code: Check(code, opener) for code, opener in openers.items() if opener is not opaque}
    for side, openers in OPENERS.items()
}


def malformed_extensions(message: ClientHello | ServerHello | CertificateRequest) -> list[tuple[int, str]]:
    """List the extensions that cannot be opened: code, and what is wrong."""
    checks = _CHECKS[_side(message)]
    malformed = []
    for code, body in message.extensions:
        check = checks.get(code)
        if check is not None:
            why = check.fault(body)
            if why is not None:
                malformed.append((code, why))
    return malformed


def duplicate_extensions(message: ClientHello | ServerHello | CertificateRequest) -> list[int]:
    """List the codes that come more than once (RFC 8446 §4.2 forbids it), each once, in wire order."""
    seen = 0
    for code, _ in message.extensions:
        mark = 1
        mark <<= code * SPREAD >> SPREAD_SHIFT & 63
        if seen & mark:
            break  # twice the same, or two that share a mark
        seen |= mark
    else:
        return []
    all_codes = [code for code, _ in message.extensions]
    if len(set(all_codes)) == len(all_codes):
        return []
    return [code for code in dict.fromkeys(all_codes) if all_codes.count(code) > 1]


def _side(message: ClientHello | ServerHello | CertificateRequest) -> int:
    if isinstance(message, ClientHello):
        return CLIENT
    if isinstance(message, CertificateRequest):
        return REQUEST
    return RETRY if message.random == HELLO_RETRY_REQUEST_RANDOM else SERVER
