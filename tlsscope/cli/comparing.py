"""The work of `compare`: each capture is told by both witnesses, and what they say is held side by side."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tlsscope.errors import InputError
from tlsscope.pipeline import InputFailure, Options, Scan
from tlsscope.pipeline.alignment import Alignment, align, ranges
from tlsscope.pipeline.inputs import expand
from tlsscope.report import comparison as words
from tlsscope.report.look import Look
from tlsscope.session.model import Session
from tlsscope.witness import scope
from tlsscope.witness.account import Account, renumbered
from tlsscope.witness.compare import Comparison, compare
from tlsscope.witness.faults import known_faults
from tlsscope.witness.ours import our_account
from tlsscope.witness.testimony import Witness, account_of, blind_spots

from . import console

DIFFERENT = 1


class Heard(msgspec.Struct, frozen=True):
    """Both accounts of a capture, compared."""

    about: words.About
    comparison: Comparison


class Comparing:
    """One pass over the inputs; ask for `status` when all is written.

    With `against`, tshark reads that capture instead of the (one) input: what changed between them is told.
    """

    def __init__(self, inputs: Sequence[str], keylogs: Sequence[str], timeout: float, against: str | None) -> None:
        self._inputs = inputs
        self._keylogs = keylogs
        self._timeout = timeout
        self._against = against
        self._differs = False
        self._failed = False

    def lines(self, look: Look) -> Iterator[str]:
        """Write each comparison for people."""
        for heard in self._heard():
            for line in words.lines(heard.comparison, heard.about):
                yield line.text if line.style is words.Style.PLAIN else look.paint(line.text, line.style)

    def documents(self) -> Iterator[bytes]:
        """Write each comparison for programs."""
        for heard in self._heard():
            yield msgspec.json.encode(words.document(heard.comparison, heard.about))

    def status(self) -> int:
        """Say how it ended: 2 where a capture could not be read, 1 where the witnesses differ unexplained."""
        if self._failed:
            return console.FAILED
        return DIFFERENT if self._differs else console.DONE

    def _heard(self) -> Iterator[Heard]:
        for name in expand(self._inputs):
            try:
                if isinstance(name, InputFailure):
                    raise InputError(name.source, name.message)
                heard = self._hear(name) if self._against is None else self._hear_both(name, self._against)
            except InputError as error:
                console.say(str(error))
                self._failed = True
                continue
            self._differs |= heard.comparison.unexplained > 0
            yield heard

    def _hear(self, name: str) -> Heard:
        """Let both read one capture."""
        witness, theirs, notes = self._ask_tshark(name)
        scan = self._scan(name)
        ours = list(self._our_accounts(scan))
        if witness.frames is not None and witness.frames != scan.totals.frames:
            notes.append(f"tshark read {witness.frames} packets of the file, we read {scan.totals.frames}")
        found = compare(ours, theirs, known_faults(witness.version), blind_spots(witness.version))
        return Heard(words.About(name, _version(witness), tuple(notes)), found)

    def _hear_both(self, name: str, against: str) -> Heard:
        """Let tshark read another capture of the same traffic; its frames take the numbers they have in ours."""
        alignment = align(name, against)
        witness, theirs, notes = self._ask_tshark(against)
        theirs = [renumbered(account, lambda frame: alignment.number_here.get(frame, -frame)) for account in theirs]
        ours = list(self._our_accounts(self._scan(name)))
        found = compare(ours, theirs, blind=blind_spots(witness.version))  # no fault excuses what was changed
        self._differs |= not alignment.is_the_same
        return Heard(words.About(name, _version(witness), tuple(notes), against, _packets(alignment)), found)

    def _ask_tshark(self, name: str) -> tuple[Witness, list[Account], list[str]]:
        witness = Witness(Path(name), [Path(keylog) for keylog in self._keylogs], timeout=self._timeout)
        theirs, left_out = scope.within(account_of(testimony) for testimony in witness)
        return witness, theirs, [*witness.notes, *scope.notes(left_out)]

    def _scan(self, name: str) -> Scan:
        return Scan([name], Options(keylogs=tuple(self._keylogs)))

    def _our_accounts(self, scan: Scan) -> Iterator[Account]:
        for item in scan:
            if isinstance(item, Session):
                yield our_account(item)
            else:
                console.say(f"{item.source}: {item.message}")
                self._failed = True


def _version(witness: Witness) -> str:
    return ".".join(map(str, witness.version))


def _packets(alignment: Alignment) -> words.Packets:
    return words.Packets(
        only_ours=tuple(ranges(alignment.only_here)),
        only_tshark=tuple(ranges(alignment.only_there)),
        changed=tuple(ranges(alignment.changed)),
    )
