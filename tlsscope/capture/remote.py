"""Captures that lie elsewhere: a URL enters (S3, GCS, HTTP, SFTP … by fsspec), its bytes, its size or a listing leave.

fsspec is not loaded before there is a URL. What goes wrong is an OSError, whatever library lies below.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|[a-z0-9]+::")
# Errors that are no OSError, of the libraries that fsspec may have loaded
_FOREIGN = (("aiohttp", "ClientError"), ("botocore.exceptions", "BotoCoreError"), ("paramiko", "SSHException"))


def is_url(name: str) -> bool:
    """Tell a URL from a path."""
    return _URL.match(name) is not None


def open_url(name: str) -> "RemoteFile":
    """Open it for reading."""
    with _as_os_errors():
        system, path = _system(name)
        return RemoteFile(system.open(path, "rb"))


def size_at(name: str) -> int | None:
    """Ask for the size; None where nobody tells."""
    with _as_os_errors():
        system, path = _system(name)
        size: int | None = system.info(path).get("size")
        return size


def is_directory(name: str) -> bool:
    """Tell whether it is a directory, as far as there are such."""
    with _as_os_errors():
        system, path = _system(name)
        return bool(system.isdir(path))


def below(name: str) -> list[str]:
    """List the files below a directory."""
    with _as_os_errors():
        system, path = _system(name)
        return sorted(system.unstrip_protocol(one) for one in system.find(path))


def fitting(pattern: str) -> list[str]:
    """List the files that fit a pattern."""
    with _as_os_errors():
        system, path = _system(pattern)
        return sorted(system.unstrip_protocol(one) for one in system.glob(path))


@contextmanager
def writing(name: str) -> Iterator["RemoteTarget"]:
    """Open a file to be written: it is there whole or not at all."""
    with ExitStack() as until_it_is_whole:
        with _as_os_errors():
            system, path = _system(name)
            system.makedirs(system._parent(path), exist_ok=True)
            until_it_is_whole.enter_context(system.transaction)
            file = system.open(path, "wb")
        yield RemoteTarget(file)
        with _as_os_errors():
            file.close()
            until_it_is_whole.close()


class RemoteTarget:
    """A file that is being written elsewhere."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, data: bytes, /) -> object:
        """Write more."""
        with _as_os_errors():
            return self._file.write(data)


class RemoteFile:
    """Reads as a local file does: a read gives all that was asked for, save at the end."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._at = 0

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill `buffer`."""
        filled = 0
        with _as_os_errors():
            if self._file.tell() != self._at:  # a file in memory is one for all who have it open
                self._file.seek(self._at)
            while filled < len(buffer):
                data = self._file.read(len(buffer) - filled)
                if not data:
                    break
                buffer[filled : filled + len(data)] = data
                filled += len(data)
        self._at += filled
        return filled

    def read(self, size: int) -> bytes:
        """Read so much."""
        buffer = bytearray(size)
        return bytes(buffer[: self.readinto(memoryview(buffer))])

    def close(self) -> None:
        """Release it."""
        self._file.close()


def _system(name: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise OSError("URLs need fsspec: pip install 'tlsscope[cluster]'") from None
    system, path = url_to_fs(name)
    return system, path


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Turn what the libraries below say into one kind of error, on one line."""
    foreign = tuple(getattr(sys.modules[module], kind) for module, kind in _FOREIGN if module in sys.modules)
    try:
        yield
    except OSError as error:
        raise OSError(error.errno or 0, _line(error)) from error
    except (ValueError, ImportError, NotImplementedError) as error:
        raise OSError(0, _line(error)) from error
    except foreign as error:
        raise OSError(0, _line(error)) from error


def _line(error: BaseException) -> str:
    cause = error.__cause__
    if isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError):  # the server, not the file
        error = cause
    if isinstance(error, FileNotFoundError):
        return "no such file or directory"
    told = error.strerror if isinstance(error, OSError) else None
    return " ".join((told or str(error) or type(error).__name__).split())
