"""The committed confidences are what the committed counts give, and the counts what the captures give."""

import pytest

from bench.calibration import COLLECTIONS, CONFIDENCES, kept
from tlsscope.judge.calibration import Result, data_file, leave_out, merged, totals
from tlsscope.pipeline.calibrating import BlindTrial


def test_the_confidences_follow_from_the_counts() -> None:
    assert CONFIDENCES.read_bytes() == data_file(merged(kept(name).trials for name in COLLECTIONS)), (
        "write them again: python -m bench.calibration"
    )


def test_no_verdict_was_wrong_and_few_were_missing() -> None:
    trials = merged(kept(name).trials for name in COLLECTIONS)
    counted = totals(trials)
    assert trials.bold_errors == ()
    assert counted[Result.WRONG] == 0
    assert counted[Result.RIGHT] >= 0.97 * sum(counted.values())


def test_no_stack_is_boldly_misjudged_by_the_trials_of_the_others() -> None:
    stacks = list(leave_out(merged(kept(name).trials for name in COLLECTIONS)))
    assert len(stacks) > 20
    assert sum(one.bold for one in stacks) > 800
    assert [one for one in stacks if one.bold_errors] == []


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_captures_give_the_counts_that_are_kept(name: str) -> None:
    if not COLLECTIONS[name].is_dir():
        pytest.skip(f"the captures of {name} are not beside the checkout")
    trial = BlindTrial([str(COLLECTIONS[name])])
    assert [failure for failure in trial if failure is not None] == []
    assert trial.calibration.trials() == kept(name).trials, "count again: python -m bench.calibration"
    assert trial.captures == kept(name).captures
