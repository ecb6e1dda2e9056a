"""What the tests of agreement share: runs of tshark side by side; the counts of all comparisons, printed at the end."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from .compared import Compared, beside_tshark
from .counts import Counts

AT_ONCE = 2
_COUNTS = pytest.StashKey[Counts]()


@pytest.fixture(scope="session")
def told(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], Compared]]:
    """Give the comparison of a capture with tshark; those that the run will ask for are begun ahead, a few at once."""
    wanted: list[Path] = [
        cast("Path", item.callspec.params["capture"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and "told" in item.fixturenames
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures: dict[Path, Future[Compared]] = {path: pool.submit(beside_tshark, path) for path in wanted}
        yield lambda capture: futures[capture].result()
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Counts:
    """Give the counts of the run."""
    return request.config.stash.setdefault(_COUNTS, Counts())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the counts."""
    for line in config.stash.setdefault(_COUNTS, Counts()).lines():
        terminalreporter.write_line(line)
