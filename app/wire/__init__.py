"""What a board says, pure: lines, readings, datastreams and the words that explain them. No I/O, no clock."""
