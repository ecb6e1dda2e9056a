"""The hellos of SSL 2.0: a body (after its one-byte message type) enters, a hello leaves (RFC 5246 §E.2)."""

from tlsscope.wire import MalformedError, Reader

from .messages import ClientHello, Sslv2ServerHello

# Message types, draft-hickman-netscape-ssl-00 §5.1
OLD_CLIENT_HELLO, OLD_CLIENT_MASTER_KEY, OLD_SERVER_HELLO = 1, 2, 4


def sslv2_client_hello(body: bytes) -> ClientHello:
    """Read a CLIENT-HELLO, RFC 5246 §E.2.

    Cipher specs are 24-bit numbers; those that begin with a zero byte are the suites of SSL 3.0 and TLS. The
    challenge becomes the random, with zero bytes before it.
    """
    reader = Reader(body)
    version = reader.uint16()
    specs_length, session_id_length, challenge_length = reader.uint16(), reader.uint16(), reader.uint16()
    if not 1 <= challenge_length <= 32:
        raise MalformedError(f"a challenge of {challenge_length} bytes")
    cipher_specs = _uint24s(reader.bytes(specs_length))
    session_id = reader.bytes(session_id_length)
    random = reader.bytes(challenge_length).rjust(32, b"\0")
    reader.end()
    return ClientHello(version, random, session_id, cipher_specs, b"", (), body, is_sslv2=True)


def sslv2_server_hello(body: bytes) -> Sslv2ServerHello:
    """Read a SERVER-HELLO: draft-hickman-netscape-ssl-00 §5.6."""
    reader = Reader(body)
    session_id_hit = reader.uint8() != 0
    reader.uint8()  # the certificate's type: X.509 is the only one
    version = reader.uint16()
    certificate_length, specs_length, connection_id_length = reader.uint16(), reader.uint16(), reader.uint16()
    hello = Sslv2ServerHello(
        session_id_hit,
        version,
        reader.bytes(certificate_length),
        _uint24s(reader.bytes(specs_length)),
        reader.bytes(connection_id_length),
    )
    reader.end()
    return hello


def _uint24s(raw: bytes) -> tuple[int, ...]:
    if len(raw) % 3:
        raise MalformedError(f"a list of 24-bit numbers of {len(raw)} bytes")
    return tuple(int.from_bytes(raw[i : i + 3], "big") for i in range(0, len(raw), 3))
