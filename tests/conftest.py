"""Shared by all tests. That it stands here puts the builders beside it (`traffic`, `handshakes`) on the path."""
