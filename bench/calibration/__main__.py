"""Counts again: `python -m bench.calibration`. Enters: the collections at hand. Leaves: counts, tables, confidences."""

from bench.calibration import COLLECTIONS, CONFIDENCES, HERE, Kept, kept
from tlsscope.judge.calibration import data_file, merged
from tlsscope.pipeline.calibrating import BlindTrial
from tlsscope.report.calibration import counts, markdown

HEAD = """# Calibration

How often inference (TLS 1.3 without keys, renegotiations before) was right about sessions that keys open: each was
judged by its sizes alone, then decrypted. Do not edit: `python -m bench.calibration` writes this file, the counts
beside it and `tlsscope/judge/confidence.json`. `tlsscope calibrate DIR --leave-out` gives the same of other captures.

- **bound**: the chance of being right that so many trials assure with 95 % (Clopper and Pearson, one-sided). No error
  in 59 trials allows an error rate of 5 % still. Sessions of the same two stacks resemble each other, so the trials
  are fewer than they look.
- **ceiling**: what a rule may claim at most, however often it was right, because its argument has a known hole. The
  confidence of a verdict is the lower of the two; of a rule with only a few trials, all good, 0.5.
- **silent**: sessions about which the sizes said nothing: padded ones, mostly.
- **stack left out**: no rule was changed for this table. Each stack's sessions, at either end, are judged by
  confidences from all the other sessions; `bold` verdicts are those that this makes 0.95 or more.
"""


def main() -> None:
    """Count, and write all that follows."""
    parts = [count(name) if place.is_dir() else kept(name) for name, place in COLLECTIONS.items()]
    trials = merged(part.trials for part in parts)
    tables = "\n".join(markdown(trials, sum(part.captures for part in parts)))
    named = zip(COLLECTIONS, parts, strict=True)
    sources = " and ".join(f"`{name}.json` ({part.captures:,} captures)" for name, part in named)
    (HERE / "README.md").write_text(f"{HEAD}\nCounted over {sources}:\n{tables}\n", encoding="utf-8")
    CONFIDENCES.write_bytes(data_file(trials))


def count(name: str) -> Kept:
    """Try a collection and write its counts."""
    trial = BlindTrial([str(COLLECTIONS[name])])
    for failure in trial:
        if failure is not None:
            print(f"{failure.source}: {failure.message}")
    trials = trial.calibration.trials()
    body = b"".join(counts(trials))
    (HERE / f"{name}.json").write_bytes(b'{"captures": %d, "trials": %s}\n' % (trial.captures, body.rstrip()))
    return Kept(trial.captures, trials)


if __name__ == "__main__":
    main()
