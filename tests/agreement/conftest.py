"""The counts of all comparisons of a run, printed behind it."""

import pytest

from .counts import Counts

_COUNTS = pytest.StashKey[Counts]()


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Counts:
    """Give the counts of the run."""
    return request.config.stash.setdefault(_COUNTS, Counts())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the counts."""
    for line in config.stash.setdefault(_COUNTS, Counts()).lines():
        terminalreporter.write_line(line)
