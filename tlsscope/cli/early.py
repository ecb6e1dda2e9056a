"""Everything that would be imported or read late, where a session needs it: nothing enters, nothing leaves.

Whom root becomes may not be able to read the files.
"""

import importlib
import pkgutil

from tlsscope.judge.confidence import measurements

ROOMS = ("certificate", "handshake", "judge", "report", "secrets", "session", "tables")
LATE = (
    "brotli",
    "importlib.readers",
    "rich.color",
    "rich.style",
    "cryptography.hazmat.primitives.asymmetric.padding",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.ciphers.algorithms",
    "cryptography.hazmat.primitives.ciphers.modes",
    "zstandard",
)


def preload() -> None:
    """Import and read now what would be later."""
    for name in LATE:
        importlib.import_module(name)
    for room in ROOMS:
        package = importlib.import_module(f"tlsscope.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"tlsscope.{room}."):
            importlib.import_module(module.name)
    measurements()
