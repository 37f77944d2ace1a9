"""The journal as CSV."""
