"""The notices under the connection bar: one line with the gravest of them, and a list of all."""
