"""The demo: a simulated board and a local cloud, and the faults that they play."""
