"""The diagnosis of a machine: nothing enters, what tlsscope would find here leaves, one line each."""

import importlib.util
import platform
import socket
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path

from tlsscope.capture.privileges import HOW_TO
from tlsscope.report.text import printable

LIBRARIES = (
    "asn1crypto", "brotli", "cryptography", "msgspec", "prometheus-client", "pyshark", "rich", "scapy", "typer",
    "zstandard",
)  # fmt: skip
INLINE = "tlsscope.words"  # compiled into all who use it, not by itself


def lines() -> Iterator[str]:
    """Give a line for each thing that matters here."""
    return (f"{name:<14}{printable(said)}" for name, said in _report())


def _report() -> Iterator[tuple[str, str]]:
    yield "tlsscope", _version("tlsscope")
    yield "python", f"{platform.python_implementation()} {platform.python_version()} on {platform.platform()}"
    yield "kernel", _kernel()
    for name in LIBRARIES:
        yield name, _version(name)
    yield "tshark", _tshark()
    yield "capture", _capture_rights()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _kernel() -> str:
    """Tell of each file that can be compiled (it has a .pxd beside it) whether it is."""
    root = Path(str(resources.files("tlsscope")))
    files = [path.relative_to(root).with_suffix("") for path in root.rglob("*.pxd")]
    names = [".".join(("tlsscope", *file.parts)) for file in files]
    plain = [name for name in sorted(names) if name != INLINE and not _is_compiled(name)]
    if not plain:
        return f"compiled ({len(names)} modules)"
    if len(plain) == len(names):
        return "not compiled: same results, slower"
    return f"compiled but for {', '.join(plain)}"


def _is_compiled(name: str) -> bool:
    found = importlib.util.find_spec(name)
    return found is not None and found.origin is not None and not found.origin.endswith(".py")


def _tshark() -> str:
    from tlsscope.witness.tshark import status  # here: pyshark costs a fifth of a second

    return status()


def _capture_rights() -> str:
    """Try what live capture does: open a packet socket (Linux)."""
    if not hasattr(socket, "AF_PACKET"):
        return "through scapy, with the rights that this system asks for"
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except PermissionError:
        return f"no right to capture: {HOW_TO}"
    except OSError as error:
        return f"cannot capture: {error.strerror}"
    return "allowed"
