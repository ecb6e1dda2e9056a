"""A capture enters; what we say of it beside a second account, tshark's or a truth file's, leaves, compared."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from tlsscope.constants import HANDSHAKE
from tlsscope.pipeline import Options, Scan
from tlsscope.session.model import Session
from tlsscope.witness import scope
from tlsscope.witness.account import Account, AlertSaid, Said
from tlsscope.witness.compare import Comparison, compare
from tlsscope.witness.faults import known_faults
from tlsscope.witness.ours import our_account
from tlsscope.witness.testimony import Witness, account_of, blind_spots

from . import truth

TSHARK_OF_THE_CORPUS = (4, 0, 17)
SILENCE = 60.0  # seconds without a packet before a tshark counts as hung


class Compared(NamedTuple):
    """A comparison, and what was left out of it by reason."""

    comparison: Comparison
    left_out: Counter[str]


def beside_tshark(capture: Path) -> Compared:
    """Run tshark on a capture."""
    keylogs = _key_log_of(capture)
    witness = Witness(capture, keylogs, timeout=SILENCE)
    theirs, left_out = scope.within(account_of(testimony) for testimony in witness)
    faults, blind = known_faults(witness.version), blind_spots(witness.version)
    return Compared(compare(_our_accounts(capture, keylogs), theirs, faults, blind), left_out)


def beside_the_corpus(capture: Path) -> Compared:
    """Take tshark's answers from the truth file."""
    name, run = truth.corpus_run(truth.corpus_truth(capture))
    ours = _our_accounts(capture, _key_log_of(capture) if "keys" in name else [])
    theirs, left_out = scope.within(truth.corpus_accounts(run))
    faults = known_faults(TSHARK_OF_THE_CORPUS)
    return Compared(compare(list(map(_only_handshake, ours)), theirs, faults, truth.BLIND), left_out)


def beside_the_lab(capture: Path) -> Compared:
    """Take what both ends were configured for, and what they said, from the truth file."""
    ours = _our_accounts(capture, _key_log_of(capture))
    theirs, left_out = scope.within(truth.lab_accounts(capture))
    return Compared(compare(list(map(_without_frames, ours)), theirs, blind=truth.lab_blind(capture)), left_out)


def _our_accounts(capture: Path, keylogs: Sequence[Path]) -> list[Account]:
    scan = Scan([str(capture)], Options(keylogs=tuple(map(str, keylogs))))
    return [our_account(item) for item in scan if isinstance(item, Session)]


def _key_log_of(capture: Path) -> list[Path]:
    beside = (capture.with_suffix(".keys"), capture.with_name(f"{capture.name}.keys"))
    return [path for path in beside if path.exists()]


def _only_handshake(account: Account) -> Account:
    """Leave what the truth files of the corpus hold: no ChangeCipherSpec."""
    kept = tuple(said for said in account.messages if said.content_type == HANDSHAKE)
    return msgspec.structs.replace(account, messages=kept)


def _without_frames(account: Account) -> Account:
    """Leave what the truth files of the lab hold: which messages and alerts of each side were read."""
    heard = [one for one in _only_handshake(account).messages if one.type >= 0]
    messages = [Said(0, one.direction, HANDSHAKE, one.type) for one in heard]
    alerts = [AlertSaid(0, one.direction, 0, one.description) for one in account.alerts if one.description >= 0]
    return msgspec.structs.replace(account, messages=tuple(sorted(messages)), alerts=tuple(sorted(alerts)))
