"""What the inference was measured on: counts over captures whose keys are known, and what follows from them.

`python -m bench.calibration` counts again over every collection that is at hand and writes the counts, the tables of
README.md and the program's `confidence.json`. A collection that is not beside the checkout keeps its committed counts.
"""

from pathlib import Path

import msgspec

from tlsscope.judge.calibration import Trials

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COLLECTIONS = {"lab": ROOT.parent / "shared" / "lab", "captures": ROOT / "captures"}
CONFIDENCES = ROOT / "tlsscope" / "judge" / "confidence.json"


class Kept(msgspec.Struct, frozen=True):
    """The counts of one collection, with the number of captures that were read."""

    captures: int
    trials: Trials


def kept(name: str) -> Kept:
    """Read the committed counts of a collection."""
    return msgspec.json.decode((HERE / f"{name}.json").read_bytes(), type=Kept)
