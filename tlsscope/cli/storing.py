"""A report of many files: names and bytes enter, a directory or what lies below a URL is filled."""

from collections.abc import Iterable
from pathlib import Path

from tlsscope.capture.remote import below, is_url, writing
from tlsscope.errors import TlsscopeError

from . import console


def store(files: Iterable[tuple[str, bytes]], out: str | None) -> None:
    """Write all below `out`, which has to be empty: what another run left would be read as ours."""
    if out is None:
        raise TlsscopeError("-f parquet fills a directory: name it, or a URL, by -o")
    try:
        if is_url(out):
            _must_be_empty(out, below(out))
        else:
            Path(out).mkdir(parents=True, exist_ok=True)
            _must_be_empty(out, [one.name for one in Path(out).iterdir()])
    except OSError as error:
        raise TlsscopeError(f"cannot write {out}: {error.strerror}") from error
    for name, data in files:
        _write(out, name, data)


def _must_be_empty(out: str, found: list[str]) -> None:
    if found:
        raise TlsscopeError(f"cannot write {out}: it is not empty")


def _write(out: str, name: str, data: bytes) -> None:
    try:
        if is_url(out):
            with writing(f"{out.rstrip('/')}/{name}") as file:
                file.write(data)
            return
        path = Path(out, name)
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TlsscopeError(f"cannot write {out}: {error.strerror}") from error
    with console.whole_file(path) as whole:
        whole.write(data)
