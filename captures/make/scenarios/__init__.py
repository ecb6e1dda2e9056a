"""The scenarios, by chapter. Each states two configurations and, by hand, what must come of them."""

from . import legacy, resumption, special, tls12, tls13, without_certificates

CHAPTERS = (tls13, tls12, legacy, resumption, without_certificates, special)
SCENARIOS = tuple(scenario for chapter in CHAPTERS for scenario in chapter.SCENARIOS)
