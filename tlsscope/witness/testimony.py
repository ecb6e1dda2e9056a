"""A capture file and key logs enter, tshark's testimonies leave one by one: each with the same `Session` as ours,
filled from tshark.

The table of open conversations is bounded: the one longest silent is told first when it is full, so that
memory does not grow with the capture. (tshark itself keeps state for each connection it has seen.)
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .account import Account, Names, account
from .conversation import Conversation, Testimony
from .frames import Frame, read
from .tshark import FIRST_WITH_JA4, SILENCE, Run

OPEN_CONVERSATIONS = 5_000
SUSPECTS = 1_000  # connections to read again as TLS
FLIGHT = 131_072  # bytes of each direction in which encrypted records are looked at

KEPT = (
    "geninfo", "eth", "ip", "ipv6", "text", "tcp", "tcp.segments", "tcp.analysis", "tcp.analysis.flags",
    "_ws.expert", "udp", "radius", "radius.avp", "eapol", "eap", "eap.tls.fragments", "openvpn",
    "quic", "quic.frame", "gquic", "gquic.frame",
    "dtls", "dtls.record", "dtls.handshake", "dtls.alert_message", "dtls.fragments",
    "tls", "tls.record", "tls.handshake", "tls.alert_message", "tls.handshake.fragments",
    "tls.handshake.extension", "tls.handshake.ciphersuites", "tls.handshake.comp_methods",
    "tls.handshake.certificates", "tls.handshake.cert_types",
    "tls.handshake.sig_hash_algs", "tls.handshake.extensions_alpn_list",
    "dtls.handshake.ciphersuites", "dtls.handshake.comp_methods", "dtls.handshake.certificates",
    "dtls.handshake.cert_types", "dtls.handshake.sig_hash_algs", "dtls.handshake.extensions_alpn_list",
)  # fmt: skip

SPEECH = (
    "tls.handshake or tls.handshake.type or tls.alert_message or tls.change_cipher_spec"
    " or dtls.handshake or dtls.alert_message or dtls.change_cipher_spec"
)
SEALED = f"((tls.app_data or tcp.analysis.lost_segment) and tcp.seq < {FLIGHT}) or dtls.app_data"
CLOSINGS = "tcp.flags.fin == 1 or tcp.flags.reset == 1"
MISTAKEN = "(tcp.payload[0:2] == 16:03 and (tcp.payload[5] == 1 or tcp.payload[5] == 2) and not tls)"
FILTER = f"{SPEECH} or {SEALED} or {CLOSINGS} or {MISTAKEN}"

PREFERENCES = {
    "tcp.reassemble_out_of_order": "TRUE",
    "tcp.desegment_tcp_streams": "TRUE",
    "tls.desegment_ssl_records": "TRUE",
    "tls.desegment_ssl_application_data": "TRUE",
}


class Witness:
    """tshark's testimony about one capture. Iterate it once; afterwards `notes` and the counts are there.

    `decode_as` adds to what tshark would dissect by itself, as in `{"tcp.port==8443": "tls"}`. Connections in
    which a hello of TLS went by that tshark gave to another protocol are read again, as TLS, in a second run.
    """

    def __init__(
        self,
        file: Path,
        keylogs: Sequence[Path] = (),
        decode_as: Mapping[str, str] | None = None,
        timeout: float = SILENCE,
    ) -> None:
        self.file = file
        self.notes: list[str] = []
        self.frames: int | None = None  # that tshark read from the file
        self.delivered = 0
        self.lost = 0  # packets that tshark passed on and that did not come
        self.cut_short = False  # the file ends in the middle of a packet
        self.version: tuple[int, ...] = ()
        self._keylogs = keylogs
        self._decode_as = dict(decode_as or {})
        self._timeout = timeout
        self._suspects: dict[str, int] = {}  # connections that look like TLS and were not told: their port

    def __iter__(self) -> Iterator[Testimony]:
        with _one_keylog(self._keylogs) as keylog:
            preferences = PREFERENCES | ({"tls.keylog_file": str(keylog)} if keylog else {})
            yield from self._hear(FILTER, preferences, self._decode_as)
            if self._suspects:
                yield from self._hear_again(preferences)

    def _hear_again(self, preferences: Mapping[str, str]) -> Iterator[Testimony]:
        """Read the connections again, as TLS, that tshark gave to another protocol."""
        streams = ", ".join(sorted(self._suspects, key=int))
        ports = sorted(set(self._suspects.values()))
        self.notes.append(
            f"read again as TLS, which tshark gave to another protocol: port {', '.join(map(str, ports))}"
        )
        if len(self._suspects) == SUSPECTS:
            self.notes.append(f"only the first {SUSPECTS} such connections were read again")
        decode_as = self._decode_as | {f"tcp.port=={port}": "tls" for port in ports}
        yield from self._hear(f"({FILTER}) and tcp.stream in {{{streams}}}", preferences, decode_as)

    def _hear(
        self, display_filter: str, preferences: Mapping[str, str], decode_as: Mapping[str, str]
    ) -> Iterator[Testimony]:
        run = Run(self.file, display_filter, KEPT, preferences, decode_as, self._timeout)
        self.version = run.version
        conversations: dict[tuple[str, str], Conversation] = {}
        for packet in run:
            frame = read(packet.tree)
            yield from _listen(conversations, frame, str(self.file))
            if frame.connection in conversations:
                self._suspects.pop(frame.connection[1], None)
            elif frame.looks_like_tls and len(self._suspects) < SUSPECTS:
                self._suspects[frame.connection[1]] = min(frame.source.port, frame.destination.port)
        for conversation in conversations.values():
            yield conversation.testimony
        self.notes += run.notes
        self.frames = run.frames
        self.delivered += run.delivered
        self.lost += run.lost
        self.cut_short = run.cut_short


def account_of(testimony: Testimony) -> Account:
    """Give tshark's account of a session, in the form for comparison."""
    names = Names(testimony.server_name, testimony.alpn, testimony.ja3, testimony.ja3s, testimony.ja4)
    return account(testimony.session, names)


def blind_spots(version: tuple[int, ...]) -> frozenset[str]:
    """Name the fields that this version of tshark does not know."""
    return frozenset() if version >= FIRST_WITH_JA4 else frozenset({"ja4"})


def _listen(conversations: dict[tuple[str, str], Conversation], frame: Frame, file: str) -> Iterator[Testimony]:
    """Give each utterance of a frame to its conversation; yield the conversations that are over."""
    conversation = conversations.pop(frame.connection, None)
    for index, utterance in enumerate(frame.utterances):
        first_frame = frame.begins if index == 0 else frame.number
        if conversation is None or conversation.is_over(utterance):
            if not Conversation.can_begin(utterance):
                continue
            if conversation is not None:
                yield conversation.testimony
            conversation = Conversation(frame, utterance, file)
        conversation.hear(frame, utterance, first_frame)
    if conversation is None:
        return
    conversation.take_records(frame)
    conversation.close(frame)
    conversations[frame.connection] = conversation  # the newest is last
    if len(conversations) > OPEN_CONVERSATIONS:
        yield conversations.pop(next(iter(conversations))).testimony


@contextmanager
def _one_keylog(keylogs: Sequence[Path]) -> Iterator[Path | None]:
    """Give tshark the one file that it wants."""
    if len(keylogs) < 2:
        yield keylogs[0].absolute() if keylogs else None
        return
    with tempfile.TemporaryDirectory(prefix="tlsscope-") as directory:  # readable by its owner alone
        joined = Path(directory) / "keys"
        joined.write_bytes(b"\n".join(keylog.read_bytes() for keylog in keylogs))
        yield joined
