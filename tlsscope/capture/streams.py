"""Where captures are read from: a file, a named pipe, standard input; gzip and zstd are taken off on the way.

A name enters, a `ByteStream` leaves. What goes wrong while reading is an OSError, whatever the decompressor calls it.
"""

import io
import os
import select
import stat
import zlib
from pathlib import Path
from typing import Protocol

from tlsscope.errors import InputError

from .remote import RemoteFile, is_url, open_url, size_at

BEAT = 200_000_000  # ns that a pipe may be silent before somebody is told
STEP = 1 << 17  # bytes that are decompressed at once: what damage may cost before it
STANDARD_INPUT = "-"

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ONE_MEMBER = 16 + zlib.MAX_WBITS  # zlib's way to say: with gzip's header and trailer


class ByteStream(Protocol):
    """What a capture is read from."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill `buffer` as far as bytes are there; 0 at the end, None where a live stream has nothing yet."""

    def close(self) -> None:
        """Release it."""


def open_stream(name: str) -> tuple[ByteStream, int | None]:
    """Open a file, a named pipe or `-`; give its size too, where it is a file. Raises InputError, in one line."""
    try:
        if name == STANDARD_INPUT:
            return _decompressed(io.FileIO(0, closefd=False)), None
        if is_url(name):
            return _decompressed(open_url(name)), size_at(name)
        path = Path(name)
        if path.is_dir():
            raise InputError(name, "is a directory")
        return _decompressed(io.FileIO(path)), path.stat().st_size if path.is_file() else None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(name, (reason or str(error)).lower()) from error


def _decompressed(file: io.FileIO | RemoteFile) -> ByteStream:
    head = b""
    try:
        while len(head) < 4 and (more := file.read(4 - len(head))):
            head += more
    except OSError:
        file.close()
        raise
    if head.startswith(_GZIP):
        return _Gzip(_Prefixed(head, file))
    if head == _ZSTD:
        return _Zstd(_Prefixed(head, file))
    if isinstance(file, RemoteFile) or stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return _Prefixed(head, file)
    return _Pipe(head, file)


class _Prefixed(io.RawIOBase):
    """A stream whose first bytes were taken already."""

    def __init__(self, head: bytes, file: io.FileIO | RemoteFile) -> None:
        self._head = head
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        if not self._head:
            return self._file.readinto(buffer)
        taken = min(len(self._head), len(buffer))
        buffer[:taken] = self._head[:taken]
        self._head = self._head[taken:]
        return taken

    def close(self) -> None:
        self._file.close()
        super().close()


class _Pipe(_Prefixed):
    """A stream whose bytes may be long in coming: None for each beat without any."""

    def __init__(self, head: bytes, file: io.FileIO) -> None:
        super().__init__(head, file)
        self._pipe = file

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        if not self._head and not select.select([self._pipe], [], [], BEAT / 1e9)[0]:
            return None
        return super().readinto(buffer)


class _Gzip:
    """gzip's members one after the other (RFC 1952 §2.2). What stands before a cut is not lost, as it is by `gzip`."""

    def __init__(self, whole: _Prefixed) -> None:
        self._whole = whole
        self._member = zlib.decompressobj(_ONE_MEMBER)
        self._ahead = b""

    def readinto(self, buffer: memoryview, /) -> int | None:
        try:
            while not (data := self._member.decompress(self._ahead, min(STEP, len(buffer)))):
                if not self._go_on():
                    return 0
        except zlib.error as error:
            raise OSError(str(error)) from error
        self._ahead = self._member.unconsumed_tail
        buffer[: len(data)] = data
        return len(data)

    def _go_on(self) -> bool:
        """Have more compressed bytes, of the next member where one has ended; False at the end of the last."""
        ahead = self._member.unused_data.lstrip(b"\0") or self._whole.read(STEP) or b""
        if self._member.eof:
            ahead = ahead.lstrip(b"\0")  # padding, as tapes need it
            if not ahead:
                return False
            self._member = zlib.decompressobj(_ONE_MEMBER)
        elif not ahead:
            raise OSError("the compressed data end early")
        self._ahead = ahead
        return True

    def close(self) -> None:
        self._whole.close()


class _Zstd:
    """zstd's frames one after the other (RFC 8878 §3)."""

    def __init__(self, whole: _Prefixed) -> None:
        import zstandard

        self._whole = whole
        self._error = zstandard.ZstdError
        source = io.BufferedReader(whole, STEP)
        self._reader = zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True)

    def readinto(self, buffer: memoryview, /) -> int | None:
        try:
            return self._reader.readinto(buffer[:STEP])
        except self._error as error:
            raise OSError(str(error)) from error

    def close(self) -> None:
        self._reader.close()  # type: ignore[no-untyped-call]
        self._whole.close()
