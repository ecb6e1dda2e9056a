"""Where live packets come from: interfaces and settings enter, an open source leaves."""

import sys
from collections.abc import Sequence

from tlsscope.capture.interfaces import find
from tlsscope.capture.live import LiveCapture, LiveSource
from tlsscope.capture.packet_socket import Settings

from .live_options import Via


def open_source(interfaces: Sequence[str], via: Via, settings: Settings) -> LiveSource:
    """Open the interfaces. Raises TlsscopeError where one is not there, or may not be listened to."""
    names = list(dict.fromkeys(map(find, interfaces)))
    if via is Via.RING or (via is Via.AUTO and sys.platform == "linux"):
        return LiveCapture(names, settings)
    if via is Via.DUMPCAP:
        from tlsscope.capture.live_pipe import PipeCapture

        return PipeCapture(names, settings)
    from tlsscope.capture.live_scapy import ScapyCapture

    return ScapyCapture(names, settings)
