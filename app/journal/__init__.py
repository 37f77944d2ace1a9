"""The journal of all readings: the file, its writer, its maintenance and its export."""
