"""`tlsscope scan`: captures enter, their sessions leave as a table, JSON or NDJSON."""

from tlsscope.errors import TlsscopeError

from .console import guarded
from .options import (
    Certificates,
    CertificatesOption,
    CheckpointFile,
    Cluster,
    Decrypt,
    Dedup,
    Depth,
    EngineName,
    EngineOption,
    Filter,
    Follow,
    Format,
    FormatOption,
    Idle,
    Inputs,
    KeyLogs,
    Out,
    Psks,
    ServerKeys,
    Workers,
)


@guarded
def scan(
    inputs: Inputs,
    form: FormatOption = Format.TABLE,
    out: Out = None,
    keylog: KeyLogs = None,
    server_key: ServerKeys = None,
    psk: Psks = None,
    decrypt: Decrypt = Depth.HANDSHAKE,
    follow: Follow = False,
    idle: Idle = None,
    dedup: Dedup = False,
    checkpoint: CheckpointFile = None,
    wanted: Filter = None,
    certificates: CertificatesOption = Certificates.INLINE,
    engine: EngineOption = EngineName.OWN,
    workers: Workers = None,
    cluster: Cluster = None,
) -> int:
    """Tell every TLS session of captures: who proved what to whom."""
    from tlsscope.pipeline import Engine  # here, so that help need not load the rooms below

    from . import run, sharing

    options = run.options(
        keylog, server_key, psk, follow_all=decrypt is Depth.ALL,
        follow=follow, idle=idle, drop_copies=dedup, engine=Engine(engine),
    )  # fmt: skip
    if cluster is not None and (checkpoint is not None or workers is not None):
        raise TlsscopeError("--cluster goes with neither --workers nor --checkpoint")
    if checkpoint is not None:
        from . import resuming

        return resuming.scan(inputs, options, resuming.file_for(form, out, certificates, options), wanted, checkpoint)
    return sharing.scan(inputs, options, sharing.Output(form, out, wanted, certificates), workers, cluster)
