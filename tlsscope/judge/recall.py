"""Verdicts that are remembered: a Case enters, its Judgement leaves, made once for all sessions of one shape.

What is remembered names places instead of frames; each session puts its own frames there.
Kernel file: compiled where a C compiler is found (types in `recall.pxd`), interpreted otherwise.
"""

from typing import Any

import msgspec

from tlsscope.session.model import Authentication, ClientCertificate, Ground, Mode, Outcome

from .authentication import authenticate
from .case import Case
from .outcome import judge_outcome
from .shape import Shape, shape
from .tls13 import FITS_NOTHING, fits_nothing

REMEMBERED = 2048  # shapes


class Judgement:
    """A verdict, and what goes with it."""

    __slots__ = ("flight_end", "outcomes", "verdict")

    def __init__(self, verdict: Authentication, flight_end: int | None) -> None:
        self.verdict = verdict  # where it is shared by a shape, its grounds name places
        self.flight_end = flight_end  # how many records are the server's flight, where their sizes tell
        # By what the verdict says, which may be inherited
        self.outcomes: dict[tuple[Mode, ClientCertificate], Outcome] = {}

    def outcome(self, case: Case) -> Outcome:
        """Tell how the handshake ended of a session whose authentication is settled."""
        verdict = case.session.authentication or self.verdict
        said = verdict.mode, verdict.client_certificate
        known = self.outcomes.get(said)
        if known is None:
            known = self.outcomes[said] = judge_outcome(case)
        return known


class Recall:
    """Judgements by shape. When there are too many, all are forgotten: those that are needed come again soon."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._judgements: dict[tuple[Any, ...], Judgement] = {}

    def judge(self, case: Case) -> tuple[Authentication, Judgement]:
        """Judge as the last one of that shape was judged, or anew."""
        its = shape(case)
        if its is not None:
            known = self._judgements.get(its[0])
            if known is not None:
                return _with_frames(known.verdict, case, its[1]), known
        verdict = authenticate(case)
        request = case.request
        judgement = Judgement(verdict, None if request is None else request.end)
        if its is not None:
            self._remember(its, judgement)
        return verdict, judgement

    def _remember(self, its: Shape, judgement: Judgement) -> None:
        if len(self._judgements) >= self._remembered:
            self._judgements.clear()
        key, frames = its
        judgement.verdict = _with_places(judgement.verdict, frames)
        self._judgements[key] = judgement


def _with_places(verdict: Authentication, frames: list[int]) -> Authentication:
    places = {frame: place for place, frame in enumerate(frames)}
    grounds = (
        Ground(one.rule, one.text, () if one.rule == FITS_NOTHING else tuple([places[frame] for frame in one.frames]))
        for one in verdict.grounds
    )
    return msgspec.structs.replace(verdict, grounds=tuple(grounds))


def _with_frames(verdict: Authentication, case: Case, frames: list[int]) -> Authentication:
    grounds = []
    for one in verdict.grounds:
        if one.rule == FITS_NOTHING and case.sides is not None:  # the one sentence that names the sizes of data
            grounds.append(fits_nothing(case.sides[0]))
        else:
            grounds.append(Ground(one.rule, one.text, tuple([frames[place] for place in one.frames])))
    return Authentication(
        verdict.mode,
        verdict.basis,
        verdict.confidence,
        verdict.client_certificate,
        tuple(grounds),
        verdict.requested,
        verdict.sent,
        verdict.accepted,
    )
