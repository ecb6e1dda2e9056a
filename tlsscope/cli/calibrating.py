"""The work of `calibrate`: captures are tried one after another, what was counted is written."""

from collections.abc import Iterator, Sequence

from tlsscope.pipeline.calibrating import BlindTrial
from tlsscope.report import calibration as words
from tlsscope.report.look import Look

from . import console


class Tried:
    """A trial that is over."""

    def __init__(self, trial: BlindTrial, failures: int) -> None:
        self._trials = trial.calibration.trials()
        self._captures = trial.captures
        self._failures = failures

    def lines(self, look: Look, *, with_left_out: bool) -> Iterator[str]:
        """Write it for people."""
        yield from words.tables(self._trials, self._captures, look)
        if with_left_out:
            yield ""
            yield from words.left_out(self._trials, look)

    def json(self) -> Iterator[bytes]:
        """Write it for programs."""
        yield words.json(self._trials, self._captures)

    def counts(self) -> Iterator[bytes]:
        """Write what was counted, so that it can be added up and measured again."""
        yield from words.counts(self._trials)

    def status(self) -> int:
        """Say how it ended: 2 where a capture could not be read."""
        return console.FAILED if self._failures else console.DONE


def run(inputs: Sequence[str]) -> Tried:
    """Try all captures; what cannot be read is told at once."""
    trial = BlindTrial(inputs)
    failures = 0
    for failure in trial:
        if failure is not None:
            console.say(f"{failure.source}: {failure.message}")
            failures += 1
    return Tried(trial, failures)
