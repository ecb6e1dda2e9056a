"""The door of Dask: an address enters; tasks go to whatever workers are there, their answers come back.

A worker that dies costs time only: Dask gives what it had to others. What else can go wrong is one line.
"""

import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tlsscope.errors import TlsscopeError

from .tasks import Answer, Head, Task, body_of, do, head_of, pack, unpack_body, unpack_head
from .units import Placed

try:
    from distributed import CancelledError, Client, Future, KilledWorker
except ImportError as missing:
    raise TlsscopeError("--cluster needs Dask: pip install 'tlsscope[cluster]'") from missing

CONNECT = 10  # seconds to wait for the scheduler
FIRST_WORKER = 30  # and for a worker


_ADDRESS = re.compile(r"(?:tcp|tls)://([^/:\[\]]+|\[[^\]]+\]):(\d{1,5})")


class Scheduler:
    """A connection to a Dask scheduler."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._turn = 0
        _knock(address)
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is raised
        try:
            self._client: Any = Client(address, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise _unreachable(address, error) from error

    def wait_for_workers(self) -> int:
        """Wait until there is one; count what they can do at a time."""
        with self._told("waiting for workers"):
            self._client.wait_for_workers(1, timeout=FIRST_WORKER)
            return sum(self._client.nthreads().values())

    def submit(self, task: Task) -> "Work":
        """Give out a task; those that were given out first come first."""
        self._turn += 1
        names = task.job.parts[0].names
        what = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        with self._told(what):
            answer = self._client.submit(do, pack(task), pure=False, priority=-self._turn)
            return Work(answer, self._client.submit(head_of, answer, pure=False, priority=-self._turn), what)

    def head(self, work: "Work") -> Head:
        """Wait for the head of an answer. Raises TlsscopeError where the task could not be done."""
        with self._told(work.what):
            head = unpack_head(work.head.result())
        if head.error is not None:
            raise TlsscopeError(head.error)
        return head

    def body(self, work: "Work") -> list[list[Placed]]:
        """Fetch the news of an answer."""
        with self._told(work.what):
            return unpack_body(self._client.submit(body_of, work.answer, pure=False).result())

    def end(self) -> None:
        """Let go of all that was asked for."""
        self._client.close()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except KilledWorker:
            raise TlsscopeError(f"{what}: every worker that read it died; too much memory?") from None
        except ModuleNotFoundError as error:
            raise TlsscopeError(f"a worker of {self._address} lacks {error.name}") from error
        except CancelledError as error:
            raise TlsscopeError(f"lost the Dask scheduler at {self._address}") from error
        except OSError as error:  # timeouts, closed connections
            raise TlsscopeError(f"{self._address}: {_line(error)}") from error


class Work:
    """A task that was given out. When nobody holds it any more, the cluster forgets its answer."""

    def __init__(self, answer: "Future[Answer]", head: "Future[bytes]", what: str) -> None:
        self.answer = answer
        self.head = head
        self.what = what


def _knock(address: str) -> None:
    """See whether somebody listens: Dask would try for long, and tell at length that nobody does."""
    place = _ADDRESS.fullmatch(address)
    if place is None:
        raise TlsscopeError(f"{address}: is no address of a Dask scheduler, such as tcp://host:8786")
    try:
        socket.create_connection((place[1].strip("[]"), int(place[2])), CONNECT).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address, error) from error


def _unreachable(address: str, error: Exception) -> TlsscopeError:
    return TlsscopeError(f"cannot reach a Dask scheduler at {address}: {_line(error)}")


def _line(error: Exception) -> str:
    told = error.strerror if isinstance(error, OSError) else None
    return " ".join((told or str(error)).split()).lower() or type(error).__name__
