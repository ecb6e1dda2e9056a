"""Key logs, key schedules, record protection: secrets enter, plaintext leaves; no secret is shown."""
