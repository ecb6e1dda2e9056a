"""Openers that every hello passes have a quick road: it says the same as the reader, or leaves it to it."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as some

from tlsscope.handshake.extensions import key_share, server_name
from tlsscope.handshake.extensions.keys import _read_key_share, is_key_share
from tlsscope.handshake.extensions.negotiation import _first_host_name, is_one_name
from tlsscope.wire import MalformedError


def vector16(body: bytes) -> bytes:
    return len(body).to_bytes(2, "big") + body


def said(opener: Callable[[bytes], object], body: bytes) -> object:
    try:
        return opener(body)
    except MalformedError as error:
        return str(error)


shares = some.lists(
    some.builds(bytes.__add__, some.binary(min_size=2, max_size=2), some.binary(max_size=9).map(vector16))
)
names = some.lists(some.builds(bytes.__add__, some.sampled_from([b"\0", b"\1"]), some.binary(max_size=9).map(vector16)))
anything = some.binary(max_size=12)


@given(shares.map(b"".join).map(vector16) | anything | anything.map(vector16))
def test_key_shares(body: bytes) -> None:
    assert said(key_share, body) == said(_read_key_share, body)
    assert is_key_share(body) == isinstance(said(_read_key_share, body), tuple)


@given(names.map(b"".join).map(vector16) | anything | anything.map(vector16))
def test_server_names(body: bytes) -> None:
    assert said(server_name, body) == said(_first_host_name, body)
    assert not is_one_name(body) or server_name(body) == body[5:].decode("ascii", "backslashreplace")


def test_the_first_share_and_name_of_a_common_hello() -> None:
    assert key_share(bytes.fromhex("0006001d0002abcd")) == ((29, 2),)
    assert server_name(bytes.fromhex("000600000361") + b".b") == "a.b"
