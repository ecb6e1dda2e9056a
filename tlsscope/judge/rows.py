"""What judges ask of a session's timeline: rows enter; who said what, and sizes and frames of what is sealed, leave.

Kernel file: compiled where a C compiler is found (types in `rows.pxd`), interpreted otherwise.
"""

from collections.abc import Sequence

from tlsscope.constants import APPLICATION_DATA, CLIENT_HELLO, ENCRYPTED, HANDSHAKE, SERVER_HELLO
from tlsscope.handshake.extensions.codes import (
    APPLICATION_SETTINGS,
    APPLICATION_SETTINGS_OLD,
    CLIENT_CERTIFICATE_TYPE,
    COMPRESS_CERTIFICATE,
    EARLY_DATA,
    POST_HANDSHAKE_AUTH,
)
from tlsscope.handshake.messages import Extension
from tlsscope.session.layout import (
    AFTER_GAP,
    BYTE,
    CONTENT_TYPE,
    FRAME,
    LENGTH,
    LEVEL,
    MESSAGE,
    PROTECTION,
    PROTECTIONS,
    RECORD,
    ROW,
    SAID,
    TYPE,
    TYPES,
)
from tlsscope.session.timeline import Timeline

ALERT_CONTENT = 2  # level and description
JSSE_PADDING = 16  # Java pads each record by so many zero bytes
SUSPECT_BLOCK = 8  # of padding; below that, chance is too good an explanation
KEPT = 48  # records of a direction that the rules look at
MORE_THAN_HELLOS = 4  # besides the two bits that tell who spoke
NO_GAP = 1 << 62  # a frame that no capture reaches

# Of one direction: sizes of plaintext and padding; frames; whether more was sent than is listed
Sealed = tuple[tuple[int, ...], tuple[int, ...], bool]
Handshake = tuple[tuple[int, ...], list[int], list[int], bool, bool]


def bends(extensions: Sequence[Extension]) -> int:
    """Tell which extensions that bend the rules a ClientHello has, as bits in the order of `flight.Offers`."""
    bits = 0
    for code, _ in extensions:
        if code == EARLY_DATA:
            bits |= 1
        elif code in (APPLICATION_SETTINGS, APPLICATION_SETTINGS_OLD):
            bits |= 2
        elif code == COMPRESS_CERTIFICATE:
            bits |= 4
        elif code == POST_HANDSHAKE_AUTH:
            bits |= 8
        elif code == CLIENT_CERTIFICATE_TYPE:
            bits |= 16
    return bits


def is_alert(content: int) -> bool:
    """Tell a record of an alert's size, with Java's padding or without."""
    return content in (ALERT_CONTENT, ALERT_CONTENT + JSSE_PADDING)


def block(contents: tuple[int, ...]) -> int:
    """Greatest common divisor of all inner plaintexts; as soon as it is too small to mean padding, that."""
    common = 0
    for content in contents:
        other = content + 1
        while other:
            common, other = other, common % other
        common = abs(common)
        if common < SUSPECT_BLOCK:
            break
    return common


def heard(rows: Timeline) -> int:
    """Tell who spoke, as bits, and whether more can be read than hellos.

    Messages that are no handshake, such as alerts, are no more than hellos; what keys opened is.
    """
    bits, more = 0, MORE_THAN_HELLOS
    for row in range(rows.count):
        at = ROW * row
        what = rows.cells[at]
        if not what & MESSAGE:
            continue
        bits |= 1 << (what & 1)
        protection = what >> PROTECTION & PROTECTIONS
        if protection == ENCRYPTED:
            continue
        kind = (what >> TYPE & TYPES) - 1
        is_handshake = (what >> CONTENT_TYPE & BYTE) == HANDSHAKE
        if protection or (is_handshake and kind != CLIENT_HELLO and kind != SERVER_HELLO):
            bits |= more
    return bits


def said(rows: Timeline, frames: list[int]) -> tuple[int, ...]:
    """Give what can be read, three to a number behind a one; its frames join `frames`."""
    numbers = []
    number = 1
    for row in range(rows.count):
        at = ROW * row
        what = rows.cells[at]
        if what & MESSAGE and (what >> PROTECTION & PROTECTIONS) != ENCRYPTED:
            frames.append(rows.cells[at + FRAME])
            number = number << LEVEL | what & SAID
            if number >> 3 * LEVEL:
                numbers.append(number)
                number = 1
    numbers.append(number)
    return tuple(numbers)


def sealed_data(
    rows: Timeline, since: int, gaps: tuple[int | None, int | None], overhead: int
) -> tuple[Sealed, Sealed]:
    """Give the client's sealed records and the server's, as far as no byte is missing.

    `since` is the frame behind which the client's count; `gaps` are the frames before which bytes are missing;
    `overhead` is what protection adds to a record.
    """
    client: list[int] = []
    client_frames: list[int] = []
    server: list[int] = []
    server_frames: list[int] = []
    client_cut = server_cut = False
    most = KEPT
    client_gap, server_gap = [NO_GAP if gap is None else gap for gap in gaps]
    for row in range(rows.count):
        at = ROW * row
        what = rows.cells[at]
        if not what & RECORD:
            continue
        frame = rows.cells[at + FRAME]
        is_data = (what >> CONTENT_TYPE & BYTE) == APPLICATION_DATA
        # A ChangeCipherSpec behind the gap may have taken the mark; the gap's own frame tells all the same.
        if what & 1:
            server_cut = server_cut or what & AFTER_GAP != 0 or frame >= server_gap
            if is_data and not server_cut and len(server) < most:
                server.append(rows.cells[at + LENGTH] - overhead)
                server_frames.append(frame)
        else:
            client_cut = client_cut or what & AFTER_GAP != 0 or frame >= client_gap
            if is_data and not client_cut and frame > since and len(client) < most:
                client.append(rows.cells[at + LENGTH] - overhead)
                client_frames.append(frame)
    return (
        (tuple(client), tuple(client_frames), client_cut or client_gap < NO_GAP),
        (tuple(server), tuple(server_frames), server_cut or server_gap < NO_GAP),
    )


def sealed_handshake(rows: Timeline) -> Handshake:
    """Give directions, frames and sizes of sealed records that say they are handshake.

    Then, of all sealed records, whether one came behind a gap, and whether one is application data.
    """
    directions = []
    frames = []
    sizes = []
    after_gap = has_data = False
    for row in range(rows.count):
        at = ROW * row
        what = rows.cells[at]
        if not what & RECORD:
            continue
        content_type = what >> CONTENT_TYPE & BYTE
        if content_type == HANDSHAKE:
            directions.append(what & 1)
            frames.append(rows.cells[at + FRAME])
            sizes.append(rows.cells[at + LENGTH])
        elif content_type == APPLICATION_DATA:
            has_data = True
        if what & AFTER_GAP:
            after_gap = True
    return tuple(directions), frames, sizes, after_gap, has_data
