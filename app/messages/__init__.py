"""Turns message codes and parameters into sentences in the user's language."""
