"""Messages whose meaning is known: from RFC 8448, and built by hand with the RFCs' vectors."""

CLIENT_HELLO = bytes.fromhex(  # RFC 8448 §3, without its 4-byte header
    "0303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000"
    "000b0009000006736572766572ff01000100000a00140012001d00170018001901000101010201030104002300000033"
    "00260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d"
    "0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001"
)
SERVER_HELLO = bytes.fromhex(  # RFC 8448 §3
    "0303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c9"
    "828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304"
)


def vector8(*parts: bytes) -> bytes:
    """Put a one-byte length before the parts."""
    body = b"".join(parts)
    return len(body).to_bytes(1, "big") + body


def vector16(*parts: bytes) -> bytes:
    """Put a two-byte length before the parts."""
    body = b"".join(parts)
    return len(body).to_bytes(2, "big") + body


def vector24(*parts: bytes) -> bytes:
    """Put a three-byte length before the parts."""
    body = b"".join(parts)
    return len(body).to_bytes(3, "big") + body


def uint16s(*values: int) -> bytes:
    """Write numbers of two bytes."""
    return b"".join(value.to_bytes(2, "big") for value in values)


def extension(code: int, body: bytes) -> bytes:
    """Write an extension."""
    return uint16s(code) + vector16(body)
