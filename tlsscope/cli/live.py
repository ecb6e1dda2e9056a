"""`tlsscope live`: interfaces enter, each session leaves as soon as its handshake is over."""

from .console import guarded
from .live_options import (
    Bpf,
    Count,
    Duration,
    FailOn,
    HandshakesOnly,
    Interfaces,
    Keep,
    LiveFormat,
    LiveFormatOption,
    LiveOut,
    MetricsAddress,
    Promiscuous,
    Ring,
    Rotate,
    Snaplen,
    Until,
    User,
    Via,
    ViaOption,
    Write,
)
from .options import Certificates, CertificatesOption, Filter, KeyLogs, Psks, ServerKeys


@guarded
def live(
    interface: Interfaces,
    form: LiveFormatOption = LiveFormat.TABLE,
    out: LiveOut = None,
    write: Write = None,
    handshakes_only: HandshakesOnly = False,
    rotate: Rotate = None,
    keep: Keep = 10,
    bpf: Bpf = None,
    wanted: Filter = None,
    count: Count = 0,
    duration: Duration = 0.0,
    until: Until = None,
    fail_on: FailOn = None,
    keylog: KeyLogs = None,
    server_key: ServerKeys = None,
    psk: Psks = None,
    certificates: CertificatesOption = Certificates.INLINE,
    snaplen: Snaplen = 262_144,
    promiscuous: Promiscuous = True,
    ring: Ring = 64,
    via: ViaOption = Via.AUTO,
    user: User = "nobody",
    metrics: MetricsAddress = None,
) -> int:
    """Watch interfaces: tell each session once its handshake is over, without any right beyond the open sockets."""
    from . import orders, run, watching  # here, so that help need not load the rooms below

    capture = orders.Capture(tuple(interface), via, bpf, snaplen, promiscuous, ring << 20)
    output = orders.Output(form, out, write, handshakes_only, orders.rotation(rotate, keep), certificates)
    ends = orders.Ends(count, duration, until, fail_on)
    return watching.watch(capture, output, ends, run.options(keylog, server_key, psk), wanted, user, metrics)
