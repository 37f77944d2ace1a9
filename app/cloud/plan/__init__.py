"""The rules of forwarding: which call is sent next, and what its answer means. Pure: no I/O, no clock."""
