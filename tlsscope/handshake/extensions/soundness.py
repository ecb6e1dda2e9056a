"""Whether a message's extensions are what their RFCs say: a message enters, what is malformed or repeated leaves.

Every hello passes here, and real traffic repeats itself: readers give the same object for an extension that came before
(`repeats`), and one that was opened is not opened again. Kernel file: compiled where a C compiler is found (types in
`soundness.pxd`), interpreted otherwise.
"""

from tlsscope.constants import CLIENT, SERVER
from tlsscope.handshake.messages import (
    HELLO_RETRY_REQUEST_RANDOM,
    CertificateRequest,
    ClientHello,
    Extension,
    ServerHello,
)
from tlsscope.wire import MalformedError

from . import codes
from .codes import KEY_SHARE, SERVER_NAME
from .keys import is_key_share
from .negotiation import is_one_name
from .openers import OPENERS, REQUEST, RETRY, Opener
from .opening import opaque

PLACES, LARGEST_SOUND = 1024, 256  # of sound extensions, for each kind of message; bytes of a body
SPREAD, SPREAD_SHIFT = 269_057, 8  # spread codes over 64 marks: common ones share none
GREASE, GREASE_SHIFT = 0x0A0A, 12  # RFC 8701: the sixteen 0x0a0a, 0x1a1a … 0xfafa have marks of their own
NEW_EACH_TIME = frozenset((codes.COOKIE, codes.ENCRYPTED_CLIENT_HELLO, KEY_SHARE, codes.PRE_SHARED_KEY))

_OPENERS: dict[int, dict[int, Opener]] = {
    side: {code: opener for code, opener in openers.items() if opener is not opaque}
    for side, openers in OPENERS.items()
}
_SOUND: dict[int, list[Extension | None]] = {side: [None] * PLACES for side in OPENERS}


def malformed_extensions(message: ClientHello | ServerHello | CertificateRequest) -> list[tuple[int, str]]:
    """List the extensions that cannot be opened: code, and what is wrong."""
    side = _side(message)
    sound = _SOUND[side]
    malformed = []
    for one in message.extensions:
        code, body = one
        small = len(body) <= LARGEST_SOUND
        place = (hash(body) ^ code) & (PLACES - 1) if small else 0
        if small and sound[place] is one:
            continue
        why = _fault(side, code, body)
        if why is not None:
            malformed.append((code, why))
        elif small and code not in NEW_EACH_TIME:
            sound[place] = one
    return malformed


def _fault(side: int, code: int, body: bytes) -> str | None:
    """Say what is wrong with a body; None where nothing is, or nobody knows what it should be."""
    if side == CLIENT and (is_key_share(body) if code == KEY_SHARE else code == SERVER_NAME and is_one_name(body)):
        return None  # most clients send their own, which need not be opened
    openers = _OPENERS[side]
    opener = openers.get(code)
    if opener is not None:
        try:
            opener(body)
        except MalformedError as error:
            return str(error)
    return None


def duplicate_extensions(message: ClientHello | ServerHello | CertificateRequest) -> list[int]:
    """List the codes that come more than once (RFC 8446 §4.2 forbids it), each once, in wire order."""
    seen = greased = 0
    for one in message.extensions:
        code = one[0]
        mark = 1
        if code & 0x0F0F == GREASE:
            mark <<= code >> GREASE_SHIFT
            if greased & mark:
                break
            greased |= mark
        else:
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
    if type(message) is ServerHello:  # none has subclasses, and to ask a struct's class for its instances is slow
        return RETRY if message.random == HELLO_RETRY_REQUEST_RANDOM else SERVER
    return CLIENT if type(message) is ClientHello else REQUEST
