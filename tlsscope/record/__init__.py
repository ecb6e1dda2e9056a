"""A connection's bytes enter; TLS records leave, for the dialogue that understands them."""
