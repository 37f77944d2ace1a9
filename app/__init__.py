"""Everything in Pinbridge but the window: from the bytes of a board to the cloud. Nothing here imports Qt."""

__version__ = "0.1.0"
