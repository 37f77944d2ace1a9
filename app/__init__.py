"""Pinbridge without a window: from the board's bytes to the cloud. Nothing here imports Qt."""

__version__ = "0.1.0"
