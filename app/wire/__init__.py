"""Turns the bytes of a board into readings: lines, grammar, datastreams, hints. Pure: no I/O, no clock."""
