"""What a hostile name does to a terminal: nothing."""

import json

import pytest

from tlsscope.report.text import ascii_only, columns, encodable, fitted, harmless_json, printable


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("example.com", "example.com"),
        ("\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"),
        ("two\nlines\r\n", "two\\x0alines\\x0d\\x0a"),
        ("\u202emoc.elpmaxe", "\\u202emoc.elpmaxe"),  # right-to-left override
        ("a\u200bb\ufeffc", "a\\u200bb\\ufeffc"),  # zero width
        ("\x9b31m", "\\x9b31m"),  # the one-byte CSI of 8-bit terminals
        ("caf\u00e9 \u4f8b", "caf\u00e9 \u4f8b"),
        ("\udcff", "\\udcff"),  # what a file name that is no UTF-8 becomes
        ("[bold red]x[/]", "[bold red]x[/]"),  # markup is text
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(hostile: str, shown: str) -> None:
    assert printable(hostile) == shown


def test_long_names_are_cut_and_say_so() -> None:
    assert printable("x" * 2000) == "x" * 1023 + "…"
    assert printable("\x00" * 300, 8) == "\\x00\\x0…"


def test_columns_are_counted_as_a_terminal_draws_them() -> None:
    assert columns("abc") == 3
    assert columns("例え") == 4
    assert columns("e\u0301") == 1
    assert fitted("例え.example", 6) == "例え.…"
    assert fitted("例えば", 4) == "例… "
    assert fitted("ab", 4) == "ab  "


def test_an_output_that_is_not_utf8_gets_ascii() -> None:
    assert ascii_only("client → server: é…") == "client > server: \\xe9~"


def test_names_that_no_encoder_takes_are_spelled_out() -> None:
    assert encodable("bad\udcff.pcap") == "bad\\udcff.pcap"


def test_json_keeps_its_value_and_loses_its_power() -> None:
    line = json.dumps({"sni": "\u202eabc\x9b\u2028é"}, ensure_ascii=False).encode()
    safe = harmless_json(line)
    assert json.loads(safe) == json.loads(line)
    assert b"\\u202e" in safe
    assert b"\\u009b" in safe
    assert "é".encode() in safe


def test_a_delete_is_escaped_wherever_it_stands() -> None:
    assert harmless_json(b'"a\x7f"') == b'"a\\u007f"'
    assert harmless_json('"é\x7f"'.encode()) == '"é\\u007f"'.encode()
