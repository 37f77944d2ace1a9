"""The console: the lines that a board sent, the rejected lines, and a box to send a line to the board."""
