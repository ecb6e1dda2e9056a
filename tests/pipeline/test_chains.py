"""Who tells a connection that goes through several parts of a rotation: units enter; what has to be joined leaves."""

from tlsscope.flow.opening import Key, ends
from tlsscope.pipeline.chains import Chains
from tlsscope.pipeline.joining import Joined
from tlsscope.pipeline.options import InputFailure
from tlsscope.pipeline.units import Unit, name_of_row

SECOND = 1_000_000_000
IPV4 = 4 << 32


def connection(port: int) -> Key:
    """Name one between 10.0.0.1 and 10.0.0.2."""
    return (IPV4 | port << 16 | 443, 0, 0x0A000001, 0, 0x0A000002)


A, B = connection(50_000), connection(50_001)
NAME_OF_A, NAME_OF_B = name_of_row(A), name_of_row(B)


def unit(begun: int, *rows: Key, frames: int = 10, latest: int | None = None) -> Unit:
    """Make a unit of a minute."""
    last = (begun + 60) * SECOND
    return Unit(
        [f"lan{begun}.pcap"], windows=2, frames=frames, first=begun * SECOND, begun=begun * SECOND, last=last,
        latest=latest or last, rows=list(rows),
    )  # fmt: skip


def test_the_ends_of_a_connection() -> None:
    assert ends(A) == [("10.0.0.1", 50_000), ("10.0.0.2", 443)]
    assert NAME_OF_A == "10.0.0.1 50000 10.0.0.2 443"


def test_places_in_the_whole() -> None:
    chains = Chains([[unit(0)], [unit(60), unit(5000)], [unit(5060)], [unit(9000)]])
    assert chains.continues == [False, True, False, True, False]
    assert [chains.before(at) for at in range(5)] == [(0, 0, 0), (0, 2, 10), (1, 0, 0), (1, 2, 10), (2, 0, 0)]


def test_a_connection_is_joined_once_for_all_units_that_it_goes_through() -> None:
    chains = Chains([[unit(0, A)], [unit(60, A, B)], [unit(120)], [unit(180)]])
    assert chains.wanted({}) == {0: {NAME_OF_A: A}, 1: {NAME_OF_B: B}}
    assert chains.owned({}) == [set(), {NAME_OF_A}, {NAME_OF_A, NAME_OF_B}, set()]


def test_what_ends_with_the_stream_is_not_cut() -> None:
    chains = Chains([[unit(0, A)], [unit(5000, B)]])
    assert chains.wanted({}) == {}


def test_a_connection_that_goes_on_longer_than_a_unit_alone_could_see() -> None:
    """The joining says more than the units: one that begins in the middle is no longer wanted."""
    chains = Chains([[unit(0, A)], [unit(60)], [unit(120, A)], [unit(180)]])
    assert set(chains.wanted({})) == {0, 2}
    assert set(chains.wanted({0: Joined({NAME_OF_A: 2}, 0)})) == {0}
    assert chains.owned({0: Joined({NAME_OF_A: 2}, 0)}) == [set(), {NAME_OF_A}, {NAME_OF_A}, set()]


def test_a_connection_that_ended_where_a_unit_alone_saw_it_open() -> None:
    """Behind its end the units tell, and what is open then is cut anew."""
    chains = Chains([[unit(0, A)], [unit(60, A)], [unit(120, A)], [unit(180)]])
    assert set(chains.wanted({})) == {0}
    assert set(chains.wanted({0: Joined({NAME_OF_A: 1}, 0)})) == {0, 2}


def test_damage_ends_a_stream() -> None:
    damaged = unit(0, A)
    damaged.failure = InputFailure("lan0.pcap", "is damaged")
    chains = Chains([[damaged], [unit(60)]])
    assert chains.continues == [False, False]
    assert chains.wanted({}) == {}


def test_files_without_a_frame_go_with_the_unit_before() -> None:
    empty = Unit(["empty.pcap"])
    empty.totals.bytes = 24
    chains = Chains([[unit(0, A)], [empty], [unit(60)]])
    assert [one.names for one in chains.units] == [["lan0.pcap", "empty.pcap"], ["lan60.pcap"]]
    assert chains.units[0].totals.bytes == 24
    assert chains.continues == [False, True]


def test_a_unit_begins_late_where_the_one_before_has_later_frames() -> None:
    """Of several queues of one interface, say: 5 ms."""
    late = 60 * SECOND + 5_000_000
    chains = Chains([[unit(0, latest=late)], [unit(60)]])
    assert [chains.late(at) for at in range(2)] == [-1, late]
