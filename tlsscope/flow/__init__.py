"""TCP segments enter; each connection's bytes leave, in order, to the listener of that connection."""
