"""The demo: a simulated board, a local cloud, and faults that can be played on both."""
