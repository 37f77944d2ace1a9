"""What a board said, line by line, and a box to answer."""
