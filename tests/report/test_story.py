"""One session told in full: ladder, arithmetic, steps, reasons."""

from made_sessions import mutual_tls12, one_way_tls13, unseen

from tlsscope.constants import (
    ALERT,
    APPLICATION_DATA,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_VERIFY,
    ENCRYPTED_EXTENSIONS,
    FINISHED,
    HANDSHAKE,
)
from tlsscope.judge.naming import Held
from tlsscope.report.arithmetic import explain
from tlsscope.report.compose import document
from tlsscope.report.course import steps_of
from tlsscope.report.look import look, plain
from tlsscope.report.story import story
from tlsscope.report.text import columns
from tlsscope.session.model import Session
from tlsscope.tables import cipher_suite


def told(session: Session, width: int = 100, names: dict[int, Held] | None = None) -> list[str]:
    return list(story(document(session), look(width, plain, "utf-8"), names or {}))


def handshake(*messages: int, padding: int = 0, part: bool = False) -> Held:
    return Held((HANDSHAKE,), messages, padding, part)


def test_clear_messages_have_name_length_step_and_direction() -> None:
    lines = told(mutual_tls12())
    hello = next(line for line in lines if "client_hello" in line)
    assert hello.split() == ["+0.000000", "4", "(1)", "─", "client_hello", "(512)", hello.split()[-1]]
    assert hello.endswith("→")
    request = next(line for line in lines if "certificate_request (60)" in line)
    assert request.split()[:4] == ["+0.002000", "6", "(4)", request.split()[3]]
    assert request.split()[3].startswith("←")


def test_sealed_records_stand_in_brackets_with_name_and_sum_where_a_rule_names_them() -> None:
    session = one_way_tls13()
    finished = next(i for i, one in enumerate(session.messages) if one.length == 58 and one.direction == 0)
    lines = told(session, names={finished: handshake(FINISHED)})
    sealed = next(i for i, line in enumerate(lines) if "─ [finished? 58] ─" in line and line.endswith("→"))
    assert lines[sealed + 1].strip() == "58 = 5 + 4 + 32 + 1 + 16: a Finished and nothing else"


def test_without_a_rule_there_is_neither_name_nor_sum() -> None:
    lines = told(one_way_tls13())
    assert any("─ [58] ─" in line for line in lines)
    assert not any("?" in line or "58 = " in line for line in lines)


def test_the_sums_of_the_study() -> None:
    sha256, sha384 = cipher_suite(0x1301), cipher_suite(0x1302)
    assert sha256 is not None
    assert sha384 is not None
    finished, both = handshake(FINISHED), handshake(CERTIFICATE, FINISHED)
    assert explain(58, sha256, finished) == "58 = 5 + 4 + 32 + 1 + 16: a Finished and nothing else"
    assert explain(74, sha384, finished) == "74 = 5 + 4 + 48 + 1 + 16: a Finished and nothing else"
    assert explain(74, sha256, handshake(FINISHED, padding=16)) == (
        "74 = 5 + 4 + 32 + 1 + 16 + 16: a Finished and nothing else, 16 of padding"
    )
    assert explain(30, sha256, handshake(CERTIFICATE)) == "30 = 5 + 8 + 1 + 16: an empty Certificate"
    assert explain(66, sha256, both) == "66 = 5 + 8 + 4 + 32 + 1 + 16: an empty Certificate and a Finished"
    assert explain(24, sha256, Held((ALERT,))) == "24 = 5 + 2 + 1 + 16: an alert"
    verify = handshake(CERTIFICATE_VERIFY)
    assert explain(286, sha256, verify) == "286 = 5 + 264 + 1 + 16: a CertificateVerify by RSA-2048"
    assert explain(117, sha256, handshake(CERTIFICATE_VERIFY, padding=16)) == (
        "117 = 5 + 79 + 1 + 16 + 16: a CertificateVerify by P-256, 16 of padding"
    )
    merged = handshake(CERTIFICATE, CERTIFICATE_VERIFY, FINISHED)
    assert explain(628, sha256, merged) == (
        "628 = 5 + 570 + 4 + 32 + 1 + 16: a Certificate, a CertificateVerify and a Finished"
    )
    piece = handshake(CERTIFICATE, part=True)
    assert explain(534, sha256, piece) == "534 = 5 + 512 + 1 + 16: a piece of a Certificate"
    assert explain(1000, sha256, Held((APPLICATION_DATA,))) is None
    assert explain(1000, sha256, finished) == "1000 = 5 + 978 + 1 + 16: a Finished"


def test_steps_of_the_mutual_handshake_in_clear() -> None:
    assert [(number, seen) for number, _, seen in steps_of(document(mutual_tls12()), {})] == [
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
    steps = {number: seen for number, _, seen in steps_of(document(one_way_tls13()), {})}
    assert steps["2"] == "frame 6; the certificate is not visible: encrypted"
    assert steps["5"] == "not visible: encrypted"


def test_steps_that_were_inferred_say_so_with_their_frames() -> None:
    session = one_way_tls13()
    sealed = [i for i, one in enumerate(session.messages) if one.protection == 2]
    names = {
        sealed[0]: handshake(ENCRYPTED_EXTENSIONS),
        sealed[1]: handshake(CERTIFICATE_REQUEST),
        sealed[-1]: handshake(FINISHED),
    }
    frames = [session.messages[i].frame for i in (sealed[0], sealed[-1])]
    steps = {number: seen for number, _, seen in steps_of(document(session), names)}
    assert steps["2"].endswith(f"inferred: encrypted_extensions, frame {frames[0]}")
    assert steps["5"] == f"inferred: finished, frame {frames[1]}"


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
