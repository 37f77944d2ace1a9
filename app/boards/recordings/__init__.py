"""Recordings: everything that a port sent, written to a file and replayed from it."""
