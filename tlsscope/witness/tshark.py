"""The door to tshark: a capture file and what to look for enter, packets as trees of tshark's fields leave,
in order.

pyshark starts tshark, cuts its stream into packets and hands them over one at a time. Its own `Packet` sorts
the fields of a layer by name, which mixes the messages of a frame up; so a parser of ours, in the place that
pyshark has for parsers, keeps the tree as tshark printed it (PDML), each field below the message that it
belongs to.

pyshark alone loses packets silently where tshark dies by a signal (it looks at positive exit statuses only)
or where the stream ends in a half packet. So this door waits for the exit status, wants to see the end of the
document, and compares the packets delivered with tshark's own count of them, printed behind the document.
"""

import asyncio
import importlib.metadata
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import lxml.etree
import pyshark
from packaging.version import Version
from pyshark.tshark.output_parser.tshark_xml import TsharkXmlParser

from tlsscope.errors import InputError, TlsscopeError

INSTALL = "install it with: apt install tshark, dnf install wireshark-cli, or brew install wireshark"
OLDEST = (3, 6, 0)
FIRST_WITH_JA4 = (4, 2, 0)
SILENCE = 300.0  # seconds without a packet before tshark counts as hung
STDERR_LINES = 20
CUT_SHORT = "appears to have been cut short"

Tree = Any  # an lxml element: `packet` with its `proto` and `field` children


class Packet(NamedTuple):
    """A packet's tree. pyshark asks each packet whether it is true, which a tree refuses to answer."""

    tree: Tree


def locate() -> str:
    """Find tshark on the PATH, and nowhere else: pyshark would also read a config.ini of the current
    directory."""
    path = shutil.which("tshark")
    if path is None:
        raise TlsscopeError(f"tshark was not found; {INSTALL}")
    return path


