"""What is in clear under the record type of handshake messages: a fragment enters, whether it can be messages leaves.

Kernel file: compiled where a C compiler is found (types in `clear.pxd`), interpreted otherwise.
"""

from tlsscope.constants import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_STATUS,
    CERTIFICATE_URL,
    CERTIFICATE_VERIFY,
    CLIENT,
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    COMPRESSED_CERTIFICATE,
    FINISHED,
    HELLO_REQUEST,
    KEY_UPDATE,
    MESSAGE_HASH,
    NEW_SESSION_TICKET,
    NEXT_PROTOCOL,
    SERVER,
    SERVER_HELLO,
    SERVER_HELLO_DONE,
    SERVER_KEY_EXCHANGE,
)

HEADER = 4  # type and length
LONGEST_MESSAGE = 1 << 20  # bytes; a longer one is not put together

# What may be in clear, by type, and the least that its body holds; all else in a handshake record is ciphertext.
LEAST = {
    HELLO_REQUEST: 0, CLIENT_HELLO: 38, SERVER_HELLO: 36, 3: 3, NEW_SESSION_TICKET: 6, 5: 0, 6: 2, 8: 2,
    CERTIFICATE: 3, SERVER_KEY_EXCHANGE: 1, CERTIFICATE_REQUEST: 3, SERVER_HELLO_DONE: 0, CERTIFICATE_VERIFY: 2,
    CLIENT_KEY_EXCHANGE: 0, FINISHED: 12, CERTIFICATE_URL: 4, CERTIFICATE_STATUS: 1, 23: 2, KEY_UPDATE: 1,
    COMPRESSED_CERTIFICATE: 8, NEXT_PROTOCOL: 2, 203: 2, MESSAGE_HASH: 1,
}  # fmt: skip
FROM_SERVER = frozenset((
    HELLO_REQUEST, SERVER_HELLO, NEW_SESSION_TICKET, SERVER_KEY_EXCHANGE,
    CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CERTIFICATE_STATUS,
))  # fmt: skip
FROM_CLIENT = frozenset((CLIENT_HELLO, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE))
_SENDERS = bytes(  # by type: the bits of those who may send it in clear
    (type_ not in FROM_SERVER) << CLIENT | (type_ not in FROM_CLIENT) << SERVER if type_ in LEAST else 0
    for type_ in range(256)
)
SMALLEST_FULL_RECORD = 512  # RFC 6066 §4: the smallest fragment length that can be agreed on


def may_come_from(role: int, fragment: bytes) -> bool:
    """Tell whether a fragment begins with a type of message that this side sends in clear."""
    return _SENDERS[fragment[0]] >> role & 1 != 0


def fits(fragment: bytes) -> bool:
    """Tell whether messages fill a record exactly, or one of them more than a full record.

    Ciphertext does not; an explicit nonce of zeros looks like an empty HelloRequest, which comes alone.
    """
    position, size = 0, len(fragment)
    while size - position >= HEADER:
        type_ = fragment[position]
        length = fragment[position + 1] << 16 | fragment[position + 2] << 8 | fragment[position + 3]
        if length > LONGEST_MESSAGE or length < LEAST.get(type_, length + 1):
            return False
        position += HEADER + length
        if length == 0 and (position != size or (type_ == HELLO_REQUEST and size != HEADER)):
            return False
    return position == size or size >= SMALLEST_FULL_RECORD
