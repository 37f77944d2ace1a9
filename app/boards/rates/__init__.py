"""The search for the baud rate of a board."""
