"""The faults that the local cloud plays: the file that lists them, their schedule and their injection."""
