"""`tlsscope scan`: captures enter, their sessions leave as a table, JSON or NDJSON."""

from .console import guarded
from .options import (
    Certificates,
    CertificatesOption,
    CheckpointFile,
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
) -> int:
    """Tell every TLS session of captures: who proved what to whom."""
    from tlsscope.pipeline import Engine, Scan  # here, so that help need not load the rooms below
    from tlsscope.pipeline.plan import plan as planned

    from . import run

    options = run.options(
        keylog, server_key, psk, follow_all=decrypt is Depth.ALL,
        follow=follow, idle=idle, drop_copies=dedup, engine=Engine(engine),
    )  # fmt: skip
    if checkpoint is not None:
        from . import resuming

        return resuming.scan(inputs, options, resuming.file_for(form, out, certificates, options), wanted, checkpoint)
    plan = None if workers == 1 else planned(inputs, options, workers)
    if plan is not None:
        from . import sharing

        return sharing.scan(inputs, options, plan, sharing.Output(form, out, wanted, certificates))
    return run.scan(run.Run(inputs, options, Scan(inputs, options)), form, out, wanted, certificates)
