"""One session told in full: ladder, arithmetic, steps, reasons."""

from made_sessions import mutual_tls12, one_way_tls13, unseen

from tlsscope.report.arithmetic import explain
from tlsscope.report.compose import document
from tlsscope.report.course import steps_of
from tlsscope.report.look import look, plain
from tlsscope.report.story import story
from tlsscope.report.text import columns
from tlsscope.session.model import Session
from tlsscope.tables import cipher_suite


def told(session: Session, width: int = 100) -> list[str]:
    return list(story(document(session), look(width, plain, "utf-8")))


def test_clear_messages_have_name_length_step_and_direction() -> None:
    lines = told(mutual_tls12())
    hello = next(line for line in lines if "client_hello" in line)
    assert hello.split() == ["+0.000000", "4", "(1)", "─", "client_hello", "(512)", hello.split()[-1]]
    assert hello.endswith("→")
    request = next(line for line in lines if "certificate_request (60)" in line)
    assert request.split()[:4] == ["+0.002000", "6", "(4)", request.split()[3]]
    assert request.split()[3].startswith("←")


def test_sealed_records_stand_in_brackets_with_their_sum() -> None:
    lines = told(one_way_tls13())
    sealed = next(i for i, line in enumerate(lines) if "─ [58] ─" in line and line.endswith("→"))
    assert lines[sealed + 1].strip() == "58 = 5 + 4 + 32 + 1 + 16: a Finished and nothing else"


def test_the_sums_of_the_study() -> None:
    sha256, sha384 = cipher_suite(0x1301), cipher_suite(0x1302)
    assert sha256 is not None
    assert sha384 is not None
    assert explain(58, sha256) == "58 = 5 + 4 + 32 + 1 + 16: a Finished and nothing else"
    assert explain(74, sha384) == "74 = 5 + 4 + 48 + 1 + 16: a Finished and nothing else"
    assert explain(74, sha256) == (
        "74 = 5 + 4 + 32 + 1 + 16 + 16: a Finished and nothing else, padded by 16 as Java does"
    )
    assert explain(30, sha256) == "30 = 5 + 8 + 1 + 16: an empty Certificate"
    assert explain(66, sha256) == "66 = 5 + 8 + 4 + 32 + 1 + 16: an empty Certificate and a Finished"
    assert explain(24, sha256) == "24 = 5 + 2 + 1 + 16: an alert"
    assert explain(286, sha256) == "286 = 5 + 264 + 1 + 16: the size of a CertificateVerify by RSA-2048"
    assert explain(1000, sha256) is None


def test_what_follows_the_finished_is_data_and_not_explained() -> None:
    session = one_way_tls13()
    session.messages.append(session.messages[-1])
    lines = told(session)
    assert sum(line.strip().startswith("58 = ") for line in lines) == 2  # one for each side


def test_steps_of_the_mutual_handshake_in_clear() -> None:
    assert [(number, seen) for number, _, seen in steps_of(document(mutual_tls12()))] == [
        ("1", "frame 4"),
        ("2", "frame 6"),
        ("3", "inside the client: no wire shows it"),
        ("4", "frames 6, 8"),
        ("5", "inside the server: no wire shows it"),
        ("6", "frame 4"),
        ("7", "frame 6"),
        ("8", "frame 8"),
        ("9", "frames 8, 10"),
    ]


def test_steps_that_tls13_hides_are_not_called_absent() -> None:
    steps = {number: seen for number, _, seen in steps_of(document(one_way_tls13()))}
    assert steps["2"] == "frame 6; the certificate is not visible: encrypted"
    assert steps["5"] == "not visible: encrypted"


def test_the_verdict_has_its_reasons() -> None:
    text = "\n".join(told(one_way_tls13()))
    assert "one-way, inferred (0.99); client certificate not-requested" in text
    assert "(frame 8) [client-flight-size]" in text.replace("\n    ", " ")


def test_any_session_fits_any_width() -> None:
    hostile = one_way_tls13(server_name=b"\x1b]0;x\x07" * 20)
    for width in (60, 80, 100, 160):
        for session in (one_way_tls13(), mutual_tls12(), unseen(), hostile):
            lines = told(session, width)
            assert all(line.isprintable() for line in lines)
            ladder_lines = [line for line in lines if "→" in line or "←" in line]
            assert max(map(columns, ladder_lines), default=0) <= max(width, 67)
