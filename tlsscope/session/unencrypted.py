"""Cipher suites that encrypt nothing: a session's protected records enter; the messages in them join it, in clear.

The NULL cipher leaves a record as it was and puts a MAC behind it (RFC 5246 §6.2.3.1). A record is taken where whole
messages fill it up to the MAC; any other stays sealed. Kernel file: compiled where a C compiler is found (types in
`unencrypted.pxd`), interpreted otherwise.
"""

from functools import lru_cache

from tlsscope.constants import ALERT, CHANGE_CIPHER_SPEC, CLEAR, HANDSHAKE
from tlsscope.handshake.clear import HEADER, LEAST
from tlsscope.handshake.extensions import codes, find, is_tls13, negotiated_version
from tlsscope.handshake.messages import ServerHello
from tlsscope.tables import cipher_suite

from .decrypted import Decrypted
from .model import Session

_MAC_LENGTHS = {"NULL": 0, "MD5": 16, "SHA": 20, "SHA256": 32, "SHA384": 48}
_TRUNCATED_MAC = 10  # RFC 6066 §7


def encrypts_nothing(hello: ServerHello | None) -> bool:
    """Tell whether what follows a ServerHello can be read without keys: no encryption, and no compression either."""
    if hello is None or hello.compression_method or _mac_length(hello.cipher_suite) is None:
        return False
    return not is_tls13(negotiated_version(hello))


def read_unencrypted(session: Session) -> None:
    """Read the messages of the records that nothing has opened so far."""
    hello = session.server_hello
    if hello is None or not encrypts_nothing(hello):
        return
    mac = _mac_length(hello.cipher_suite) or 0
    if mac and find(hello.extensions, codes.TRUNCATED_HMAC) is not None:
        mac = _TRUNCATED_MAC
    reading = Decrypted(session, CLEAR)
    for record in session.records:
        content = record.fragment[: len(record.fragment) - mac]
        if not record.opened and _is_whole(record.content_type, content):
            reading.take(record, record.content_type, content)
    reading.finish()


@lru_cache(maxsize=512)
def _mac_length(code: int) -> int | None:
    """Give the bytes of the MAC of a suite with the NULL cipher; None for the other suites."""
    suite = cipher_suite(code)
    if suite is None or suite.cipher != "NULL" or suite.key_exchange == "TLS13":
        return None
    return _MAC_LENGTHS.get(suite.mac)


def _is_whole(content_type: int, content: bytes) -> bool:
    if content_type == ALERT:
        return len(content) == 2
    if content_type == CHANGE_CIPHER_SPEC:
        return content == b"\1"
    return content_type == HANDSHAKE and len(content) > 0 and _ends_with_a_message(content)


def _ends_with_a_message(content: bytes) -> bool:
    position = 0
    while position + HEADER <= len(content):
        length = int.from_bytes(content[position + 1 : position + HEADER], "big")
        if length < LEAST.get(content[position], length + 1):
            return False
        position += HEADER + length
    return position == len(content)
