"""The benchmark: seeded captures of five shapes, the peers, one table."""
