"""Auth tokens, what strikes them out of text, and trust in certificates."""
