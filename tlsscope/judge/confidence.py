"""How far a rule is to be believed: its id enters, a number that comes from measurement leaves.

`confidence.json` is written by `calibration` from sessions whose keys are known. A rule that was never
wrong in n trials is not certain: its bound is the error rate that n trials still allow (Clopper and
Pearson, one-sided 95 %). A ceiling holds down the rules whose argument has a known hole, however often they
were right.
"""

from functools import cache
from importlib.resources import files

import msgspec

CERTAIN, LIKELY, GUESS = 0.99, 0.9, 0.8
UNMEASURED = 0.5  # until a rule has been tried

CEILINGS = {
    "client-finished-first": CERTAIN,
    "client-finished-first-jsse": CERTAIN,
    "client-empty-certificate": CERTAIN,
    "client-empty-certificate-jsse": CERTAIN,
    "client-empty-certificate-merged": CERTAIN,
    "client-certificate-verify": CERTAIN,
    "client-certificate-cut": LIKELY,
    "client-certificate-merged": CERTAIN,
    "client-certificate-small": GUESS,
    "client-certificate-begun": LIKELY,
    "client-empty-certificate-begun": LIKELY,
    "client-empty-certificate-compressed": LIKELY,
    "client-application-settings": LIKELY,
    "client-padded": GUESS,
    "client-padding-not-excluded": LIKELY,
    "client-after-early-data": LIKELY,
    "client-gave-up": LIKELY,
    "client-post-handshake": LIKELY,
    "server-flight-no-request": LIKELY,
    "server-flight-request": LIKELY,
    "server-accepted": LIKELY,
    "server-refused": GUESS,
    "renegotiation-certificate": LIKELY,
    "renegotiation-empty-certificate": LIKELY,
    "quic-certificate": LIKELY,
    "quic-finished": GUESS,
    "quic-empty-certificate": GUESS,
    "quic-no-certificate": GUESS,
    "external-psk": LIKELY,
    "ticket-size": GUESS,
}

# Rules that are one argument in different dress are measured together.
ARGUMENTS = {
    "client-finished-first-jsse": "client-finished-first",
    "client-empty-certificate-jsse": "client-empty-certificate",
    "client-empty-certificate-merged": "client-empty-certificate",
    "client-certificate-cut": "client-certificate-verify",
    "client-certificate-merged": "client-certificate-verify",
    "renegotiation-empty-certificate": "renegotiation-certificate",
}


class Measured(msgspec.Struct, frozen=True):
    """What calibration saw of one rule."""

    right: int
    wrong: int
    confidence: float  # the lower bound that these trials allow


class Measurements(msgspec.Struct, frozen=True):
    """The data file."""

    sessions: int
    rules: dict[str, Measured]


@cache
def measurements() -> Measurements:
    """Read the data file, once."""
    raw = files(__package__).joinpath("confidence.json").read_bytes()
    return msgspec.json.decode(raw, type=Measurements)


@cache
def confidence(rule: str) -> float:
    """Give a rule's confidence: its measured bound, held under its ceiling."""
    measured = measurements().rules.get(ARGUMENTS.get(rule, rule))
    bound = UNMEASURED if measured is None else measured.confidence
    if measured is not None and measured.wrong == 0:
        bound = max(bound, UNMEASURED)  # a few good trials are no worse than none
    return min(bound, CEILINGS.get(rule, GUESS))


def lower_bound(right: int, wrong: int) -> float:
    """Give the chance of being right that so many trials assure with 95 % (Clopper and Pearson)."""
    trials = right + wrong
    if right == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_least(right, trials, middle) < 0.05 else (low, middle)
    return round(low, 4)


def _at_least(right: int, trials: int, chance: float) -> float:
    """Sum the binomial probability of at least `right` successes in `trials`."""
    failures, term, total = 0, chance**trials, chance**trials
    while failures < trials - right:
        term *= (trials - failures) / (failures + 1) * (1 - chance) / chance if chance else 0.0
        failures += 1
        total += term
    return total
