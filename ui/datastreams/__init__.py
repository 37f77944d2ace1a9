"""The table of datastreams."""
