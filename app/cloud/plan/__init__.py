"""The rules of forwarding: what is sent next, and what an answer means. Pure: no I/O, no clock."""
