"""The door to tshark: packets come whole and counted, and a tshark that fails says so in one line."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tlsscope.errors import InputError, TlsscopeError
from tlsscope.witness import tshark
from tlsscope.witness.tshark import Run

Spoil = Callable[[str], None]


def run(file: Path, timeout: float = 60) -> Run:
    return Run(file, "tls", ["geninfo", "tls", "tls.record"], {}, {}, timeout)


def test_delivers_as_many_packets_as_tshark_passed_on(capture: Path) -> None:
    told = run(capture)
    numbers = [packet.tree.findtext(".//nothing") for packet in told]
    assert len(numbers) == told.delivered == told.matching
    assert told.frames is not None
    assert told.frames > told.delivered  # the TCP handshake is in the file too
    assert told.notes == []


def test_can_be_left_before_the_end(capture: Path) -> None:
    """No process, pipe or loop stays open: a warning would fail this test."""
    packets = iter(run(capture))
    assert next(packets).tree.tag == "packet"
    packets.close()  # type: ignore[attr-defined]


def test_says_when_a_packet_was_lost_on_the_way(capture: Path, spoiled_tshark: Spoil) -> None:
    spoiled_tshark("""tshark "$@" | awk '/<packet>/ && !n++ {drop=1} !drop; /<\\/packet>/ {drop=0}'""")
    told = run(capture)
    list(told)
    assert told.matching is not None
    assert told.notes == [f"packets were lost: tshark passed on {told.matching}, {told.matching - 1} came"]


def test_a_killed_tshark_is_one_line(capture: Path, spoiled_tshark: Spoil) -> None:
    spoiled_tshark('tshark "$@" | head -c 9000; kill -9 $$')
    with pytest.raises(InputError, match="tshark was killed by signal 9"):
        list(run(capture))


def test_an_answer_that_stops_in_the_middle_is_one_line(capture: Path, spoiled_tshark: Spoil) -> None:
    spoiled_tshark('tshark "$@" 2>/dev/null | head -c 9000; exit 0')
    with pytest.raises(InputError, match="stopped in the middle of its answer"):
        list(run(capture))


def test_a_tshark_that_does_not_start_is_one_line(capture: Path, spoiled_tshark: Spoil) -> None:
    spoiled_tshark("exit 0")
    program = Path(tshark.locate())
    told = run(capture)  # has asked for the version
    program.write_bytes(b"\x7fELF, but not really")
    with pytest.raises(TlsscopeError, match="tshark does not start"):
        list(told)


def test_a_failing_tshark_is_quoted(capture: Path, spoiled_tshark: Spoil) -> None:
    spoiled_tshark("echo 'no room left' >&2; exit 3")
    with pytest.raises(InputError, match="exit status 3: no room left"):
        list(run(capture))


def test_a_silent_tshark_is_stopped(capture: Path, spoiled_tshark: Spoil) -> None:
    spoiled_tshark("exec sleep 60")
    with pytest.raises(InputError, match=r"said nothing for 0\.5 seconds"):
        list(run(capture, timeout=0.5))


def test_a_file_that_is_no_capture_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam, " * 10)
    with pytest.raises(InputError, match="tshark failed with exit status"):
        list(run(tmp_path / "letter.txt"))


def test_a_capture_cut_in_the_middle_of_a_packet_is_noted(capture: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(capture.read_bytes()[:-7])
    told = run(cut)
    list(told)
    assert told.notes == ["the capture ends in the middle of a packet"]


def test_without_tshark_it_says_how_to_install_it(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(TlsscopeError, match="tshark was not found; install it with: apt install tshark"):
        run(capture)
    assert tshark.status().startswith("tshark was not found; install it with")


def test_a_config_file_in_the_current_directory_is_not_obeyed(
    capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyshark would run what a config.ini beside the capture names."""
    (tmp_path / "config.ini").write_text("[tshark]\ntshark_path = /bin/false\n")
    monkeypatch.chdir(tmp_path)
    assert len(list(run(capture))) > 0


def test_refuses_to_run_inside_an_event_loop(capture: Path) -> None:
    async def inside() -> None:
        list(run(capture))

    with pytest.raises(TlsscopeError, match="inside an event loop"):
        asyncio.run(inside())


def test_needs_nothing_that_asyncio_loses_with_python_314(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no loop but where one runs, no child watcher, and the policies are to go (What's New in Python 3.14)."""

    def refuse() -> None:
        raise RuntimeError("There is no current event loop")

    for name in ("set_child_watcher", "get_child_watcher", "SafeChildWatcher", "ThreadedChildWatcher"):
        monkeypatch.delattr(asyncio, name, raising=False)
    for name in ("get_event_loop", "get_event_loop_policy", "set_event_loop_policy", "set_event_loop"):
        monkeypatch.setattr(asyncio, name, refuse)
    assert len(list(run(capture))) > 0


def test_runs_in_any_thread(capture: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(lambda: len(list(run(capture)))).result()
    assert told == len(list(run(capture)))


def test_status_names_both_versions() -> None:
    status = tshark.status()
    assert ".".join(map(str, tshark.version(tshark.locate()))) in status
    assert "pyshark 0." in status
