"""Frames enter; TCP segments leave, as columns. No object a packet."""
