"""Verdicts that are remembered: a Case enters, its Judgement leaves, made once for all sessions of one shape.

What is remembered names places instead of frames; each session puts its own frames there.
Kernel file: compiled where a C compiler is found (types in `recall.pxd`), interpreted otherwise.
"""

from typing import Any

from tlsscope.session.model import Authentication, ClientCertificate, Ground, Mode, Outcome

from .authentication import authenticate
from .case import Case
from .outcome import judge_outcome
from .shape import Shape, shape
from .tls13 import FITS_NOTHING, fits_nothing

REMEMBERED = 2048  # shapes


class Judgement:
    """What goes with a verdict; and where sessions share it, all of it but their frames."""

    __slots__ = ("_answers", "_facts", "_grounds", "_outcomes", "flight_end")

    def __init__(self, flight_end: int | None) -> None:
        self.flight_end = flight_end  # how many records are the server's flight, where their sizes tell
        # By what the verdict says, which may be inherited
        self._outcomes: dict[tuple[Mode, ClientCertificate], Outcome] = {}

    def outcome(self, case: Case) -> Outcome:
        """Tell how the handshake ended of a session whose authentication is settled."""
        verdict = case.session.authentication
        if verdict is None:
            return judge_outcome(case)
        said = verdict.mode, verdict.client_certificate
        known = self._outcomes.get(said)
        if known is None:
            known = self._outcomes[said] = judge_outcome(case)
        return known

    def remember(self, verdict: Authentication, frames: list[int]) -> None:
        """Take a verdict apart that cites some of these frames."""
        places = {frame: place for place, frame in enumerate(frames)}
        self._facts = verdict.mode, verdict.basis, verdict.confidence, verdict.client_certificate
        self._answers = verdict.requested, verdict.sent, verdict.accepted
        self._grounds: list[tuple[str, str, tuple[int, ...] | None]] = [
            # None: the one sentence that names the sizes of data
            (one.rule, one.text, None if one.rule == FITS_NOTHING else tuple([places[frame] for frame in one.frames]))
            for one in verdict.grounds
        ]

    def verdict(self, case: Case, frames: list[int]) -> Authentication:
        """Put the verdict together again, for a session whose frames these are."""
        grounds = []
        for rule, text, places in self._grounds:
            if places is not None:
                grounds.append(Ground(rule, text, tuple([frames[place] for place in places])))
            elif case.sides is not None:
                grounds.append(fits_nothing(case.sides[0]))
        mode, basis, confidence, certificate = self._facts
        requested, sent, accepted = self._answers
        return Authentication(mode, basis, confidence, certificate, tuple(grounds), requested, sent, accepted)


class Recall:
    """Judgements by shape. When there are too many, all are forgotten: those that are needed come again soon."""

    __slots__ = ("_judgements", "_remembered")

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._judgements: dict[tuple[Any, ...], Judgement] = {}

    def judge(self, case: Case) -> tuple[Authentication, Judgement]:
        """Judge as the last one of that shape was judged, or anew."""
        its = shape(case)
        if its is not None:
            known = self._judgements.get(its[0])
            if known is not None:
                return known.verdict(case, its[1]), known
        verdict = authenticate(case)
        request = case.request
        judgement = Judgement(None if request is None else request.end)
        if its is not None:
            self._remember(its, verdict, judgement)
        return verdict, judgement

    def _remember(self, its: Shape, verdict: Authentication, judgement: Judgement) -> None:
        if len(self._judgements) >= self._remembered:
            self._judgements.clear()
        key, frames = its
        judgement.remember(verdict, frames)
        self._judgements[key] = judgement


EVERYWHERE = Recall()  # what is judged alike is so wherever it was captured
