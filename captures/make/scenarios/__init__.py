"""The scenarios, by chapter. Each states two configurations and, by hand, what must come of them."""

from . import tls13

SCENARIOS = (*tls13.SCENARIOS,)
