"""Draws the pictures of the README: runs tlsscope on captures/ in a terminal, writes what it shows as docs/*.svg.

    python tools/make_pictures.py
"""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
# A picture must not fetch fonts from anywhere.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace("Fira Code, ", "")
PICTURES: dict[str, tuple[int, tuple[str, ...]]] = {
    "table": (132, (
        "scan",
        "captures/tls12-one-way--java--go.pcap",
        "captures/tls12-mutual--openssl--openssl.pcap",
        "captures/tls12-declined--openssl--gnutls.pcap",
        "captures/tls12-unknown-ca--java--openssl.pcap",
        "captures/tls12-resumed-id-mutual--openssl--openssl.pcap",
        "captures/tls12-anonymous-dh--openssl--openssl.pcap",
        "captures/tls13-one-way--nginx--java.pcap",
        "captures/tls13-mutual--nginx--nss.pcap",
        "captures/tls13-mutual--openssl--openssl.pcapng",
        "captures/tls13-declined--python--go.pcap",
        "captures/tls13-unknown-ca--python--go.pcap",
        "captures/tls13-padded-mutual--openssl--openssl.pcap",
    )),
    "ladder": (110, ("show", "captures/tls12-mutual--openssl--openssl.pcap", "1")),
    "inferred": (110, ("show", "captures/tls13-mutual-chain3--python--java.pcap", "1")),
}  # fmt: skip


def main() -> None:
    """Draw them all."""
    for name, (width, arguments) in PICTURES.items():
        shown = _in_a_terminal(width, [sys.executable, "-m", "tlsscope", *arguments])
        console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
        console.print(Text.from_ansi(shown), soft_wrap=True)
        title = " ".join(["tlsscope", *arguments])
        svg = console.export_svg(
            title=title if len(title) < width else "tlsscope scan captures/", code_format=FORMAT, unique_id=name
        )
        (ROOT / "docs").mkdir(exist_ok=True)
        (ROOT / "docs" / f"{name}.svg").write_text(svg, encoding="utf-8")


def _in_a_terminal(width: int, command: list[str]) -> str:
    """Run a command with a terminal of that width as its output; give what it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, width, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=theirs, stderr=theirs):
        os.close(theirs)
        return b"".join(_read_all(ours)).decode().replace("\r\n", "\n").rstrip("\n")


def _read_all(terminal: int) -> list[bytes]:
    pieces: list[bytes] = []
    with open(terminal, "rb", buffering=0) as file:
        while True:
            try:
                piece = file.read(65536)
            except OSError:  # how Linux tells that the other end of a terminal is closed
                return pieces
            if not piece:
                return pieces
            pieces.append(piece)


if __name__ == "__main__":
    main()
