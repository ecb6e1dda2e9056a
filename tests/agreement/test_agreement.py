"""Our account beside others: tshark's over our captures; over the shared captures, where they are beside the checkout,
their truth files, and tshark's on a sample.

The sample is small by default. With TLSSCOPE_AGREEMENT=everything (`make agreement`) it is all of the corpus, and every
tenth capture of the lab.
"""

import os
import shutil
from pathlib import Path

import pytest

from . import truth
from .accepted import accepted, accepted_in, unaccepted
from .compared import Compared, beside_the_corpus, beside_the_lab, beside_tshark
from .counts import Counts

EVERYTHING = os.environ.get("TLSSCOPE_AGREEMENT") == "everything"
EVERY_OF_CORPUS, EVERY_OF_LAB = (1, 10) if EVERYTHING else (75, 150)  # where tshark has to run
HOME = Path(__file__).parents[2]
OURS = sorted((HOME / "captures").glob("*.pcap*"))
CORPUS, LAB = truth.corpus_captures(), truth.lab_captures()
UNREADABLE = {  # by tshark 4.0: a packet of 16 MB, a link type that it does not know
    truth.CORPUS / "captures/OISF+suricata-verify/tests/bug-6875-01/fuzz.pcap",
    truth.CORPUS / "captures/the-tcpdump-group+tcpdump/tests/dsa.pcap",
}
READABLE = [capture for capture in CORPUS if capture not in UNREADABLE]

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
needs_corpus = pytest.mark.skipif(not CORPUS, reason="the shared corpus is not beside the checkout")
needs_lab = pytest.mark.skipif(not LAB, reason="the shared lab captures are not beside the checkout")


def name_of(capture: Path) -> str:
    """Name a capture as the list does."""
    for root, name in ((HOME / "captures", "captures"), (truth.CORPUS / "captures", "corpus"), (truth.LAB, "lab")):
        if capture.is_relative_to(root):
            return f"{name}/{capture.relative_to(root)}"
    raise ValueError(capture)


def hold(capture: Path, beside: str, compared: Compared, counts: Counts) -> None:
    """Count, and hold a comparison to the list."""
    name = name_of(capture)
    counts.add(f"{name.partition('/')[0]} beside {beside}", compared)
    assert unaccepted(compared.comparison, accepted_in(name, beside)) == []


@needs_tshark
@pytest.mark.parametrize("capture", OURS, ids=name_of)
def test_agrees_with_tshark_on_our_captures(capture: Path, counts: Counts) -> None:
    hold(capture, "tshark", beside_tshark(capture), counts)


@needs_corpus
@pytest.mark.parametrize("capture", CORPUS, ids=name_of)
def test_agrees_with_the_answers_of_the_corpus(capture: Path, counts: Counts) -> None:
    hold(capture, "truth", beside_the_corpus(capture), counts)


@needs_lab
@pytest.mark.parametrize("capture", LAB, ids=name_of)
def test_agrees_with_the_truth_of_the_lab(capture: Path, counts: Counts) -> None:
    hold(capture, "truth", beside_the_lab(capture), counts)


@needs_tshark
@needs_lab
@pytest.mark.parametrize("capture", LAB[::EVERY_OF_LAB], ids=name_of)
def test_agrees_with_tshark_on_the_lab(capture: Path, counts: Counts) -> None:
    hold(capture, "tshark", beside_tshark(capture), counts)


@needs_tshark
@needs_corpus
@pytest.mark.parametrize("capture", READABLE[::EVERY_OF_CORPUS], ids=name_of)
def test_agrees_with_tshark_on_the_corpus(capture: Path, counts: Counts) -> None:
    hold(capture, "tshark", beside_tshark(capture), counts)


def test_every_accepted_difference_names_a_capture_that_is_looked_at() -> None:
    known = {name_of(capture) for capture in (*OURS, *CORPUS, *LAB)}
    roots = {name.partition("/")[0] for name in known}
    listed = {file for entry in accepted() for file in entry.files}
    assert {file for file in listed if file.partition("/")[0] in roots} <= known
