"""How good the inference is: sessions whose keys are known enter, a table and measured confidences leave.

For each session that could be decrypted, `Calibration.add` takes the verdict by sizes alone beside the true
one. It counts by rule, stacks and what the client did; `confidences` is what `confidence.json` holds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

import msgspec

from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ground

from .confidence import ARGUMENTS, CEILINGS, CERTAIN, GUESS, UNMEASURED, Measured, Measurements, lower_bound

NO_ANSWER_RULE = "none"
BOLD = 0.95  # a verdict of so much confidence must not be wrong


class Result(StrEnum):
    """How the verdict by sizes compares with the true one."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_ANSWER = "no-answer"


class Stacks(NamedTuple):
    """The TLS libraries, or the programs with them, at both ends."""

    server: str
    client: str


class Counted(msgspec.Struct, frozen=True, order=True, array_like=True):
    """How often one rule was right about sessions of one kind: where it decided (`truth` is given), or as a ground."""

    rule: str
    server: str
    client: str
    truth: str
    right: int
    wrong: int
    no_answer: int


class Trials(msgspec.Struct, frozen=True):
    """All that was counted, as the repository keeps it."""

    sessions: int
    verdicts: tuple[Counted, ...]  # by the rule that decided
    grounds: tuple[Counted, ...]  # each ground by what it claims itself
    bold_errors: tuple[str, ...] = ()


class Row(NamedTuple):
    """One line of the table."""

    rule: str
    stack: str
    truth: str
    right: int
    wrong: int
    no_answer: int


class LeftOut(NamedTuple):
    """How the rules did on one stack's sessions, with confidences measured without them."""

    stack: str
    right: int
    wrong: int
    no_answer: int
    bold: int  # verdicts that the other stacks' trials alone make bold
    bold_errors: int


Cell = tuple[str, Stacks, str]


class Calibration:
    """Accumulates comparisons; holds counters only, one a rule, pair of stacks and truth."""

    def __init__(self) -> None:
        self._cells: Counter[tuple[Cell, Result]] = Counter()
        self._grounds: Counter[tuple[Cell, Result]] = Counter()
        self._sessions = 0
        self.bold_errors: list[str] = []

    def add(self, blind: Authentication, truth: Authentication, stacks: Stacks, source: str) -> Result | None:
        """Compare one session; None where the truth itself is not known."""
        if truth.client_certificate is ClientCertificate.UNKNOWN or truth.basis is Basis.INFERRED:
            return None
        result = compare(blind, truth)
        self._sessions += 1
        self._cells[(deciding_rule(blind), stacks, truth.client_certificate.value), result] += 1
        for ground in blind.grounds:
            judged = judge_ground(ground, blind, truth)
            if judged is not None:
                self._grounds[(ARGUMENTS.get(ground.rule, ground.rule), stacks, ""), judged] += 1
        if result is Result.WRONG and blind.confidence >= BOLD:
            self.bold_errors.append(source)
        return result

    def trials(self) -> Trials:
        """Give what was counted, sorted."""
        return Trials(
            self._sessions, _counted(self._cells), _counted(self._grounds), tuple(sorted(self.bold_errors))
        )


def rows(trials: Trials) -> Iterator[Row]:
    """Give the table by deciding rule, the client's stack and what the client did: the rules look at its records."""
    sums: Counter[tuple[str, str, str, Result]] = Counter()
    for one in trials.verdicts:
        for result, count in _results(one):
            sums[one.rule, one.client, one.truth, result] += count
    for rule, stack, truth in sorted({key[:3] for key in sums}):
        yield Row(rule, stack, truth, *(sums[rule, stack, truth, result] for result in Result))


def totals(trials: Trials) -> dict[Result, int]:
    """Count verdicts by result alone."""
    sums = Counter(dict.fromkeys(Result, 0))
    for one in trials.verdicts:
        sums.update(dict(_results(one)))
    return dict(sums)


def measurements(trials: Trials) -> Measurements:
    """Give what the data file holds: trials and the confidence that they allow, by rule."""
    return Measurements(trials.sessions, _measured(trials.grounds))


def data_file(trials: Trials) -> bytes:
    """Encode the measurements as `confidence.json` has them."""
    return msgspec.json.format(msgspec.json.encode(measurements(trials)), indent=2) + b"\n"


def leave_out(trials: Trials) -> Iterator[LeftOut]:
    """For each stack: measure the rules on sessions without it at either end, then judge those with it."""
    stacks = sorted({name for one in trials.verdicts for name in (one.server, one.client)})
    for stack in stacks:
        measured = _measured(one for one in trials.grounds if stack not in (one.server, one.client))
        mine = [one for one in trials.verdicts if stack in (one.server, one.client)]
        bold = [one for one in mine if _allowed(one.rule, measured) >= BOLD]
        yield LeftOut(
            stack,
            sum(one.right for one in mine),
            sum(one.wrong for one in mine),
            sum(one.no_answer for one in mine),
            sum(one.right + one.wrong for one in bold),
            sum(one.wrong for one in bold),
        )


def merged(parts: Iterable[Trials]) -> Trials:
    """Add up trials that were counted apart."""
    everything = tuple(parts)
    return Trials(
        sum(one.sessions for one in everything),
        _summed(one for part in everything for one in part.verdicts),
        _summed(one for part in everything for one in part.grounds),
        tuple(sorted(source for part in everything for source in part.bold_errors)),
    )


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


def _measured(grounds: Iterable[Counted]) -> dict[str, Measured]:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for one in grounds:
        right[one.rule] += one.right
        wrong[one.rule] += one.wrong
    tried = sorted(rule for rule in right if right[rule] + wrong[rule])
    return {rule: Measured(right[rule], wrong[rule], lower_bound(right[rule], wrong[rule])) for rule in tried}


def _allowed(rule: str, measured: dict[str, Measured]) -> float:
    """Give the confidence that such measurements would allow a rule."""
    one = measured.get(ARGUMENTS.get(rule, rule))
    return min(UNMEASURED if one is None else one.confidence, CEILINGS.get(rule, GUESS), CERTAIN)


def _counted(cells: Counter[tuple[Cell, Result]]) -> tuple[Counted, ...]:
    kinds = sorted({cell for cell, _ in cells})
    return tuple(
        Counted(rule, stacks.server, stacks.client, truth, *(cells[(rule, stacks, truth), one] for one in Result))
        for rule, stacks, truth in kinds
    )


def _summed(counted: Iterable[Counted]) -> tuple[Counted, ...]:
    cells: Counter[tuple[Cell, Result]] = Counter()
    for one in counted:
        for result, count in _results(one):
            cells[(one.rule, Stacks(one.server, one.client), one.truth), result] += count
    return _counted(cells)


def _results(one: Counted) -> Iterator[tuple[Result, int]]:
    yield from zip(Result, (one.right, one.wrong, one.no_answer), strict=True)
