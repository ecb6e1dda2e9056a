"""How a verdict is put together: a rule's answer enters, an Authentication leaves."""

from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ground, Mode

from .answers import Inference

RESUMED = "resumed"  # the rule of a verdict that is the original session's to give

FACTS = {
    ClientCertificate.NOT_REQUESTED: (Mode.ONE_WAY, False, False),
    ClientCertificate.DECLINED: (Mode.ONE_WAY, True, False),
    ClientCertificate.PRESENTED: (Mode.MUTUAL, True, True),
    ClientCertificate.UNKNOWN: (Mode.UNKNOWN, None, None),
}


def unknown(rule: str, reason: str, *frames: int, grounds: tuple[Ground, ...] = ()) -> Authentication:
    """Say that nothing can be told, and why."""
    return Authentication(Mode.UNKNOWN, None, 0.0, ClientCertificate.UNKNOWN, (Ground(rule, reason, frames), *grounds))


def inferred(answer: Inference, confidence: float, grounds: tuple[Ground, ...] = ()) -> Authentication:
    """Turn a rule's answer into a verdict; what else speaks for it follows as further grounds."""
    if answer.certificate is ClientCertificate.UNKNOWN:
        return unknown(answer.rule, answer.text, *answer.frames, grounds=grounds)
    mode, requested, sent = FACTS[answer.certificate]
    return Authentication(
        mode,
        Basis.INFERRED,
        confidence,
        answer.certificate,
        (answer.ground(), *grounds),
        requested=requested,
        sent=sent,
    )
