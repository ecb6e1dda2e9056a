"""What the Python peers share: `key=value` arguments, sockets that listen and connect, one tiny exchange."""

import socket
import sys
from collections.abc import Iterator

REQUEST = b"GET /answer HTTP/1.0\r\n\r\n"
ANSWER = b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def arguments() -> dict[str, str]:
    """The command line's `key=value` words."""
    return dict(word.split("=", 1) for word in sys.argv[1:])


def accepted(options: dict[str, str]) -> Iterator[socket.socket]:
    """Connections as they come; the recorder ends the process."""
    family = socket.AF_INET6 if ":" in options["host"] else socket.AF_INET
    with socket.create_server((options["host"], int(options["port"])), family=family) as listener:
        while True:
            connection, _ = listener.accept()
            connection.settimeout(8)
            yield connection


def connected(options: dict[str, str]) -> socket.socket:
    """A connection to the server."""
    return socket.create_connection((options["host"], int(options["port"])), timeout=8)


def complain(error: Exception) -> None:
    """Say on stderr why a handshake ended; scenarios that must fail come here too."""
    print(type(error).__name__, error, file=sys.stderr, flush=True)
