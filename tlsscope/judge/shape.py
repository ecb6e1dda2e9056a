"""What a verdict hangs on: a Case enters, its Shape leaves. Sessions of one shape have one verdict.

Real traffic repeats itself, but for three things that hardly any rule looks at: which frames they were (only their
order counts), how large the data is behind the handshake (a rule asks for a size only where it may be that of a
handshake message), and whose bytes they are. A session that rules look into deeper has no shape: it is judged anew.
Kernel file: compiled where a C compiler is found (types in `shape.pxd`), interpreted otherwise.
"""

from typing import Any

from tlsscope.anomalies import Kind
from tlsscope.constants import CLIENT, SERVER
from tlsscope.handshake.extensions.codes import PRE_SHARED_KEY, TLS_CERT_WITH_EXTERN_PSK
from tlsscope.session.model import Ending

from .case import Case
from .flight import EMPTY_CERTIFICATE, LEAST_BLOCK, UNBROKEN, Flight
from .readable import is_fixed_diffie_hellman
from .rows import JSSE_PADDING, KEPT, MORE_THAN_HELLOS, SUSPECT_BLOCK, block, heard, is_alert, said, sealed_handshake
from .rules import MOST_FRAGMENTS

LEAST_RENEGOTIATION = 7  # sealed handshake records: two Finished, three messages of the client, two of the server
LEAST_FINISHED = 4 + 32  # of any suite of TLS 1.3; the reasoning about sizes below starts from it
LARGE = 128  # more than any size that a rule compares with data: twice a Finished with all padding
BOTH = 3
FIN, RST = Ending.FIN, Ending.RST
MOST_CITED = 60  # frames of one session; so that nobody can fill the memory, and their order fits into one number
PLACE_BITS = 6  # for a place among them
ALL = -1  # the key holds all sizes of a flight


Part = tuple[tuple[Any, ...], list[int]]  # of a key, and the frames that may be cited


# What all sessions share that must be judged alike; and the frames of this one that the verdict may cite, in an order
# that goes by the key
Shape = tuple[tuple[Any, ...], list[int]]


def shape(case: Case) -> Shape | None:
    """Take a session's shape; None where it must be looked at itself."""
    session, speakers = case.session, heard(case.rows)
    if not case.is_tls_1_3:
        parts = _clear(case, speakers & BOTH)
    elif speakers & MORE_THAN_HELLOS:
        return None  # keys opened more, or somebody said what should be sealed
    else:
        parts = _sealed(case)
    if parts is None:
        return None
    key, cited = parts
    alerts = session.alerts
    if alerts:
        key += tuple([(one.direction, one.level, one.description, one.protection) for one in alerts])
        cited += [one.frame for one in alerts]
    if len(cited) > MOST_CITED:
        return None
    return (case.version, case.suite, session.protocol, _circumstances(case, speakers), _order(cited), key), cited


def _order(frames: list[int]) -> object:
    """Tell which come before which, and which are the same: mostly they stand in order, and a bit for each will do."""
    same = 1
    last = -1
    for frame in frames:
        if frame < last:
            break
        same = same << 1 | (frame == last)
        last = frame
    else:
        return same
    places = {frame: place for place, frame in enumerate(sorted(set(frames)))}
    return tuple(map(places.__getitem__, frames))


def _circumstances(case: Case, speakers: int) -> int:
    """Tell what is around the messages, in bits: who spoke, and how it ended."""
    session = case.session
    ending, ended_by, packets = session.ending, session.ended_by, session.packets
    bits = speakers
    if case.first_hello is None:
        bits |= 8
    if ending is FIN:
        bits |= 16
    elif ending is RST:
        bits |= 32
    if ended_by is not None:
        bits |= 128 if ended_by else 64
    if packets[CLIENT] > 0:
        bits |= 256
    if packets[SERVER] > 0:
        bits |= 512
    return bits


# -- TLS 1.2 and before: what was said, and by whom


def _clear(case: Case, speakers: int) -> Part | None:
    session = case.session
    anomalies, gaps = session.anomalies, session.gap_before
    cited = [session.first_frame]
    numbers = said(case.rows, cited)
    directions, sealed_frames, sizes, after_gap, has_data = sealed_handshake(case.rows)
    places = 0
    for frame in (session.client_hello_frame, session.server_hello_frame, session.server_certificates_frame):
        place = 0 if frame is None else _place(cited, frame)
        if place < 0:
            return None
        places = places << PLACE_BITS | place
    key: tuple[Any, ...] = (numbers, directions, _absences(case), places)
    if anomalies:
        key += (any(one.kind is Kind.MID_STREAM for one in anomalies),)
    if session.alerts or gaps != UNBROKEN:
        key += tuple([gap is None for gap in gaps])
        cited += sealed_frames
        cited += [gap for gap in gaps if gap is not None]
    elif len(directions) >= LEAST_RENEGOTIATION:
        cited += sealed_frames
    if len(directions) >= LEAST_RENEGOTIATION:
        key += (tuple(sizes), after_gap)
    if speakers != BOTH:
        key += (has_data,)
    return key, cited


