"""What a rule answers: a flight's first records enter with what they mean, an Inference leaves."""

from functools import lru_cache
from typing import NamedTuple

from tlsscope.session.model import ClientCertificate, Ground

from .confidence import confidence
from .flight import Flight


class Inference(NamedTuple):
    """One rule's answer. UNKNOWN is an answer too: the rule knows that nothing can be told, and why."""

    certificate: ClientCertificate
    rule: str
    text: str
    frames: tuple[int, ...]
    confidence: float
    end: int = 0  # how many of the client's records belong to its flight

    def ground(self) -> Ground:
        """Put the answer as one reason of a verdict."""
        return Ground(self.rule, self.text, self.frames)


def answered(flight: Flight, certificate: ClientCertificate, rule: str, end: int, text: str) -> Inference:
    """Put an answer together: its first `end` records are the flight that it speaks of."""
    sentence = _sentence(text, flight.sizes[:end], flight.hash_length)
    return Inference(certificate, rule, sentence, flight.frames[:end], confidence(rule), end)


@lru_cache(maxsize=1024)
def _sentence(text: str, sizes: tuple[int, ...], hash_length: int) -> str:
    """Add the numbers to a sentence; clients send the same sizes again and again."""
    shown = ", ".join(map(str, sizes[:4])) + (" …" if len(sizes) > 4 else "")
    return f"{text} (record sizes {shown}; hash of {hash_length} bytes)"


def hold(answer: Inference, ceiling: float, why: str) -> Inference:
    """Lower an answer's confidence and say why."""
    return answer._replace(confidence=min(answer.confidence, ceiling), text=f"{answer.text}; {why}")
