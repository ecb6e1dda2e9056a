"""How TLS begins: the first bytes of a segment enter, whether they may begin a TLS session leaves.

TLS is recognised by content, never by port. Kernel file: compiled where a C compiler is found (types in `start.pxd`).
"""

HELLO = 11  # bytes that tell a hello


def may_begin(first: int) -> bool:
    """Tell by the first byte whether a segment is worth a look: a handshake record, or a hello of SSL 2.0."""
    return first == 22 or first >= 0x80


def looks_like_tls(data: bytes) -> bool:
    """Tell whether bytes may begin a TLS session: a record with a handshake message that can come first.

    Judges as many bytes as are there. An SSL 2.0 hello has its length in 15 bits and type 1.
    """
    length = len(data)
    if length < 1:
        return False
    if data[0] != 22:
        return length >= 11 and data[0] >= 0x80 and data[2] == 1 and is_old_hello(data, 0)
    if length >= 2 and data[1] != 3:
        return False
    if length >= 3 and data[2] > 4:
        return False
    if length >= 5 and not 1 <= (data[3] << 8 | data[4]) <= 18_432:
        return False
    if length >= 6:
        kind = data[5]
        if not (0 <= kind <= 4 or 11 <= kind <= 16 or kind == 22):
            return False
    if length < 7 or (data[3] == 0 and data[4] == 1):  # a record of one byte: the next one follows
        return True
    return data[6] < 2  # messages of more than 128 KB do not come first


def is_client_hello(data: bytes, at: int) -> bool:
    """Tell a record of one whole handshake message of type 1 with a version of 3.x; at least 11 bytes are there."""
    record = data[at + 3] << 8 | data[at + 4]
    message = data[at + 6] << 16 | data[at + 7] << 8 | data[at + 8]
    return (
        data[at] == 22 and data[at + 1] == 3 and data[at + 2] <= 4
        and data[at + 5] == 1 and message + 4 == record and data[at + 9] == 3
    )  # fmt: skip


def is_server_hello(data: bytes, at: int) -> bool:
    """Tell a record that begins with a ServerHello of version 3.x, others behind it; at least 11 bytes are there."""
    record = data[at + 3] << 8 | data[at + 4]
    message = data[at + 6] << 16 | data[at + 7] << 8 | data[at + 8]
    return (
        data[at] == 22 and data[at + 1] == 3 and data[at + 2] <= 4 and record <= 18_432
        and data[at + 5] == 2 and 38 <= message <= record - 4 and data[at + 9] == 3 and data[at + 10] <= 4
    )  # fmt: skip


def is_old_hello(data: bytes, at: int) -> bool:
    """Tell an SSL 2.0 CLIENT-HELLO whose lengths agree (RFC 5246 §E.2); at least 11 bytes are there."""
    total = (data[at] & 0x7F) << 8 | data[at + 1]
    version = data[at + 3] << 8 | data[at + 4]
    suites = data[at + 5] << 8 | data[at + 6]
    session = data[at + 7] << 8 | data[at + 8]
    challenge = data[at + 9] << 8 | data[at + 10]
    known = version == 2 or 0x0300 <= version <= 0x0304
    return known and suites % 3 == 0 and suites > 0 and total == 9 + suites + session + challenge