def _place(frames: list[int], sought: int) -> int:
    """Find a frame's place, counted from 1; -1 where it has none."""
    for place in range(len(frames)):
        frame = frames[place]
        if frame == sought:
            return place + 1
    return -1


def _absences(case: Case) -> int:
    """Tell what was not said, in bits."""
    session = case.session
    exchange = session.client_key_exchange
    bits = 0
    if case.server_hello is None:
        bits |= 1
    if session.retry is None:
        bits |= 2
    if session.server_certificates is None:
        bits |= 4
    if session.server_key_exchange is None:
        bits |= 8
    if exchange is None:
        bits |= 16
    elif exchange == b"" and is_fixed_diffie_hellman(session):
        bits |= 32
    if session.client_certificates == ():
        bits |= 64
    return bits


# -- TLS 1.3 without keys: sizes, as far as a rule may ask for them


def _sealed(case: Case) -> Part | None:
    session, sides = case.session, case.sides
    if sides is None or session.gap_before != UNBROKEN or session.protocol != "TLS":
        return None
    client, server = sides
    if client.cut or server.cut or client.finished < LEAST_FINISHED:
        return None
    post_handshake = case.offer is None or case.offer.post_handshake
    sizes, kind, least, frames = _client(client, post_handshake)
    server_sizes, alerts, went_on, early, later = _server(server, client)
    end = session.end_frame
    cited = [session.first_frame, session.server_hello_frame or 0, *early, *frames, *later]
    if not went_on:
        cited += client.frames[len(client.frames) - 1 :]
    if end is not None:
        cited.append(end)
    key = (case.offer, _resumes(case), sizes, kind, least, server_sizes, alerts, went_on, end is None)
    return key, cited


def _resumes(case: Case) -> tuple[bool, bool] | None:
    """Tell whether a pre-shared key was selected: with a certificate, and with one that has no age."""
    if case.answered(PRE_SHARED_KEY) is None:
        return None
    offered = case.pre_shared_key
    external = case.answered(TLS_CERT_WITH_EXTERN_PSK) is not None
    return external, offered is not None and offered[1] == 0


def _client(flight: Flight, post_handshake: bool) -> tuple[tuple[int, ...], int, int, tuple[int, ...]]:  # noqa: FBT001
    """Up to its Finished, or of its first record, sizes are told; of what follows, what a rule may ask."""
    contents, frames, finished = flight.contents, flight.frames, flight.finished
    padded = finished + JSSE_PADDING
    count = len(contents)
    end = 1
    for index in range(min(count, MOST_FRAGMENTS + 1)):
        content = contents[index]
        if content in (finished, padded):
            end = index + 1
            break
    if count <= end or block(contents) >= SUSPECT_BLOCK:
        return contents, ALL, 0, frames
    least = LARGE
    for index in range(end, count):
        content = contents[index]
        least = min(least, content)
        if post_handshake and content in (finished, padded):
            return contents, ALL, 0, frames
    first, second = contents[0], contents[1]
    bits = 0
    if second == first:
        bits |= 1
    if second - finished == first - EMPTY_CERTIFICATE:
        bits |= 2
    if is_alert(contents[count - 1]):
        bits |= 4
    if count < KEPT:
        bits |= 8
    return contents[:end], bits, least, frames[: end + 1] if second == first else frames[:end]


def _server(
    flight: Flight, client: Flight
) -> tuple[tuple[int, ...], int, bool, tuple[int, ...], tuple[int, ...]]:
    """Its sizes before the client began; then how many alerts it sent, and whether it went on; frames of both."""
    contents, frames = flight.contents, flight.frames
    finished, padded = flight.finished, flight.finished + JSSE_PADDING
    count = begun = len(contents)
    first = 0
    if client.frames:
        first = client.frames[0]
        begun = _count_until(frames, first)
    if count > 2 and block(contents) >= LEAST_BLOCK:
        return contents, ALL, False, frames, ()
    alerts = 0
    for index in range(begun, count):
        content, frame = contents[index], frames[index]
        if content in (finished, padded) or frame <= first:  # it may be its flight, or out of order
            return contents, ALL, False, frames, ()
        if begun + alerts == index and is_alert(content):
            alerts += 1
    went_on = begun + alerts < count
    return contents[:begun], alerts, went_on, frames[:begun], frames[begun : begun + alerts + 1]


def _count_until(frames: tuple[int, ...], last: int) -> int:
    """Count the frames before the first one behind `last`."""
    count = 0
    for frame in frames:
        if frame > last:
            break
        count += 1
    return count
