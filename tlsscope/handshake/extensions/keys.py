"""Extensions that carry keys, or what stands for them: a body enters, a value leaves.

Kernel file: compiled where a C compiler is found (types in `keys.pxd`), interpreted otherwise.
"""

import msgspec

from tlsscope.wire import MalformedError, Reader

from .opening import opaque16, remembering, uint8s, uint16

KeyShare = tuple[int, int]  # group, length of the key in bytes
Identity = tuple[bytes, int]  # a ticket or an external identity, and its obfuscated age

OUTER, INNER = 0, 1  # ECHClientHelloType, RFC 9849 §5

psk_key_exchange_modes = uint8s  # RFC 8446 §4.2.9
cookie = opaque16  # RFC 8446 §4.2.2
selected_identity = uint16  # RFC 8446 §4.2.11, in ServerHello
retry_key_share = uint16  # RFC 8446 §4.2.8, in HelloRetryRequest: the group that is wanted


class PreSharedKeys(msgspec.Struct, frozen=True):
    """What the client offers to resume or to authenticate by, RFC 8446 §4.2.11."""

    identities: tuple[Identity, ...]
    binders: tuple[bytes, ...]


class EncryptedClientHello(msgspec.Struct, frozen=True):
    """The client's encrypted_client_hello, RFC 9849 §5; a GREASE extension looks the same.

    In the inner hello `is_outer` is false and all else zero.
    """

    is_outer: bool
    kdf: int = 0
    aead: int = 0
    config_id: int = 0
    enc: bytes = b""
    payload_length: int = 0


def key_share(body: bytes) -> tuple[KeyShare, ...]:
    """Open the client's key shares, in its order."""
    if not is_key_share(body):
        return _read_key_share(body)  # which says what is wrong
    shares, position, stop = [], 2, len(body)
    while position < stop:
        group = body[position] << 8 | body[position + 1]
        length = body[position + 2] << 8 | body[position + 3]
        shares.append((group, length))
        position += 4 + length
    return tuple(shares)


def is_key_share(body: bytes) -> bool:
    """Tell whether the client's key shares fill their extension."""
    position, stop = 2, len(body)
    while position + 4 <= stop:
        position += 4 + (body[position + 2] << 8 | body[position + 3])
    return position == stop and (body[0] << 8 | body[1]) == stop - 2


def _read_key_share(body: bytes) -> tuple[KeyShare, ...]:
    reader = Reader(body)
    shares = reader.vector16().entries16()
    reader.end()
    return tuple([(group, len(key)) for group, key in shares])


def server_key_share(body: bytes) -> KeyShare:
    """Open the server's key share."""
    reader = Reader(body)
    share = reader.uint16(), len(reader.opaque16())
    reader.end()
    return share


def pre_shared_key(body: bytes) -> PreSharedKeys:
    """Open the client's identities and binders: one binder for each identity."""
    reader = Reader(body)
    identities, binders = reader.vector16(), reader.vector16()
    reader.end()
    keys = PreSharedKeys(_identities(identities), _binders(binders))
    if not keys.identities or len(keys.identities) != len(keys.binders):
        raise MalformedError(f"{len(keys.identities)} identities, {len(keys.binders)} binders")
    return keys


def _identities(reader: Reader) -> tuple[Identity, ...]:
    identities = []
    while reader:
        identities.append((reader.opaque16(), reader.uint32()))
    return tuple(identities)


def _binders(reader: Reader) -> tuple[bytes, ...]:
    binders = []
    while reader:
        binders.append(reader.opaque8())
    return tuple(binders)


def maximum_early_data(body: bytes) -> int:
    """Open the early_data of a NewSessionTicket: how many bytes, RFC 8446 §4.2.10."""
    reader = Reader(body)
    maximum = reader.uint32()
    reader.end()
    return maximum


def encrypted_client_hello(body: bytes) -> EncryptedClientHello:
    """Open the client's encrypted_client_hello."""
    reader = Reader(body)
    hello_type = reader.uint8()
    if hello_type == INNER:
        reader.end()
        return EncryptedClientHello(is_outer=False)
    if hello_type != OUTER:
        raise MalformedError(f"an encrypted ClientHello of type {hello_type}")
    opened = EncryptedClientHello(
        is_outer=True,
        kdf=reader.uint16(),
        aead=reader.uint16(),
        config_id=reader.uint8(),
        enc=reader.opaque16(),
        payload_length=len(reader.opaque16()),
    )
    reader.end()
    return opened


def retry_encrypted_client_hello(body: bytes) -> bytes:
    """Open the encrypted_client_hello of a HelloRetryRequest: the 8 bytes that confirm acceptance."""
    reader = Reader(body)
    confirmation = reader.bytes(8)
    reader.end()
    return confirmation


@remembering
def heartbeat(body: bytes) -> int:
    """Open heartbeat: 1 where the peer may send, 2 where not, RFC 6520 §2."""
    reader = Reader(body)
    mode = reader.uint8()
    reader.end()
    return mode
