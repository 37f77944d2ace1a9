"""The export of the journal as CSV."""
