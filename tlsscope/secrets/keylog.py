"""Key logs: files and Decryption Secrets Blocks enter, the secrets of one client random leave.

No line is fatal: what gives nothing is counted by reason. No secret is ever part of a message or a `repr`.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from tlsscope.errors import InputError
from tlsscope.secrets.labels import RSA_PREMASTER, Entry, Secrets, Unused, parse

MAXIMUM_SESSIONS = 5_000_000
_BLOCK = 1 << 24  # bytes of a file that are held at a time
_LONGEST_LINE = 1 << 18  # an ECH_CONFIG of 65,535 bytes fits


class Counts(msgspec.Struct):
    """What became of the lines. A line that says again what is known is `repeated`; comments are no fault."""

    lines: int = 0
    secrets: int = 0
    repeated: int = 0
    unused: dict[Unused, int] = msgspec.field(default_factory=dict)


class KeyLog:
    """All secrets that were given. `limit` bounds the sessions: a capture may carry secrets of its own."""

    def __init__(self, limit: int = MAXIMUM_SESSIONS) -> None:
        self.counts = Counts()
        self._limit = limit
        # Client randoms (32 bytes) and starts of encrypted premaster secrets (8 bytes) cannot be confused.
        # A tuple of label, secret, label, secret … takes a third of the memory of a dictionary.
        self.found_by: dict[bytes, tuple[str | bytes, ...]] = {}
        self._growing: list[_GrowingFile] = []

    def __len__(self) -> int:
        """Count the sessions with secrets."""
        return len(self.found_by)

    def __repr__(self) -> str:
        return f"<KeyLog: {len(self)} sessions>"

    def add_file(self, path: str | Path) -> None:
        """Read a file; `refresh` goes on where this stopped."""
        try:
            with Path(path).open("rb") as file:
                growing = _GrowingFile(Path(path))
                for lines in growing.lines(file):
                    self._add_lines(lines)
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    self._growing.append(growing)
                else:
                    self.add_bytes(growing.last_line)
        except OSError as error:
            raise InputError(str(path), f"cannot read the key log: {error.strerror}") from None

    def add_bytes(self, data: bytes) -> None:
        """Read what is complete in itself: the body of a pcapng Decryption Secrets Block."""
        self._add_lines(_lines(data))

    def refresh(self) -> None:
        """Read what was appended to the files since."""
        for growing in self._growing:
            try:
                with growing.path.open("rb") as file:
                    for lines in growing.lines(file):
                        self._add_lines(lines)
            except OSError:
                continue  # rotated away for now; what was read stays valid

    def lookup(self, client_random: bytes) -> Secrets | None:
        """Find the secrets of a ClientHello's random."""
        found = self._found(client_random)
        return Secrets(found) if found else None

    def premaster(self, encrypted: bytes) -> bytes | None:
        """Find the premaster secret that travelled as these encrypted bytes (`RSA` lines)."""
        return self._found(encrypted[:8]).get(RSA_PREMASTER)

    def _found(self, key: bytes) -> dict[str, bytes]:
        pairs = self.found_by.get(key, ())
        found: dict[str, bytes] = dict(zip(pairs[::2], pairs[1::2], strict=True))  # type: ignore[arg-type]
        for growing in self._growing:
            entry = parse(growing.last_line)
            if isinstance(entry, tuple) and entry[1] == key:
                found.setdefault(entry[0], entry[2])
        return found

    def _add_lines(self, lines: list[bytes]) -> None:
        self.counts.lines += len(lines)
        for line in lines:
            entry = parse(line)
            if isinstance(entry, tuple):
                self._add(entry)
            elif entry is not None:
                self._count(entry)

    def _add(self, entry: Entry) -> None:
        label, key, secret = entry
        known = self.found_by.get(key, ())
        if label in known:
            if known[known.index(label) + 1] == secret:
                self.counts.repeated += 1
            else:
                self._count(Unused.CONFLICT)
        elif not known and len(self.found_by) >= self._limit:
            self._count(Unused.TABLE_FULL)
        else:
            self.found_by[key] = (*known, label, secret)
            self.counts.secrets += 1

    def _count(self, reason: Unused) -> None:
        self.counts.unused[reason] = self.counts.unused.get(reason, 0) + 1


class _GrowingFile:
    """A file that may be appended to. `last_line` has no end yet: it may be a longer secret, cut short."""

    __slots__ = ("_identity", "_offset", "last_line", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last_line = b""
        self._identity = (0, 0)
        self._offset = 0

    def lines(self, file: BinaryIO) -> Iterator[list[bytes]]:
        """Yield the lines that were completed since the last time, in portions."""
        self._go_on(file)
        while block := file.read(_BLOCK):
            self._offset += len(block)
            lines = _lines(self.last_line + block)
            self.last_line = lines.pop()
            if len(self.last_line) > _LONGEST_LINE:
                lines.append(self.last_line)
                self.last_line = b""
            yield lines

    def _go_on(self, file: BinaryIO) -> None:
        state = os.fstat(file.fileno())
        identity = state.st_dev, state.st_ino
        if identity != self._identity or state.st_size < self._offset:  # new, or replaced, or cut
            self._identity, self._offset, self.last_line = identity, 0, b""
        if self._offset:
            file.seek(self._offset)


def _lines(data: bytes) -> list[bytes]:
    # NULs: what a rotated log begins with, and every second byte of UTF-16
    return data.replace(b"\0", b"").split(b"\n")
