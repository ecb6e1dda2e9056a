"""Hellos with rot in them: a body that `readers` refused enters; what can be named up to the rot leaves.

A client or a server that lies about lengths is described, not lost: whoever asks for this reading has seen the strict
one fail, and says so.
"""

from contextlib import suppress

from tlsscope.constants import CLIENT_HELLO, SERVER_HELLO
from tlsscope.wire import MalformedError, Reader

from .messages import ClientHello, Extension, ServerHello


def salvaged(type_: int, body: bytes) -> ClientHello | ServerHello | None:
    """Read a hello as far as it goes; None where nothing can be named, and for all other messages."""
    if type_ == CLIENT_HELLO:
        return salvaged_client_hello(body)
    return salvaged_server_hello(body) if type_ == SERVER_HELLO else None


def salvaged_client_hello(body: bytes) -> ClientHello | None:
    """Read a ClientHello as far as it goes; None where not even the random is whole."""
    reader = Reader(body)
    try:
        version, random = reader.uint16(), reader.bytes(32)
    except MalformedError:
        return None
    session_id = compression_methods = b""
    cipher_suites: tuple[int, ...] = ()
    extensions: tuple[Extension, ...] = ()
    with suppress(MalformedError):  # what was read so far is what there is
        session_id = reader.opaque8()
        cipher_suites = _whole_uint16s(reader.opaque16())
        compression_methods = reader.opaque8()
        extensions = _whole_extensions(reader)
    return ClientHello(version, random, session_id, cipher_suites, compression_methods, extensions, body)


def salvaged_server_hello(body: bytes) -> ServerHello | None:
    """Read a ServerHello as far as it goes; None where it has no whole cipher suite."""
    reader = Reader(body)
    try:
        version, random, session_id = reader.uint16(), reader.bytes(32), reader.opaque8()
        cipher_suite = reader.uint16()
    except MalformedError:
        return None
    compression_method = reader.uint8() if reader else 0
    return ServerHello(
        version, random, session_id, cipher_suite, compression_method, _whole_extensions(reader), body
    )


def _whole_uint16s(raw: bytes) -> tuple[int, ...]:
    return Reader(raw, 0, len(raw) & ~1).uint16s()


def _whole_extensions(reader: Reader) -> tuple[Extension, ...]:
    """Read extensions until one is not whole. The length of their list may lie: what is there is read."""
    extensions: list[Extension] = []
    with suppress(MalformedError):  # the rest is rot
        if reader:
            reader.uint16()
        while reader:
            extensions.append((reader.uint16(), reader.opaque16()))
    return tuple(extensions)
