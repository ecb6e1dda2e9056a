"""What the tests of live capture share: one network, made once."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from .networks import Network, end_all, issue, network, why_not

PATIENCE = 60  # seconds for one test, on a machine that has other work too


@pytest.fixture(autouse=True)
def no_test_waits_forever() -> Iterator[None]:
    def give_up(_number: int, _frame: object) -> None:
        raise TimeoutError(f"nothing came for {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        end_all()


@pytest.fixture(scope="session")
def wire() -> Iterator[Network]:
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with network() as made:
        yield made


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    issue(folder)
    return folder


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder into which the unprivileged user may write."""
    for folder in (tmp_path, *list(tmp_path.parents)[:-1]):
        if folder.owner() == "root" and len(folder.parts) > 2:
            folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o777)
    return tmp_path
