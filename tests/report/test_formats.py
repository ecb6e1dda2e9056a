"""NDJSON and JSON: lines and objects that any JSON reader takes."""

import json
from typing import Any

from made_sessions import mutual_tls12, one_way_tls13

from tlsscope.report import json as whole
from tlsscope.report import ndjson
from tlsscope.report.document import CaptureAnomaly, ErrorLine
from tlsscope.report.summary import Item, Tally, Totals
from tlsscope.session.model import Finding, Severity

OLD = Finding("old-version", Severity.MEDIUM, "TLS 1.1 is deprecated", "RFC 8996", (6,))


def items() -> list[Item]:
    second = mutual_tls12(2)
    second.findings = (OLD,)
    return [one_way_tls13(1), ErrorLine("b.pcap", "not a capture"), second, mutual_tls12(3)]


def tally() -> Tally:
    return Tally(lambda: Totals(inputs=2, packets=60, bytes=9000, connections=3))


def lines(chunks: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(chunks).decode().splitlines()]


def test_each_line_has_its_kind_and_the_summary_is_last() -> None:
    told = lines(ndjson.inline(items(), tally()))
    assert [line["kind"] for line in told] == ["session", "error", "session", "finding", "session", "summary"]
    assert told[1] == {"kind": "error", "source": "b.pcap", "message": "not a capture"}
    assert told[3]["session"] == told[2]["id"]
    assert told[3]["rule"] == "old-version"


def test_the_summary_counts() -> None:
    summary = lines(ndjson.inline(items(), tally()))[-1]
    assert summary["modes"] == {"mutual": 2, "one-way": 1}
    assert summary["versions"] == {"TLS 1.2": 2, "TLS 1.3": 1}
    assert summary["outcomes"] == {"established": 3}
    assert summary["findings"] == {"old-version": 1}
    assert (summary["inputs"], summary["errors"], summary["packets"], summary["sessions"]) == (2, 1, 60, 3)


def test_the_summary_counts_what_is_odd_in_frames_and_captures_too() -> None:
    cut = CaptureAnomaly("a.pcap", "truncated-capture", None, "the capture ends inside a record")
    totals = Totals(anomalies={"bad-length": 2}, captures=(cut,))
    summary = lines(ndjson.inline([], Tally(lambda: totals)))[-1]
    assert summary["anomalies"] == {"bad-length": 2, "truncated-capture": 1}
    assert summary["captures"][0]["source"] == "a.pcap"


def test_each_line_leaves_as_soon_as_its_session_is_there() -> None:
    asked = 0

    def slow() -> Any:
        nonlocal asked
        for item in items():
            asked += 1
            yield item

    stream = ndjson.inline(slow(), tally())
    next(stream)
    assert asked == 1


def test_with_references_each_certificate_stands_once_before_its_first_session() -> None:
    told = lines(ndjson.reference([mutual_tls12(1), mutual_tls12(2)], tally()))
    kinds = [line["kind"] for line in told]
    assert kinds == ["certificate"] * 3 + ["session", "session", "summary"]
    assert told[0]["subject"] == "CN=example.com"
    assert told[3]["server_certificates"][0] == {"sha256": told[0]["sha256"]}
    assert told[4]["client_certificates"] == [{"sha256": told[2]["sha256"]}]


def test_json_is_one_object() -> None:
    told = json.loads(b"".join(whole.inline(items(), tally(), ["a.pcap", "b.pcap"])))
    keys = {"schema", "tool", "inputs", "summary", "sessions", "certificates", "findings", "errors"}
    assert set(told) == keys
    assert told["schema"] == "tlsscope/1"
    assert told["inputs"] == ["a.pcap", "b.pcap"]
    assert [one["authentication"]["mode"] for one in told["sessions"]] == ["one-way", "mutual", "mutual"]
    assert told["errors"][0]["source"] == "b.pcap"
    assert told["findings"][0]["rule"] == "old-version"
    assert told["certificates"] == []


def test_json_with_references_lists_each_certificate_once() -> None:
    told = json.loads(b"".join(whole.reference(items(), tally(), [])))
    assert [one["subject"] for one in told["certificates"]] == ["CN=example.com", "CN=Example CA", "CN=alice"]
    digests = [one["sha256"] for one in told["certificates"]]
    assert [one["sha256"] for one in told["sessions"][1]["server_certificates"]] == digests[:2]


def test_json_of_nothing_is_still_an_object() -> None:
    told = json.loads(b"".join(whole.inline([], Tally(Totals), [])))
    assert told["sessions"] == []
    assert told["summary"]["sessions"] == 0


def test_a_hostile_name_cannot_leave_its_string() -> None:
    hostile = '\x1b[31m","x":"</script>\u202e\n'.encode()
    raw = b"".join(ndjson.inline([one_way_tls13(server_name=hostile)], tally()))
    assert b"\x1b" not in raw
    assert len(raw.splitlines()) == 2
    assert json.loads(raw.splitlines()[0])["server_name"].startswith("\x1b[31m")