@lru_cache(maxsize=4)
def version(path: str) -> tuple[int, ...]:
    """Ask a tshark for its version."""
    try:
        answer = subprocess.run([path, "-v"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TlsscopeError(f"tshark does not start ({path}): {error}") from error
    found = re.search(r"\b(\d+)\.(\d+)\.(\d+)", answer.stdout)
    if found is None:
        raise TlsscopeError(f"tshark does not say its version ({path} -v, exit status {answer.returncode})")
    return tuple(int(part) for part in found.groups())


def status() -> str:
    """Say what this machine has, in one line, for `doctor`."""
    bridge = f"pyshark {importlib.metadata.version('pyshark')}"
    try:
        path = locate()
        number = version(path)
    except TlsscopeError as error:
        return f"{error} ({bridge})"
    text = ".".join(map(str, number))
    if number < OLDEST:
        return f"tshark {text} at {path} is too old, {'.'.join(map(str, OLDEST))} or newer is needed ({bridge})"
    ja4 = "with JA4" if number >= FIRST_WITH_JA4 else "without JA4, which came with 4.2"
    return f"tshark {text} at {path}, {ja4}, through {bridge}"


class Run:
    """One run of tshark over one file. Iterate it once; afterwards the counts and notes are there.

    `fields` names the protocols and subtrees to keep (tshark's `-j`); all others come as a stub. `timeout` is
    the longest silence that is taken for work.
    """

    def __init__(
        self,
        file: Path,
        display_filter: str,
        fields: Sequence[str],
        preferences: Mapping[str, str],
        decode_as: Mapping[str, str],
        timeout: float = SILENCE,
    ) -> None:
        if not file.is_file():
            raise InputError(str(file), "no such file: tshark reads files only")
        self.file = file
        self.path = locate()
        self.version = version(self.path)
        if self.version < OLDEST:
            raise TlsscopeError(status())
        self.delivered = 0  # packets that came through
        self.matching: int | None = None  # packets that tshark says it passed on
        self.frames: int | None = None  # packets that tshark read from the file
        self.lost = 0
        self.cut_short = False  # the file ends in the middle of a packet
        self.notes: list[str] = []
        self._filter = display_filter
        self._parameters = ["-j", " ".join(fields), "-z", f"io,phs,{display_filter}", "-z", "io,phs"]
        self._preferences = dict(preferences)
        self._decode_as = dict(decode_as)
        self._timeout = timeout

    def __iter__(self) -> Iterator[Packet]:
        """Yield each packet that passes the filter; raise at the end if tshark failed or packets are
        missing."""
        _refuse_running_loop()
        with closing(asyncio.new_event_loop()) as loop:  # pyshark finds none by itself from Python 3.12 on
            capture = _Capture(
                self.file.absolute(),
                keep_packets=False,
                display_filter=self._filter,
                custom_parameters=self._parameters,
                override_prefs=self._preferences,
                decode_as=self._decode_as,
                eventloop=loop,
                program=(self.path, self.version),
            )
            with closing(capture):
                yield from self._packets(capture, loop)
                self._check(capture)

    def _packets(self, capture: "_Capture", loop: asyncio.AbstractEventLoop) -> Iterator[Packet]:
        stream = iter(capture)
        try:
            while True:
                watchdog = loop.call_later(self._timeout, capture.give_up)
                try:
                    packet = next(stream, None)
                except OSError as error:
                    raise TlsscopeError(f"tshark does not start ({self.path}): {error}") from error
                finally:
                    watchdog.cancel()
                if packet is None:
                    return
                self.delivered += 1
                yield packet
        finally:
            stream.close()

    def _check(self, capture: "_Capture") -> None:
        """Hold tshark to its exit status, to the end of its document and to its count of packets."""
        if capture.gave_up:
            raise InputError(str(self.file), f"tshark said nothing for {self._timeout:g} seconds and was stopped")
        said = f": {capture.stderr[-1]}" if capture.stderr else ""
        if capture.exit_status is not None and capture.exit_status < 0:
            raise InputError(str(self.file), f"tshark was killed by signal {-capture.exit_status}{said}")
        self.cut_short = any(CUT_SHORT in line for line in capture.stderr)
        if capture.exit_status and not self.cut_short:
            raise InputError(str(self.file), f"tshark failed with exit status {capture.exit_status}{said}")
        tail = capture.parser.tail
        if b"</pdml>" not in tail:
            raise InputError(str(self.file), f"tshark stopped in the middle of its answer{said}")
        self.frames, self.matching = _counted(tail, b""), _counted(tail, self._filter.encode())
        if self.cut_short:
            self.notes.append("the capture ends in the middle of a packet")
        if self.matching is None:
            self.notes.append("tshark did not say how many packets it read: a loss would go unseen")
        elif self.matching != self.delivered:
            self.lost = self.matching - self.delivered
            self.notes.append(f"packets were lost: tshark passed on {self.matching}, {self.delivered} came")


def _counted(tail: bytes, display_filter: bytes) -> int | None:
    """Read tshark's own count out of its protocol hierarchy: the sum of the lines that stand at the left
    edge."""
    found = re.search(rb"\nFilter: " + re.escape(display_filter) + rb"\n(.*?)\n====", tail, re.DOTALL)
    if found is None:
        return None
    return sum(int(count) for count in re.findall(rb"(?m)^\S+ +frames:(\d+)", found[1]))


def _refuse_running_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise TlsscopeError("tshark cannot be run from inside an event loop; call it from a thread of its own")


class _TreeParser(TsharkXmlParser):  # type: ignore[misc]
    """Pyshark's parser, but a packet's tree stays a tree. `tail` is what came behind the last packet."""

    def __init__(self) -> None:
        super().__init__()
        self.tail = b""
        # `recover`: names and values from the wire may hold bytes that XML forbids.
        self._parser = lxml.etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False)

    def _parse_single_packet(self, packet: bytes) -> Packet:
        return Packet(lxml.etree.fromstring(packet, self._parser))

    async def get_packets_from_stream(
        self,
        stream: asyncio.StreamReader,
        existing_data: bytes,
        got_first_packet: bool = True,  # noqa: FBT001, FBT002
    ) -> tuple[Packet | None, bytes]:
        """Remember the bytes that are left when the stream ends, which pyshark drops."""
        try:
            packet, rest = await super().get_packets_from_stream(stream, existing_data, got_first_packet)
        except EOFError:
            self.tail = existing_data
            raise
        return packet, rest


class _Capture(pyshark.FileCapture):  # type: ignore[misc]
    """Pyshark's capture of a file, with the ends of the process kept that it throws away."""

    def __init__(self, file: Path, program: tuple[str, tuple[int, ...]], **options: Any) -> None:
        self.parser = _TreeParser()
        self.exit_status: int | None = None
        self.gave_up = False
        self.stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self._program = program
        super().__init__(file, **options)

    def give_up(self) -> None:
        """Stop a tshark that has been silent for too long; the stream then ends."""
        self.gave_up = True
        for process in self._running_processes:
            process.kill()

    def _get_tshark_path(self) -> str:
        return self._program[0]

    def _get_tshark_version(self) -> Version:
        return Version(".".join(map(str, self._program[1])))

    def _setup_tshark_output_parser(self) -> _TreeParser:
        return self.parser

    async def _handle_process_stderr_forever(self, stderr: asyncio.StreamReader) -> None:
        async for line in stderr:
            text = line.decode(errors="replace").strip()
            if text and not text.startswith("Running as user"):
                self.stderr.append(text)

    def _created_new_process(
        self,
        _parameters: Sequence[str],
        process: asyncio.subprocess.Process,
        process_name: str = "tshark",  # noqa: ARG002 - pyshark's signature
    ) -> None:
        """Remember the process, even one that has failed already: `_check` tells that with what it said."""
        self._running_processes.add(process)

    async def _cleanup_subprocess(self, process: asyncio.subprocess.Process) -> None:
        """Wait for the end, and force it where the stream was left before its end."""
        if process.returncode is None and not self._eof_reached:
            process.kill()
        if process.stdout is not None:
            await process.stdout.read()  # a full pipe would keep the transport open
        self.exit_status = await process.wait()
        await asyncio.gather(*self._stderr_handling_tasks)
