"""The journal as a file: opened, locked, read by other programs, and recovered from damage."""
