"""`tlsscope scan`: captures enter, their sessions leave as a table, JSON or NDJSON."""

from .console import guarded
from .options import (
    Certificates,
    CertificatesOption,
    Dedup,
    EngineName,
    EngineOption,
    Filter,
    Follow,
    FollowOption,
    Format,
    FormatOption,
    Inputs,
    KeyLogs,
    Out,
    Psks,
    ServerKeys,
)


@guarded
def scan(
    inputs: Inputs,
    form: FormatOption = Format.TABLE,
    out: Out = None,
    keylog: KeyLogs = None,
    server_key: ServerKeys = None,
    psk: Psks = None,
    follow: FollowOption = Follow.HANDSHAKE,
    dedup: Dedup = False,
    wanted: Filter = None,
    certificates: CertificatesOption = Certificates.INLINE,
    engine: EngineOption = EngineName.OWN,
) -> int:
    """Tell every TLS session of captures: who proved what to whom."""
    from tlsscope.pipeline import Engine  # here, so that help need not load the rooms below

    from . import run

    begun = run.start(
        inputs, keylog, server_key, psk,
        follow_all=follow is Follow.ALL, drop_copies=dedup, engine=Engine(engine),
    )  # fmt: skip
    return run.scan(begun, form, out, wanted, certificates)
