"""Auth tokens, their redaction, and trust in certificates."""
