"""Captures: files, pipes and interfaces enter; windows of frames leave, as columns over one reused buffer."""
