"""Reads the source text of a sketch, to offer the datastreams that it seems to print. Pure."""
