"""Metrics for Prometheus: sessions and statistics enter, a page on a local port leaves (prometheus-client)."""

from collections import Counter
from collections.abc import Callable, Iterable

from tlsscope import tables
from tlsscope.errors import TlsscopeError
from tlsscope.pipeline.live import Statistics
from tlsscope.session.model import Session


class Metrics:
    """Counts sessions, and serves what was counted. `latest` gives statistics that another thread may read."""

    def __init__(self, address: str, latest: Callable[[], Statistics]) -> None:
        self._address = address
        self._host, self._port = _host_and_port(address)
        self._latest = latest
        self._sessions: Counter[tuple[str, str, str]] = Counter()
        try:
            import prometheus_client  # noqa: F401 - now, as long as every file can be read
        except ImportError:
            raise TlsscopeError("--metrics needs prometheus-client: pip install 'tlsscope[metrics]'") from None

    def serve(self) -> None:
        """Listen, in a thread that has no more rights than this one. Raises TlsscopeError where that cannot be."""
        from prometheus_client import CollectorRegistry, start_http_server

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)  # type: ignore[arg-type]
        try:
            start_http_server(self._port, self._host, registry)
        except OSError as error:
            raise TlsscopeError(f"--metrics {self._address}: {error.strerror}") from error

    def count(self, session: Session) -> None:
        """Count a session."""
        mode = session.authentication.mode.value if session.authentication else "unknown"
        version = "not seen" if session.version is None else tables.version_name(session.version)
        outcome = session.outcome.state.value if session.outcome else "incomplete"
        self._sessions[mode, version, outcome] += 1

    def collect(self) -> Iterable[object]:
        """Give all metrics, as the registry asks for them."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        now = self._latest()
        labels = ("mode", "version", "outcome")
        sessions = CounterMetricFamily("tlsscope_sessions", "TLS sessions told", labels=labels)
        for key, count in dict(self._sessions).items():
            sessions.add_metric(key, count)
        drops = CounterMetricFamily("tlsscope_dropped_packets", "Packets the kernel dropped", labels=("interface",))
        for name, count in now.drops.items():
            drops.add_metric((name,), count)
        bounds = CounterMetricFamily("tlsscope_bounds_hit", "How often a table was full", labels=("table",))
        for name, count in now.bounds.items():
            bounds.add_metric((name,), count)
        return [
            sessions,
            drops,
            bounds,
            CounterMetricFamily("tlsscope_packets", "Packets read", now.frames),
            CounterMetricFamily("tlsscope_bytes", "Bytes read", now.bytes),
            CounterMetricFamily("tlsscope_connections", "TCP connections seen", now.connections),
            CounterMetricFamily("tlsscope_sessions_with_gaps", "TLS sessions with missing bytes", now.gaps),
            GaugeMetricFamily("tlsscope_resident_bytes", "Memory in use", now.memory),
        ]


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise TlsscopeError("--metrics: an address and a port expected, as 127.0.0.1:9464")
    return host.strip("[]") or "127.0.0.1", int(port)
