"""The console: all lines of a board, a list of only the rejected ones, and a box to send a line."""
