"""What a verdict hangs on: a Case enters, its Shape leaves. Sessions of one shape have one verdict.

Real traffic repeats itself, but for three things that hardly any rule looks at: which frames they were (only their
order counts), how large the data is behind the handshake (a rule asks for a size only where it may be that of a
handshake message), and whose bytes they are. A session that rules look into deeper has no shape: it is judged anew.
Kernel file: compiled where a C compiler is found (types in `shape.pxd`), interpreted otherwise.
"""

from bisect import bisect_right
from typing import Any

from tlsscope.anomalies import Kind
from tlsscope.constants import CLIENT, SERVER
from tlsscope.handshake.extensions import codes, find
from tlsscope.session.model import Ending, Session
from tlsscope.session.timeline import Timeline

from .case import Case
from .flight import EMPTY_CERTIFICATE, LEAST_BLOCK, UNBROKEN, Flight
from .readable import is_fixed_diffie_hellman
from .rows import JSSE_PADDING, KEPT, SUSPECT_BLOCK, block, is_alert, said, sealed_handshake
from .rules import MOST_FRAGMENTS

LEAST_RENEGOTIATION = 7  # sealed handshake records: two Finished, three messages of the client, two of the server
LEAST_FINISHED = 4 + 32  # of any suite of TLS 1.3; the reasoning about sizes below starts from it
LARGE = 128  # more than any size that a rule compares with data: twice a Finished with all padding
BOTH = 3
MOST_CITED = 64  # frames of one session; so that nobody can fill the memory


Part = tuple[tuple[Any, ...], list[int]]  # of a key, and the frames that may be cited


# What all sessions share that must be judged alike; and the frames of this one that the verdict may cite, in an order
# that goes by the key
Shape = tuple[tuple[Any, ...], list[int]]


def shape(case: Case) -> Shape | None:
    """Take a session's shape; None where it must be looked at itself."""
    session = case.session
    rows = session.rows()
    numbers, frames, speakers, only_hellos = said(rows)
    if not case.is_tls_1_3:
        parts = _clear(session, rows, numbers, frames, speakers)
    else:
        parts = _sealed(case) if only_hellos else None  # keys opened more, or somebody said what should be sealed
    if parts is None:
        return None
    particular, cited = parts
    key: tuple[Any, ...] = (session.version, speakers, particular, _circumstances(session))
    if session.alerts:
        key += tuple([(one.direction, one.level, one.description, one.protection) for one in session.alerts])
        cited += [one.frame for one in session.alerts]
    if len(cited) > MOST_CITED:
        return None
    return (key, _order(cited)), cited


def _order(frames: list[int]) -> tuple[int | None, ...]:
    """Tell which come before which, and which are the same: mostly they stand in order."""
    same = []
    last = -1
    for frame in frames:
        if frame < last:
            break
        same.append(frame == last)
        last = frame
    else:
        return tuple(same)
    places = {frame: place for place, frame in enumerate(sorted(set(frames)))}
    return (None, *map(places.__getitem__, frames))


def _circumstances(session: Session) -> tuple[Any, ...]:
    """Tell what is around the messages: what was chosen, and how it ended."""
    hello, ending, packets = session.server_hello, session.ending, session.packets
    return (
        None if hello is None else hello.cipher_suite,
        session.client_hello is None,
        session.protocol,
        1 if ending is Ending.FIN else 2 if ending is Ending.RST else 0,
        session.ended_by,
        packets[CLIENT] > 0,
        packets[SERVER] > 0,
    )


# -- TLS 1.2 and before: what was said, and by whom


