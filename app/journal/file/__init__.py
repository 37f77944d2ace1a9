"""The journal as a file: how it is opened, locked, read by others, and saved from damage."""
