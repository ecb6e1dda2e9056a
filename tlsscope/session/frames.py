"""The frame numbers of a Session, by which it is found in its capture: listed, and moved to another count."""

from collections.abc import Iterator

import msgspec

from .model import Session

_FIELDS = tuple(name for name in Session.__struct_fields__ if name.endswith("_frame"))


def frames_of(session: Session) -> Iterator[int]:
    """Give every frame that the facts cite."""
    for name in _FIELDS:
        frame = getattr(session, name)
        if frame is not None:
            yield frame
    if session.timeline is not None:
        yield from session.timeline.frames()
    else:
        yield from (record.frame for record in session.records)
        for message in session.messages:
            yield message.first_frame
            yield message.frame
    for alert in session.alerts:
        yield alert.frame
    for anomaly in session.anomalies:
        if anomaly.frame is not None:
            yield anomaly.frame


def count_frames_from(session: Session, before: int) -> None:
    """Number all frames anew, so that the one behind frame `before` is the first."""
    for name in _FIELDS:
        frame = getattr(session, name)
        if frame is not None:
            setattr(session, name, frame - before)
    if session.timeline is not None:
        session.timeline.count_frames_from(before)
    else:
        _count_lists_from(session, before)
    session.alerts[:] = [msgspec.structs.replace(one, frame=one.frame - before) for one in session.alerts]
    session.anomalies[:] = [
        one if one.frame is None else msgspec.structs.replace(one, frame=one.frame - before)
        for one in session.anomalies
    ]
    client, server = session.gap_before
    session.gap_before = _counted(client, before), _counted(server, before)


def _count_lists_from(session: Session, before: int) -> None:
    for record in session.records:
        record.frame -= before
    for message in session.messages:
        message.first_frame -= before
        message.frame -= before


def _counted(frame: int | None, before: int) -> int | None:
    return None if frame is None else frame - before
