"""The work of `compare`: each capture is told by both witnesses, and what they say is held side by side."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tlsscope.errors import InputError
from tlsscope.pipeline import Options, Scan
from tlsscope.report import comparison as words
from tlsscope.report.look import Look
from tlsscope.session.model import Session
from tlsscope.witness.account import Account
from tlsscope.witness.compare import Comparison, compare
from tlsscope.witness.faults import known_faults
from tlsscope.witness.ours import our_account
from tlsscope.witness.testimony import Witness, account_of, blind_spots

from . import console

DIFFERENT = 1


class Heard(msgspec.Struct, frozen=True):
    """Both accounts of one capture, compared."""

    file: str
    version: str
    comparison: Comparison
    notes: tuple[str, ...]


class Comparing:
    """One pass over the inputs; ask for `status` when all is written."""

    def __init__(self, inputs: Sequence[str], keylogs: Sequence[str], timeout: float) -> None:
        self._inputs = inputs
        self._keylogs = keylogs
        self._timeout = timeout
        self._unexplained = 0
        self._failed = False

    def lines(self, look: Look) -> Iterator[str]:
        """Write each comparison for people."""
        for heard in self._heard():
            for line in words.lines(heard.comparison, heard.file, heard.version, heard.notes):
                yield line.text if line.style is words.Style.PLAIN else look.paint(line.text, line.style)

    def documents(self) -> Iterator[bytes]:
        """Write each comparison for programs."""
        for heard in self._heard():
            document = words.document(heard.comparison, heard.file, heard.version, heard.notes)
            yield msgspec.json.encode(document)

    def status(self) -> int:
        """Say how it ended: 2 where a capture could not be read, 1 where the witnesses differ unexplained."""
        if self._failed:
            return console.FAILED
        return DIFFERENT if self._unexplained else console.DONE

    def _heard(self) -> Iterator[Heard]:
        for name in self._inputs:
            try:
                heard = self._hear(name)
            except InputError as error:
                console.say(str(error))
                self._failed = True
                continue
            self._unexplained += heard.comparison.unexplained
            yield heard

    def _hear(self, name: str) -> Heard:
        witness = Witness(Path(name), [Path(keylog) for keylog in self._keylogs], timeout=self._timeout)
        theirs = [account_of(testimony) for testimony in witness]
        scan = Scan([name], Options(keylogs=tuple(self._keylogs)))
        ours = list(self._our_accounts(scan))
        notes = list(witness.notes)
        if witness.frames is not None and witness.frames != scan.totals.frames:
            notes.append(f"tshark read {witness.frames} packets of the file, we read {scan.totals.frames}")
        found = compare(ours, theirs, known_faults(witness.version), blind_spots(witness.version))
        return Heard(name, ".".join(map(str, witness.version)), found, tuple(notes))

    def _our_accounts(self, scan: Scan) -> Iterator[Account]:
        for item in scan:
            if isinstance(item, Session):
                yield our_account(item)
            else:
                console.say(f"{item.source}: {item.message}")
                self._failed = True
