"""How good the inference is: sessions whose keys are known enter, a table and measured confidences leave.

For each session that could be decrypted, `Calibration.add` takes the verdict by sizes alone beside the true
one. The table counts by rule, by stack and by outcome; `confidences` is what `confidence.json` holds.
"""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import msgspec

from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ground

from .confidence import ARGUMENTS, CEILINGS, Measured, Measurements, lower_bound

NO_ANSWER_RULE = "none"
BOLD = 0.95  # a verdict of so much confidence must not be wrong


class Result(StrEnum):
    """How the verdict by sizes compares with the true one."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_ANSWER = "no-answer"


class Row(NamedTuple):
    """One line of the table."""

    rule: str
    stack: str
    truth: str
    right: int
    wrong: int
    no_answer: int


class Calibration:
    """Accumulates comparisons; holds counters only, one a rule, stack and truth."""

    def __init__(self) -> None:
        self._cells: Counter[tuple[str, str, str, Result]] = Counter()
        self._grounds: Counter[tuple[str, Result]] = Counter()
        self._sessions = 0
        self.bold_errors: list[str] = []

    def add(self, blind: Authentication, truth: Authentication, stack: str, source: str) -> Result | None:
        """Compare one session; None where the truth itself is not known."""
        if truth.client_certificate is ClientCertificate.UNKNOWN or truth.basis is Basis.INFERRED:
            return None
        result = compare(blind, truth)
        rule = deciding_rule(blind)
        self._sessions += 1
        self._cells[rule, stack, truth.client_certificate.value, result] += 1
        for ground in blind.grounds:
            judged = judge_ground(ground, blind, truth)
            if judged is not None:
                self._grounds[ARGUMENTS.get(ground.rule, ground.rule), judged] += 1
        if result is Result.WRONG and blind.confidence >= BOLD:
            self.bold_errors.append(source)
        return result

    def rows(self) -> Iterator[Row]:
        """Give the table, sorted."""
        for rule, stack, truth in sorted({cell[:3] for cell in self._cells}):
            counts = (self._cells[rule, stack, truth, result] for result in Result)
            yield Row(rule, stack, truth, *counts)

    def totals(self) -> dict[Result, int]:
        """Count by result alone."""
        return {result: sum(count for cell, count in self._cells.items() if cell[3] is result) for result in Result}

    def measurements(self) -> Measurements:
        """Give what the data file holds: trials and the confidence that they allow, by rule."""
        rules = {}
        for rule in sorted(CEILINGS):
            right, wrong = self._grounds[rule, Result.RIGHT], self._grounds[rule, Result.WRONG]
            if right + wrong:
                rules[rule] = Measured(right, wrong, lower_bound(right, wrong))
        return Measurements(self._sessions, rules)

    def data_file(self) -> bytes:
        """Encode the measurements as `confidence.json` has them."""
        return msgspec.json.format(msgspec.json.encode(self.measurements()), indent=2) + b"\n"


def deciding_rule(blind: Authentication) -> str:
    """Name the rule that a verdict by sizes rests on."""
    return blind.grounds[0].rule if blind.grounds else NO_ANSWER_RULE


def compare(blind: Authentication, truth: Authentication) -> Result:
    """Compare a verdict by sizes with the true one: mode and what the client did must both agree."""
    if blind.client_certificate is ClientCertificate.UNKNOWN:
        return Result.NO_ANSWER
    agrees = blind.client_certificate is truth.client_certificate and blind.mode is truth.mode
    return Result.RIGHT if agrees else Result.WRONG


def judge_ground(ground: Ground, blind: Authentication, truth: Authentication) -> Result | None:
    """Judge one ground by itself: each claims one fact; None where the truth does not tell that fact."""
    if ground.rule not in CEILINGS:
        return None
    if ground.rule.startswith("server-flight"):
        claimed, fact = ground.rule == "server-flight-request", truth.requested
    elif ground.rule in ("server-accepted", "server-refused"):
        claimed, fact = ground.rule == "server-accepted", truth.accepted
    elif ground.rule in ("client-gave-up", "quic-no-certificate"):
        claimed, fact = False, truth.sent
    elif ground is not blind.grounds[0] or blind.client_certificate is ClientCertificate.UNKNOWN:
        return None
    else:
        return compare(blind, truth)
    if fact is None:
        return None
    return Result.RIGHT if claimed is fact else Result.WRONG
