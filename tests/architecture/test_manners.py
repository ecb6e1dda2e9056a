"""How the code reads: sizes, printing, clocks, and nothing of the machine that it was written on."""

import ast
import re
import shutil
import subprocess

import pytest
from sources import ROOT, sources, trees

LONGEST_FILE = 300
LONGEST_FUNCTION = 40

# Longer all the same, and why. An entry that is no longer needed fails the test too.
ONE_CLASS = "one class of the kernel: a call into another module for each packet or record would cost"
LONG_FILES = {"link/decode.py": ONE_CLASS}
LONG_FUNCTIONS = {"link/decode.py:_tcp": ONE_CLASS, "record/layer.py:_records": ONE_CLASS}

CATCHES_ALL = {"cli/console.py": "says that the fault is ours, in one line, and how to see the traceback"}

# A clock measures how long we take; what is told of the wire runs on capture time.
CLOCKS = {
    "cli/progress.py": "rate and time left",
    "cli/resuming.py": "how much time goes into checkpoints",
    "cli/console.py": "how often a stream is flushed",
    "capture/live.py": "live traffic has no other clock while nothing comes",
    "capture/live_pipe.py": "the same",
    "capture/live_scapy.py": "the same",
    "pipeline/live.py": "how long a watch takes",
    "cli/watch.py": "when to look at the counters",
    "cli/window.py": "how often a screen is drawn",
    "capture/pieces.py": "when to begin the next file of a live capture that is kept",
}
CLOCK_CALLS = {
    ("time", "time"), ("time", "time_ns"), ("time", "monotonic"), ("time", "monotonic_ns"),
    ("time", "perf_counter"), ("time", "perf_counter_ns"), ("datetime", "now"), ("datetime", "utcnow"),
    ("datetime", "today"), ("date", "today"),
}  # fmt: skip


def test_no_file_is_two() -> None:
    long = {
        name
        for name, text in sources().items()
        if text.count("\n") > LONGEST_FILE and not name.startswith("tables/")
    }
    assert long == set(LONG_FILES)


def test_no_function_is_two() -> None:
    long = {
        f"{name}:{node.name}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == set(LONG_FUNCTIONS)


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in trees().items() if ast.get_docstring(tree) is None] == []


def test_only_the_console_prints() -> None:
    printing = {
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "print")
        or (isinstance(node, ast.Attribute) and node.attr in {"stdout", "stderr"} and _is_sys(node.value))
    }
    assert printing <= {"cli/console.py", "cli/progress.py", "cli/screen.py"}


def _is_sys(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "sys"


def test_no_wall_clock() -> None:
    reading = {
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and (_last_name(node.value), node.attr) in CLOCK_CALLS
    }
    assert reading <= set(CLOCKS)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_no_fault_is_swallowed() -> None:
    """`except Exception`, a bare `except`, or a handler that only passes."""
    swallowed = {
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        if node.type is None
        or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        or all(isinstance(statement, ast.Pass) for statement in node.body)
    }
    assert swallowed == set(CATCHES_ALL)


@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="not a git checkout")
def test_nothing_committed_names_a_machine() -> None:
    """Home directories and the like: of the one who wrote, or of the one who recorded."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, timeout=30)
    a_home = re.compile(rb"(?<![\w.-])/(?:home|Users|root|work)/[\w.]+")
    found = {
        f"{name}: {match[0].decode(errors='replace')}"
        for name in listing.stdout.decode().split("\0")
        if name and (ROOT / name).is_file() and (match := a_home.search((ROOT / name).read_bytes()))
    }
    assert found == set()
