"""`--follow` waits for more; `--follow all` is another spelling of `--decrypt all`."""

import pytest

from tlsscope.cli.spelling import spelled


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--follow a.pcap", "--follow a.pcap"),
        ("a.pcap --follow", "a.pcap --follow"),
        ("--follow all a.pcap", "--decrypt=all a.pcap"),
        ("a.pcap --follow=all", "a.pcap --decrypt=all"),
        ("--follow handshake a.pcap", "--decrypt=handshake a.pcap"),
        ("--follow ./all", "--follow ./all"),
        ("--follow --decrypt all", "--follow --decrypt all"),
        ("all a.pcap", "all a.pcap"),
    ],
)
def test_spellings(typed: str, meant: str) -> None:
    assert spelled(typed.split()) == meant.split()
