"""Finds where the lines of a block of bytes end. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LF, _CR = b"\n\r"


def line_ends(block: bytes) -> NDArray[np.int64]:
    """Where each line of a block ends: the position of the last byte of its line end."""
    data = np.frombuffer(block, np.uint8)
    is_end = data == _LF
    bare = data == _CR
    bare[:-1] &= ~is_end[1:]
    return np.flatnonzero(is_end | bare)


def line_feeds(block: bytes) -> NDArray[np.int64]:
    """A version of `line_ends` for blocks whose lines all end with a line feed. It takes half the time."""
    return np.flatnonzero(np.frombuffer(block, np.uint8) == _LF)
