"""The NSS key log: every label, every way a line can be wrong, files that grow."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsscope.errors import InputError
from tlsscope.secrets import labels
from tlsscope.secrets.keylog import KeyLog
from tlsscope.secrets.labels import Unused

RANDOM, OTHER_RANDOM = bytes(range(32)), bytes(range(100, 132))
MASTER, OTHER_MASTER = b"\xaa" * 48, b"\xbb" * 48


def line(label: str, key: bytes, secret: bytes) -> bytes:
    return f"{label} {key.hex()} {secret.hex()}\n".encode()


def found(keylog: KeyLog, client_random: bytes) -> dict[str, bytes]:
    return dict(keylog.lookup(client_random) or {})


def keylog_of(*lines: bytes) -> KeyLog:
    keylog = KeyLog()
    keylog.add_bytes(b"".join(lines))
    return keylog


@pytest.mark.parametrize(
    ("label", "length"),
    [
        ("CLIENT_RANDOM", 48),
        ("CLIENT_EARLY_TRAFFIC_SECRET", 32),
        ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", 48),
        ("SERVER_HANDSHAKE_TRAFFIC_SECRET", 32),
        ("CLIENT_TRAFFIC_SECRET_0", 48),
        ("SERVER_TRAFFIC_SECRET_0", 32),
        ("EARLY_EXPORTER_SECRET", 32),
        ("EXPORTER_SECRET", 48),
        ("ECH_SECRET", 32),
        ("ECH_CONFIG", 77),
        ("PMS_CLIENT_RANDOM", 66),
    ],
)
def test_every_label_is_found_by_the_client_random(label: str, length: int) -> None:
    keylog = keylog_of(line(label, RANDOM, b"s" * length))
    assert found(keylog, RANDOM) == {label: b"s" * length}
    assert keylog.lookup(OTHER_RANDOM) is None
    assert keylog.counts.unused == {}


def test_the_secrets_of_one_session_come_together() -> None:
    keylog = keylog_of(
        line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", RANDOM, b"c" * 32),
        line("CLIENT_RANDOM", OTHER_RANDOM, MASTER),
        line("SERVER_HANDSHAKE_TRAFFIC_SECRET", RANDOM, b"s" * 32),
    )
    assert found(keylog, RANDOM) == {
        labels.CLIENT_HANDSHAKE_TRAFFIC_SECRET: b"c" * 32,
        labels.SERVER_HANDSHAKE_TRAFFIC_SECRET: b"s" * 32,
    }
    assert len(keylog) == 2


def test_an_old_rsa_line_is_found_by_the_start_of_the_encrypted_premaster_secret() -> None:
    keylog = keylog_of(line("RSA", b"\x01\x02\x03\x04\x05\x06\x07\x08", MASTER))
    assert keylog.premaster(b"\x01\x02\x03\x04\x05\x06\x07\x08" + b"\xff" * 248) == MASTER
    assert keylog.premaster(b"\xff" * 256) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"CLIENT_RANDOM " + b"ab" * 31 + b" " + b"cd" * 48, Unused.WRONG_LENGTH),
        (b"CLIENT_RANDOM " + b"ab" * 32 + b" " + b"cd" * 47, Unused.WRONG_LENGTH),
        (b"CLIENT_TRAFFIC_SECRET_0 " + b"ab" * 32 + b" " + b"cd" * 20, Unused.WRONG_LENGTH),
        (b"CLIENT_RANDOM " + b"ab" * 32 + b" " + b"cd" * 47 + b"c", Unused.NOT_HEX),
        (b"CLIENT_RANDOM " + b"zz" * 32 + b" " + b"cd" * 48, Unused.NOT_HEX),
        (b"CLIENT_RANDOM \xff\xfe " + b"cd" * 48, Unused.NOT_HEX),
        (b"SERVER_RANDOM " + b"ab" * 32 + b" " + b"cd" * 48, Unused.UNKNOWN_LABEL),
        (b"CLIENT_TRAFFIC_SECRET_1 " + b"ab" * 32 + b" " + b"cd" * 48, Unused.LATER_GENERATION),
        (b"CLIENT_TRAFFIC_SECRET_N " + b"ab" * 32 + b" " + b"cd" * 48, Unused.LATER_GENERATION),
        (b"CLIENT_RANDOM " + b"ab" * 32, Unused.NOT_THREE_FIELDS),
        (b"CLIENT_RANDOM " + b"ab" * 32 + b" " + b"cd" * 48 + b" more", Unused.NOT_THREE_FIELDS),
    ],
)
def test_a_bad_line_is_counted_by_reason_and_the_others_are_used(text: bytes, reason: Unused) -> None:
    keylog = keylog_of(text, b"\n", line("CLIENT_RANDOM", RANDOM, MASTER))
    assert keylog.counts.unused == {reason: 1}
    assert found(keylog, RANDOM) == {"CLIENT_RANDOM": MASTER}


def test_of_two_lines_that_disagree_the_first_wins() -> None:
    keylog = keylog_of(
        line("CLIENT_RANDOM", RANDOM, MASTER),
        line("CLIENT_RANDOM", RANDOM, OTHER_MASTER),
        line("CLIENT_RANDOM", RANDOM, MASTER),
    )
    assert found(keylog, RANDOM) == {"CLIENT_RANDOM": MASTER}
    assert keylog.counts.unused == {Unused.CONFLICT: 1}
    assert keylog.counts.repeated == 1


@pytest.mark.parametrize(
    "text",
    [
        line("CLIENT_RANDOM", RANDOM, MASTER).replace(b"\n", b"\r\n"),
        line("CLIENT_RANDOM", RANDOM, MASTER).rstrip(),
        b"\xef\xbb\xbf" + line("CLIENT_RANDOM", RANDOM, MASTER),
        b"\0" * 4096 + line("CLIENT_RANDOM", RANDOM, MASTER) + b"\0\0\0",
        b"\xff\xfe" + line("CLIENT_RANDOM", RANDOM, MASTER).decode().encode("utf-16-le"),
        b"# a comment\n\n  \n#another\n" + line("CLIENT_RANDOM", RANDOM, MASTER),
        f"CLIENT_RANDOM {RANDOM.hex().upper()} {MASTER.hex().upper()}".encode(),
        f"  CLIENT_RANDOM\t{RANDOM.hex()}  {MASTER.hex()}  \n".encode(),
    ],
    ids=["crlf", "no-newline", "bom", "nuls", "utf-16", "comments", "upper-case", "spaces"],
)
def test_the_habits_of_writers_do_no_harm(text: bytes) -> None:
    keylog = keylog_of(text)
    assert found(keylog, RANDOM) == {"CLIENT_RANDOM": MASTER}
    assert keylog.counts.unused == {}


def test_a_growing_file_is_read_on(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_bytes(line("CLIENT_RANDOM", RANDOM, MASTER))
    keylog = KeyLog()
    keylog.add_file(path)
    assert keylog.lookup(OTHER_RANDOM) is None
    with path.open("ab") as file:
        file.write(line("CLIENT_RANDOM", OTHER_RANDOM, OTHER_MASTER))
    keylog.refresh()
    assert found(keylog, OTHER_RANDOM) == {"CLIENT_RANDOM": OTHER_MASTER}
    assert found(keylog, RANDOM) == {"CLIENT_RANDOM": MASTER}
    assert keylog.counts.lines == 2


def test_a_last_line_without_its_end_is_used_but_not_believed(tmp_path: Path) -> None:
    # A secret of 48 bytes of which the writer has flushed 32 looks like a whole secret of SHA-256.
    whole = line("CLIENT_TRAFFIC_SECRET_0", RANDOM, MASTER)
    path = tmp_path / "keys"
    path.write_bytes(whole[: -1 - 2 * 16])
    keylog = KeyLog()
    keylog.add_file(path)
    assert found(keylog, RANDOM) == {"CLIENT_TRAFFIC_SECRET_0": MASTER[:32]}
    path.write_bytes(whole)
    keylog.refresh()
    assert found(keylog, RANDOM) == {"CLIENT_TRAFFIC_SECRET_0": MASTER}
    assert keylog.counts.unused == {}


def test_a_file_that_was_replaced_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_bytes(line("CLIENT_RANDOM", RANDOM, MASTER) + b"# and some more\n")
    keylog = KeyLog()
    keylog.add_file(path)
    path.unlink()
    keylog.refresh()
    path.write_bytes(line("CLIENT_RANDOM", OTHER_RANDOM, OTHER_MASTER))
    keylog.refresh()
    assert found(keylog, RANDOM) == {"CLIENT_RANDOM": MASTER}
    assert found(keylog, OTHER_RANDOM) == {"CLIENT_RANDOM": OTHER_MASTER}


def test_several_files_and_blocks_are_one_key_log(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(line("CLIENT_RANDOM", RANDOM, MASTER))
    second.write_bytes(line("EXPORTER_SECRET", RANDOM, b"e" * 32))
    keylog = keylog_of(line("CLIENT_RANDOM", OTHER_RANDOM, OTHER_MASTER))
    keylog.add_file(first)
    keylog.add_file(str(second))
    assert found(keylog, RANDOM) == {"CLIENT_RANDOM": MASTER, "EXPORTER_SECRET": b"e" * 32}
    assert found(keylog, OTHER_RANDOM) == {"CLIENT_RANDOM": OTHER_MASTER}


def test_a_missing_file_is_one_line_for_the_user(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="absent: cannot read the key log: No such file or directory"):
        KeyLog().add_file(tmp_path / "absent")
    with pytest.raises(InputError, match="Is a directory"):
        KeyLog().add_file(tmp_path)


def test_the_table_is_bounded_and_says_so() -> None:
    keylog = KeyLog(limit=1)
    keylog.add_bytes(line("CLIENT_RANDOM", RANDOM, MASTER) + line("CLIENT_RANDOM", OTHER_RANDOM, MASTER))
    assert len(keylog) == 1
    assert keylog.counts.unused == {Unused.TABLE_FULL: 1}


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_bytes(b"CLIENT_RANDOM " + b"ab" * (1 << 20))
    keylog = KeyLog()
    keylog.add_file(path)
    assert keylog.counts.unused == {Unused.NOT_THREE_FIELDS: 1}


def test_no_representation_shows_a_secret() -> None:
    keylog = keylog_of(line("CLIENT_RANDOM", RANDOM, MASTER))
    secrets = keylog.lookup(RANDOM)
    assert repr(secrets) == str(secrets) == "<Secrets: CLIENT_RANDOM>"
    assert repr(keylog) == str(keylog) == "<KeyLog: 1 sessions>"


@given(st.binary(max_size=300))
def test_no_bytes_are_fatal(data: bytes) -> None:
    keylog = keylog_of(data, b"\n", line("CLIENT_RANDOM", RANDOM, MASTER))
    assert keylog.lookup(RANDOM) is not None


def test_many_lines_load() -> None:
    data = b"".join(line("CLIENT_RANDOM", i.to_bytes(32, "big"), MASTER) for i in range(100_000))
    keylog = KeyLog()
    keylog.add_bytes(data)
    assert len(keylog) == 100_000


def test_the_library_is_not_loaded_before_it_is_needed() -> None:
    program = (
        "import sys, tlsscope.secrets.keylog, tlsscope.secrets.protection, tlsscope.secrets.premaster\n"
        "import tlsscope.secrets.blockmodes\n"
        "sys.exit('cryptography' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
