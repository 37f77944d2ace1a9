"""The bench: runs a session for each device of a bench file, and gives the status of all."""
