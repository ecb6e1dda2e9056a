"""The fields a filter may name: a dotted path enters, a `Field` leaves that reads and orders its values.

The paths come from the document model itself, so a new field can be asked for at once. A path through a list
means any element: `server_certificates.subject` reads the subject of each.
"""

import difflib
from collections.abc import Callable, Iterator
from enum import Enum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import msgspec
from msgspec import inspect

from .document import SessionDocument

ALIASES = {
    "alert": "outcome.alerts.description",
    "auth": "authentication.mode",
    "cipher": "cipher_suite.name",
    "cipher_suite": "cipher_suite.name",
    "client": "client.ip",
    "file": "source.file",
    "finding": "findings.rule",
    "group": "key_exchange.group.name",
    "ja3": "client_hello.ja3",
    "ja4": "client_hello.ja4",
    "mode": "authentication.mode",
    "outcome": "outcome.state",
    "resumed": "resumption.accepted",
    "server": "server.ip",
    "sni": "server_name",
    "suite": "cipher_suite.name",
}
HEADS = {"auth": "authentication", "hello": "client_hello", "suite": "cipher_suite", "cipher": "cipher_suite"}

Value = str | int | float | bool | None
Network = IPv4Network | IPv6Network
Steps = tuple[tuple[str, str], ...]  # (name in the report, attribute of the struct)

_VERSIONS = ("ssl 2.0", "ssl 3.0", "tls 1.0", "tls 1.1", "tls 1.2", "tls 1.3")
_DTLS = {"dtls 1.0": "tls 1.1", "dtls 1.2": "tls 1.2", "dtls 1.3": "tls 1.3"}  # RFC 6347 §1, RFC 9147


class UnknownFieldError(Exception):
    """No such path; `near` are paths like it."""

    def __init__(self, near: list[str]) -> None:
        super().__init__()
        self.near = near


class Field(msgspec.Struct, frozen=True):
    """A place in the document: which words it may hold (None: any), and how its values are ordered."""

    path: str
    steps: Steps
    words: tuple[str, ...] | None
    whole: bool  # an object or a list of objects: there, or not there, but not comparable
    order: Callable[[Value], float | str | None]

    def values(self, document: object) -> Iterator[Value]:
        """Read the values: none, one, or one for each element of the lists on the way."""
        return _walk(document, self.steps)


def field(path: str) -> Field:
    """Find a path or an alias in the model."""
    full = ALIASES.get(path) or _with_full_head(path)
    steps: list[tuple[str, str]] = []
    kind: inspect.Type = inspect.type_info(SessionDocument)
    for name in full.split("."):
        kind = _element(kind)
        found = _member(kind, name)
        if found is None:
            raise UnknownFieldError(near(path, list(_paths())))
        steps.append((name, found[0]))
        kind = found[1]
    kind = _element(kind)
    words = tuple(member.value for member in kind.cls) if isinstance(kind, inspect.EnumType) else None
    whole = isinstance(kind, inspect.StructType | inspect.DictType)
    return Field(full, tuple(steps), words, whole, _order(steps[-1][0]))


def near(word: str, words: list[str]) -> list[str]:
    """Name the words most like a mistyped one."""
    close = difflib.get_close_matches(word, words, n=3, cutoff=0.6)
    tails = [path for path in words if path.rsplit(".", 1)[-1] == word]
    return list(dict.fromkeys(close + tails))[:3]


def network(text: str) -> Network | None:
    """Read an address or a network in CIDR form; None where the text is neither."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def within(value: Value, net: Network) -> bool:
    """Tell whether an address lies in a network."""
    try:
        return ip_address(str(value)) in net
    except ValueError:
        return False


def version_rank(value: Value) -> float | None:
    """Order versions: SSL 2.0 before SSL 3.0 before TLS 1.0 …; DTLS beside the TLS it is built on."""
    name = version_name(str(value)).split(" (")[0]
    name = _DTLS.get(name, name)
    return float(_VERSIONS.index(name)) if name in _VERSIONS else None


def version_name(text: str) -> str:
    """Read the usual spellings of one version: "TLS 1.2", "TLSv1.2", "tls1.2"."""
    lower = text.lower()
    for family in ("dtls", "tls", "ssl"):
        if lower.startswith(family):
            number = lower[len(family) :].lstrip(" v")
            return f"{family} {number}" if "." in number else f"{family} {number}.0"
    return lower


def _order(name: str) -> Callable[[Value], float | str | None]:
    if name in ("version", "versions"):
        return version_rank
    return _natural


def _natural(value: Value) -> float | str | None:
    if value is None or isinstance(value, bool):
        return None
    return value.removesuffix("Z").lower() if isinstance(value, str) else float(value)


def _walk(node: object, steps: Steps) -> Iterator[Value]:
    if isinstance(node, list | tuple):
        for element in node:
            yield from _walk(element, steps)
    elif not steps:
        yield node.value if isinstance(node, Enum) else node  # type: ignore[misc]
    elif node is not None and node is not msgspec.UNSET:
        name, attribute = steps[0]
        inner = node.get(name) if isinstance(node, dict) else getattr(node, attribute)
        yield from _walk(inner, steps[1:])


def _element(kind: inspect.Type) -> inspect.Type:
    """Look through annotations, optionals and lists to what one value is."""
    if isinstance(kind, inspect.Metadata):
        return _element(kind.type)
    if isinstance(kind, inspect.VarTupleType):
        return _element(kind.item_type)
    if isinstance(kind, inspect.UnionType):
        return _element(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
    return kind


def _member(kind: inspect.Type, name: str) -> tuple[str, inspect.Type] | None:
    if isinstance(kind, inspect.DictType):
        return name, kind.value_type
    if isinstance(kind, inspect.StructType):
        return next(((one.name, one.type) for one in kind.fields if one.encode_name == name), None)
    return None


def _with_full_head(path: str) -> str:
    head, dot, tail = path.partition(".")
    return HEADS.get(head, head) + dot + tail if dot else path


def _paths() -> Iterator[str]:
    yield from ALIASES
    yield from _paths_below(inspect.type_info(SessionDocument), "")


def _paths_below(kind: inspect.Type, prefix: str) -> Iterator[str]:
    kind = _element(kind)
    if isinstance(kind, inspect.StructType):
        for one in kind.fields:
            yield prefix + one.encode_name
            yield from _paths_below(one.type, f"{prefix}{one.encode_name}.")
