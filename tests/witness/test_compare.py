"""Two accounts side by side: the comparison says what differs, where, and nothing else."""

from pathlib import Path

import msgspec
import pytest

from tlsscope.constants import CLIENT, HANDSHAKE, SERVER
from tlsscope.witness import scope
from tlsscope.witness.account import Account, AlertSaid, Places, Said, renumbered
from tlsscope.witness.compare import SESSION, Comparison, compare
from tlsscope.witness.faults import Fault, Result, known_faults
from tlsscope.witness.testimony import Witness, account_of

HELLO = Said(4, CLIENT, HANDSHAKE, 1)
ANSWER = Said(6, SERVER, HANDSHAKE, 2)
CHAIN = Said(8, SERVER, HANDSHAKE, 11)
ACCOUNT = Account(
    transport="tcp",
    protocol="TLS",
    client="192.0.2.1:50123",
    server="192.0.2.2:443",
    first_frame=4,
    random="00" * 32,
    version=0x0303,
    cipher_suite=0xC02F,
    server_name="example.com",
    messages=(HELLO, ANSWER, CHAIN),
    server_certificates=("aa" * 32, "bb" * 32),
    places=Places(client_hello=4, server_hello=6, server_certificates=8),
)


def changed(**fields: object) -> Account:
    return msgspec.structs.replace(ACCOUNT, **fields)


def only_difference(comparison: Comparison) -> tuple[str, Result, tuple[int, ...]]:
    (difference,) = [found for pair in comparison.pairs for found in pair.differences]
    return difference.field, difference.result, difference.frames


def test_the_same_account_twice_agrees_in_every_field() -> None:
    comparison = compare([ACCOUNT], [ACCOUNT])
    assert comparison.unexplained == 0
    assert all(counts == {Result.EQUAL: 1} for counts in comparison.counts.values())


def test_a_value_that_differs() -> None:
    found = only_difference(compare([ACCOUNT], [changed(cipher_suite=0xC030)]))
    assert found == ("cipher_suite", Result.DIFFERENT, (6,))


def test_a_value_that_only_one_has() -> None:
    assert only_difference(compare([ACCOUNT], [changed(server_name=None)]))[1] is Result.ONLY_OURS
    assert only_difference(compare([changed(server_name=None)], [ACCOUNT]))[1] is Result.ONLY_TSHARK


def test_a_message_that_only_one_heard_is_named_with_its_frame() -> None:
    found = only_difference(compare([ACCOUNT], [changed(messages=(HELLO, CHAIN))]))
    assert found == ("messages", Result.ONLY_OURS, (6,))


def test_a_message_heard_in_another_frame_names_both_frames() -> None:
    later = changed(messages=(HELLO, ANSWER, Said(9, SERVER, HANDSHAKE, 11)))
    assert only_difference(compare([ACCOUNT], [later])) == ("messages", Result.DIFFERENT, (8, 9))


def test_a_message_said_twice_is_not_the_same_as_once() -> None:
    twice = changed(messages=(HELLO, HELLO, ANSWER, CHAIN))
    assert only_difference(compare([ACCOUNT], [twice])) == ("messages", Result.ONLY_TSHARK, (4,))


def test_an_alert_that_only_tshark_heard() -> None:
    alerted = changed(alerts=(AlertSaid(11, SERVER, 2, 40),))
    assert only_difference(compare([ACCOUNT], [alerted])) == ("alerts", Result.ONLY_TSHARK, (11,))


def test_an_empty_chain_is_not_an_unseen_one() -> None:
    empty = changed(client_certificates=())
    assert only_difference(compare([empty], [ACCOUNT])) == ("client_certificates", Result.ONLY_OURS, ())


def test_sessions_are_paired_by_random_though_ports_are_used_twice() -> None:
    first, second = ACCOUNT, changed(first_frame=40, random="11" * 32)
    comparison = compare([first, second], [second, first])
    assert [pair.differences for pair in comparison.pairs] == [(), ()]


def test_sessions_without_a_random_are_paired_by_endpoints_in_order() -> None:
    first, second = changed(random=None), changed(random=None, first_frame=40)
    comparison = compare([first, second], [first, second])
    assert comparison.unexplained == 0


def test_a_session_of_one_witness_alone() -> None:
    other = changed(first_frame=40, random="11" * 32, client="192.0.2.1:50124")
    assert only_difference(compare([ACCOUNT, other], [ACCOUNT])) == (SESSION, Result.ONLY_OURS, (40,))


def test_a_known_fault_explains_a_difference_that_meets_its_conditions_and_no_other() -> None:
    fault = Fault(
        id="blind", reason="because", capture="a.pcap", fields=("server_name",), results=(Result.ONLY_OURS,),
        versions=(0x0303,),
    )  # fmt: skip
    nameless = changed(server_name=None)
    assert compare([ACCOUNT], [nameless], [fault]).unexplained == 0
    assert compare([nameless], [ACCOUNT], [fault]).unexplained == 1
    old = msgspec.structs.replace
    assert compare([old(ACCOUNT, version=0x0302)], [old(nameless, version=0x0302)], [fault]).unexplained == 1


