"""Our account beside tshark's, over our captures always, over the shared ones where they are.

A sample by default; all of them with TLSSCOPE_AGREEMENT=everything (`make agreement`).
"""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from tlsscope.constants import HANDSHAKE
from tlsscope.pipeline import Options, Scan
from tlsscope.session.model import Session
from tlsscope.witness.account import Account
from tlsscope.witness.compare import Comparison, compare
from tlsscope.witness.faults import known_faults
from tlsscope.witness.ours import our_account
from tlsscope.witness.testimony import Witness, account_of, blind_spots

from . import truth
from .accepted import accepted_in, unaccepted

EVERYTHING = os.environ.get("TLSSCOPE_AGREEMENT") == "everything"
EVERY = 1 if EVERYTHING else 15
CAPTURES = Path(__file__).parents[2] / "captures"
OURS = sorted(path for path in CAPTURES.glob("*.pcap*"))
CORPUS = truth.corpus_captures()[::EVERY]
LAB = truth.lab_captures()[::EVERY]
TSHARK_OF_THE_CORPUS = (4, 0, 17)


def our_accounts(capture: Path, keylogs: Sequence[Path]) -> list[Account]:
    scan = Scan([str(capture)], Options(keylogs=tuple(map(str, keylogs))))
    return [our_account(item) for item in scan if isinstance(item, Session)]


def keylog_beside(*candidates: Path) -> list[Path]:
    return [path for path in candidates if path.exists()]


def only_handshake(account: Account) -> Account:
    """Leave what the truth files hold: no ChangeCipherSpec."""
    kept = tuple(said for said in account.messages if said.content_type == HANDSHAKE)
    return msgspec.structs.replace(account, messages=kept)


def hold(comparison: Comparison, name: str) -> None:
    assert unaccepted(comparison, accepted_in(name)) == []


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("capture", OURS, ids=lambda path: path.name)
def test_agrees_with_tshark_on_our_captures(capture: Path) -> None:
    keylogs = keylog_beside(capture.with_suffix(".keys"))
    witness = Witness(capture, keylogs)
    theirs = [account_of(testimony) for testimony in witness]
    faults, blind = known_faults(witness.version), blind_spots(witness.version)
    hold(compare(our_accounts(capture, keylogs), theirs, faults, blind), f"captures/{capture.name}")


@pytest.mark.skipif(not truth.CORPUS.exists(), reason="the shared corpus is not beside the checkout")
@pytest.mark.parametrize("capture", CORPUS, ids=lambda path: path.name)
def test_agrees_with_the_answers_of_the_corpus(capture: Path) -> None:
    run_name, run = truth.corpus_run(truth.corpus_truth(capture))
    keylogs = keylog_beside(capture.with_name(f"{capture.name}.keys")) if "keys" in run_name else []
    ours = [only_handshake(account) for account in our_accounts(capture, keylogs)]
    comparison = compare(ours, truth.corpus_accounts(run), known_faults(TSHARK_OF_THE_CORPUS), truth.BLIND)
    hold(comparison, f"corpus/{capture.relative_to(truth.CORPUS / 'captures')}")


@pytest.mark.skipif(not truth.LAB.exists(), reason="the shared lab captures are not beside the checkout")
@pytest.mark.parametrize("capture", LAB, ids=lambda path: path.name)
def test_agrees_with_the_truth_of_the_lab(capture: Path) -> None:
    sessions = json.loads(capture.with_suffix(".json").read_text(encoding="utf-8"))["sessions"]
    theirs = [truth.lab_account(session) for session in sessions]
    ours = our_accounts(capture, keylog_beside(capture.with_suffix(".keys")))
    hold(compare(ours, theirs, blind=truth.LAB_BLIND), f"lab/{capture.relative_to(truth.LAB)}")