def _clear(
    session: Session, rows: Timeline, numbers: tuple[int, ...], frames: list[int], speakers: int
) -> Part | None:
    exchange = session.client_key_exchange
    directions, sealed_frames, sizes, after_gap, has_data = sealed_handshake(rows)
    cited = [session.first_frame, *frames]
    key: tuple[Any, ...] = (
        numbers,
        directions,
        session.server_hello is None,
        session.retry is None,
        session.server_certificates is None,
        session.server_key_exchange is None,
        exchange is None,
        exchange == b"" and is_fixed_diffie_hellman(session),
        session.client_certificates == (),
    )
    for frame in (session.client_hello_frame, session.server_hello_frame, session.server_certificates_frame):
        if frame is None:
            key += (None,)
        elif frame in cited:
            key += (cited.index(frame),)
        else:
            return None
    if session.anomalies:
        key += (any(one.kind is Kind.MID_STREAM for one in session.anomalies),)
    if session.alerts or session.gap_before != UNBROKEN:
        key += tuple([gap is None for gap in session.gap_before])
        cited += sealed_frames
        cited += [gap for gap in session.gap_before if gap is not None]
    elif len(directions) >= LEAST_RENEGOTIATION:
        cited += sealed_frames
    if len(directions) >= LEAST_RENEGOTIATION:
        key += (tuple(sizes), after_gap)
    if speakers != BOTH:
        key += (has_data,)
    return key, cited


# -- TLS 1.3 without keys: sizes, as far as a rule may ask for them


def _sealed(case: Case) -> Part | None:
    session, sides, hello = case.session, case.sides, case.session.server_hello
    if sides is None or hello is None or session.gap_before != UNBROKEN or session.protocol != "TLS":
        return None
    client, server = sides
    if client.cut or server.cut or client.finished < LEAST_FINISHED:
        return None
    client_key, begun = _client(client, case.offer is None or case.offer.post_handshake)
    server_key, early, later = _server(server, client)
    went_on = server_key[len(server_key) - 1]
    cited = [session.first_frame, session.server_hello_frame or 0, *early, *begun, *later]
    if not went_on:
        cited += client.frames[len(client.frames) - 1 :]
    if session.end_frame is not None:
        cited.append(session.end_frame)
    selected = find(hello.extensions, codes.PRE_SHARED_KEY)
    resumes = None
    if selected is not None:
        offered = case.pre_shared_key
        external = find(hello.extensions, codes.TLS_CERT_WITH_EXTERN_PSK) is not None
        resumes = external, offered is not None and offered[1] == 0
    return (case.offer, resumes, client_key, server_key, session.end_frame is None), cited


def _client(flight: Flight, post_handshake: bool) -> tuple[tuple[Any, ...], tuple[int, ...]]:  # noqa: FBT001
    """Up to its Finished, or of its first record, sizes are told; of what follows, what a rule may ask."""
    contents, frames, finished = flight.contents, flight.frames, flight.finished
    padded = finished + JSSE_PADDING
    end = 1
    for index, content in enumerate(contents[: MOST_FRAGMENTS + 1], start=1):
        if content in (finished, padded):
            end = index
            break
    later = contents[end:]
    if not later or block(contents) >= SUSPECT_BLOCK or (post_handshake and (finished in later or padded in later)):
        return (contents,), frames
    first, second = contents[0], contents[1]
    key = (
        contents[:end],
        second == first,
        second - finished == first - EMPTY_CERTIFICATE,
        min(min(later), LARGE),
        is_alert(later[len(later) - 1]),
        len(contents) < KEPT,
    )
    return key, frames[: end + 1] if second == first else frames[:end]


def _server(flight: Flight, client: Flight) -> tuple[tuple[Any, ...], tuple[int, ...], tuple[int, ...]]:
    """Its sizes before the client began; then how many alerts it sent, and last whether it went on."""
    contents, frames = flight.contents, flight.frames
    begun = bisect_right(frames, client.frames[0]) if client.frames else len(frames)
    later = contents[begun:]
    finished, padded = flight.finished, flight.finished + JSSE_PADDING
    if finished in later or padded in later or (len(contents) > 2 and block(contents) >= LEAST_BLOCK):
        return (contents, False), frames, ()
    if later and not max(frames[:begun], default=0) <= client.frames[0] < min(frames[begun:]):
        return (contents, False), frames, ()  # out of order
    alerts = 0
    for content in later:
        if not is_alert(content):
            break
        alerts += 1
    return (contents[:begun], alerts, alerts < len(later)), frames[:begun], frames[begun : begun + alerts + 1]