def test_a_loss_excuses_what_stands_behind_it_and_nothing_before() -> None:
    fault = Fault(
        id="loss", reason="because", capture="a.pcap", fields=("messages",), results=(Result.ONLY_OURS,),
        after_loss=True,
    )  # fmt: skip
    deaf = changed(messages=(HELLO, ANSWER))
    assert compare([changed(loss=8)], [deaf], [fault]).unexplained == 0
    assert compare([changed(loss=9)], [deaf], [fault]).unexplained == 1
    assert compare([ACCOUNT], [deaf], [fault]).unexplained == 1


def test_a_goodbye_behind_both_finished_is_not_compared() -> None:
    """RFC 8446 §6.1: close_notify and user_canceled end a connection, they say nothing of the handshake."""
    goodbyes = (AlertSaid(11, SERVER, 1, 90), AlertSaid(11, SERVER, 1, 0), AlertSaid(12, CLIENT, -1, -1))
    assert compare([ACCOUNT], [changed(alerts=goodbyes)]).unexplained == 1
    assert compare([changed(established=True)], [changed(alerts=goodbyes)]).unexplained == 0


def test_frames_take_the_numbers_of_another_capture() -> None:
    moved = renumbered(ACCOUNT, {4: 14, 6: 16, 8: 18}.__getitem__)
    assert [said.frame for said in moved.messages] == [14, 16, 18]
    assert moved.first_frame == 14
    assert moved.places == Places(client_hello=14, server_hello=16, server_certificates=18)


def test_what_we_do_not_read_yet_is_left_out_and_counted() -> None:
    quic = changed(transport="udp", protocol="QUIC")
    openvpn = changed(carrier="openvpn")
    kept, left_out = scope.within([ACCOUNT, quic, openvpn, quic])
    assert kept == [ACCOUNT]
    assert scope.notes(left_out) == [
        "left out 2 sessions of tshark: QUIC is not read yet",
        "left out 1 session of tshark: TLS inside OpenVPN's own framing is not read",
    ]


def test_a_mended_fault_excuses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text(
        '[[fault]]\nid = "a"\nreason = "b"\ncapture = "c"\nfields = ["alpn"]\nresults = ["only ours"]\n'
        'mended = "4.2.0"\n'
    )
    assert len(known_faults((4, 0, 17), file)) == 1
    assert known_faults((4, 2, 0), file) == ()


def test_every_fault_in_the_data_file_gives_a_reason_and_a_capture() -> None:
    for fault in known_faults((4, 0, 17)):
        assert fault.reason
        assert ": " in fault.capture


def of(file: Path) -> list[Account]:
    return [account_of(testimony) for testimony in Witness(file)]


def test_one_changed_byte_of_a_certificate(capture: Path, tmp_path: Path) -> None:
    """The digest differs, and nothing else does; the frame is that of the Certificate message."""
    (testimony,) = Witness(capture)
    chain = testimony.session.server_certificates
    assert chain is not None
    content, signature_end = capture.read_bytes(), chain[0][-40:]
    assert content.count(signature_end) == 1
    spoiled = tmp_path / "spoiled.pcap"
    spoiled.write_bytes(content.replace(signature_end, bytes([signature_end[0] ^ 1]) + signature_end[1:]))
    found = only_difference(compare(of(capture), of(spoiled)))
    frame = testimony.session.server_certificates_frame
    assert found == ("server_certificates", Result.DIFFERENT, (frame,))


def without_frame(file: Path, number: int) -> bytes:
    """Take one packet out of a classic capture: a header of 24 bytes, then 16 and the packet, each."""
    content = file.read_bytes()
    order = "little" if content[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else "big"
    position = 24
    for _ in range(number - 1):
        position += 16 + int.from_bytes(content[position + 8 : position + 12], order)  # type: ignore[arg-type]
    end = position + 16 + int.from_bytes(content[position + 8 : position + 12], order)  # type: ignore[arg-type]
    return content[:position] + content[end:]


def test_a_removed_packet(capture: Path, tmp_path: Path) -> None:
    """Without the frame of the ClientHello, what the ClientHello says is ours alone."""
    ours = of(capture)
    shorter = tmp_path / "shorter.pcap"
    shorter.write_bytes(without_frame(capture, ours[0].first_frame))
    (pair,) = compare(ours, of(shorter)).pairs
    only_ours = {found.field for found in pair.differences if found.result is Result.ONLY_OURS}
    assert {"random", "server_name", "ja3"} <= only_ours
    assert (
        next(found.frames[0] for found in pair.differences if found.field == "random") == ours[0].first_frame
    )


@pytest.mark.parametrize("number", [0, 1])
def test_a_removed_session(number: int, tmp_path: Path) -> None:
    captures = Path(__file__).parents[2] / "captures"
    two = of(captures / "tls12-resumed-id--java--java.pcap")
    assert len(two) == 2
    rest = [account for index, account in enumerate(two) if index != number]
    assert only_difference(compare(two, rest)) == (SESSION, Result.ONLY_OURS, (two[number].first_frame,))
