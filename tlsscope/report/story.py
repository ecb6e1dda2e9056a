"""One session told in full, for `show`: its document enters, lines of text leave."""

import textwrap
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tlsscope.certificate.model import Certificate
from tlsscope.judge.naming import Held

from .course import frames_text, steps_of
from .document import SessionDocument
from .identity import identity
from .ladder import ladder
from .look import Look

NO_NAMES: Mapping[int, Held] = MappingProxyType({})


def story(told: SessionDocument, look: Look, names: Mapping[int, Held] = NO_NAMES) -> Iterator[str]:
    """Tell one session; `names` says by their place what its sealed records are taken to hold."""
    yield from _head(told, look)
    yield ""
    yield from ladder(told, look, names)
    yield from _section("Steps", _steps(told, names), look)
    yield from _section("Why", _grounds(told), look)
    yield from _section("Server's certificates", _chain(told.server_certificates, told, "server"), look)
    yield from _section("Client's certificates", _chain(told.client_certificates, told, "client"), look)
    findings = [f"{one.severity}: {one.text} ({one.rule}; {one.reference})" for one in told.findings]
    yield from _section("Findings", findings, look)
    anomalies = [f"{one.kind}: {one.text}{_place(one.frame)}" for one in told.anomalies]
    yield from _section("Anomalies", anomalies, look)
    yield from _section("Not visible", [f"{name}: {why}" for name, why in told.not_visible.items()], look)


def verdict_text(told: SessionDocument) -> str:
    """Say the verdict in one sentence."""
    verdict = told.authentication
    if verdict is None:
        return "no verdict"
    basis = f", {verdict.basis}" if verdict.basis is not None else ""
    sure = f" ({verdict.confidence:.2f})" if 0 < verdict.confidence < 1 else ""
    return f"{verdict.mode}{basis}{sure}; client certificate {verdict.client_certificate}"


def _head(told: SessionDocument, look: Look) -> Iterator[str]:
    source = told.source
    yield look.paint(f"session {look.safe(told.id)}", "title")
    yield f"  {look.safe(source.file)}, frames {source.first_frame} to {source.last_frame}, {told.start}"
    suite = told.cipher_suite.name if told.cipher_suite else "no cipher suite seen"
    group = told.key_exchange.group.name if told.key_exchange and told.key_exchange.group else None
    agreed = [told.version or "version not seen", suite, *([group] if group else [])]
    named = (("for", told.server_name), ("speaking", told.alpn))
    asked = [f"{word} {value}" for word, value in named if value]
    around = [f"inside {told.carrier}"] if told.carrier else []
    yield f"  {look.safe(', '.join([*agreed, *asked, *around]))}"
    mode = told.authentication.mode.value if told.authentication else "unknown"
    yield "  " + look.paint(look.safe(verdict_text(told)), mode)
    if told.outcome is not None:
        by = f" by the {told.outcome.by}" if told.outcome.by else ""
        reason = f": {told.outcome.reason}" if told.outcome.reason else ""
        yield "  " + look.paint(look.safe(f"{told.outcome.state}{by}{reason}"), told.outcome.state.value)


def _steps(told: SessionDocument, names: Mapping[int, Held]) -> list[str]:
    return [f"({number}) {text}: {seen}" for number, text, seen in steps_of(told, names)]


def _grounds(told: SessionDocument) -> list[str]:
    if told.authentication is None:
        return []
    return [f"{one.text}{_places(one.frames)} [{one.rule}]" for one in told.authentication.grounds]


def _chain(chain: tuple[Certificate, ...], told: SessionDocument, side: str) -> list[str]:
    if chain:
        return [_certificate(one) for one in chain]
    why = told.not_visible.get(f"{side}_certificates")
    return [f"not visible: {why}"] if why else []


def _certificate(one: Certificate) -> str:
    key = one.public_key
    kind = "" if key is None else f"{key.algorithm} {key.curve or key.bits or ''}".rstrip()
    names = ", ".join(one.subject_alternative_names)
    parts = [
        f"{identity(one)}: subject {one.subject}, issuer {one.issuer}",
        f"valid {one.not_before} to {one.not_after}",
        *([kind] if kind else []),
        *([f"names {names}"] if names else []),
        f"sha256 {one.sha256}",
        *([f"cannot be read in full: {one.error}"] if one.error else []),
    ]
    return "; ".join(parts)


def _section(title: str, entries: list[str], look: Look) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield look.paint(title, "title")
    for entry in entries:
        lines = textwrap.wrap(look.safe(entry), look.width - 4, break_on_hyphens=False) or [""]
        yield f"  {lines[0]}"
        yield from (f"    {line}" for line in lines[1:])


def _places(frames: tuple[int, ...]) -> str:
    distinct = list(dict.fromkeys(frames))
    return f" ({frames_text(distinct)})" if distinct else ""


def _place(frame: int | None) -> str:
    return "" if frame is None else f" (frame {frame})"
