"""What a person sends to a board: a line, a line that is sent often, and a file line by line."""
