"""What the journal holds: streams of readings, what became of each, and for whom it was meant."""
