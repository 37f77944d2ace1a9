"""A run without a window: until it is stopped or nothing is left to do, and what it reports meanwhile."""
