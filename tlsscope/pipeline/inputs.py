"""What the user named: files, directories, globs, URLs and `-` enter; names of captures leave, in a stable order."""

from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path

from tlsscope.capture.remote import below, fitting, is_url

from .options import InputFailure

SUFFIXES = (".pcap", ".pcapng", ".cap", ".ntar", ".dmp", ".trc")
PACKED = ("", ".gz", ".zst")


def expand(inputs: Iterable[str]) -> Iterator[str | InputFailure]:
    """Name the captures; a directory gives those below it that are named like captures."""
    for name in inputs:
        if is_url(name):
            yield from _elsewhere(name)
        elif name != "-" and Path(name).is_dir():
            found = sorted(str(path) for path in Path(name).rglob("*") if is_named_like_a_capture(path))
            yield from found
            if not found:
                yield InputFailure(name, "is a directory without captures")
        elif has_magic(name) and not Path(name).exists():
            found = sorted(glob(name))  # noqa: PTH207 (absolute ones too)
            yield from found
            if not found:
                yield InputFailure(name, "fits no file")
        else:
            yield name


def _elsewhere(url: str) -> Iterator[str | InputFailure]:
    """Name the captures of a URL; one that ends in a slash is a directory. A query is no pattern."""
    is_directory = url.endswith("/")
    if not is_directory and "*" not in url:
        yield url
        return
    try:
        found = [one for one in below(url) if has_the_name_of_a_capture(one)] if is_directory else fitting(url)
    except OSError as error:
        yield InputFailure(url, error.strerror or str(error))
        return
    yield from found
    if not found:
        yield InputFailure(url, "is a directory without captures" if is_directory else "fits no file")


def is_named_like_a_capture(path: Path) -> bool:
    """Tell a capture by its name."""
    return has_the_name_of_a_capture(path.name) and path.is_file()


def has_the_name_of_a_capture(name: str) -> bool:
    """Tell .pcap and its kin, packed or not, with the number that a rotation appends."""
    name = name.lower()
    for packed in PACKED[1:]:
        name = name.removesuffix(packed)
    stem, dot, number = name.rpartition(".")
    if not name.endswith(SUFFIXES) and number.isdigit() and dot:
        name = stem
    rotated = name.rstrip("0123456789")  # tcpdump -C appends a number: capture.pcap3
    return name.endswith(SUFFIXES) or rotated.endswith(SUFFIXES)
