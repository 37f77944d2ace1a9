"""The colours of boxes with texts: always the same for the same text. Pure.

Invariants: a text is readable in its box in every theme; the colours are muted, so that curves stand out. Two
texts may have the same colour, as there are more texts than colours; what they are is written in the boxes.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import NamedTuple

from ui.theme.colors import PALETTE, Scheme, contrast, mixed, readable, series_color

_COLORS = PALETTE[:-1]
"""Not grey, which several texts in one box have."""
_SHARES, _LESS = (0.28, 0.5), 0.8
"""How much of a colour of the palette the ground has at most; the rest is the ground of the plot. It has less
if the text could not be read."""


class StateColors(NamedTuple):
    """The colours of one box."""

    ground: str
    ink: str
    edge: str


@lru_cache(maxsize=4096)
def state_colors(state: str, scheme: Scheme) -> StateColors:
    """The colours of the boxes with the text `state`."""
    number = zlib.crc32(state.encode(errors="surrogatepass")) % (len(_COLORS) * len(_SHARES))
    color = series_color(number % len(_COLORS), "", scheme)
    share = _SHARES[number // len(_COLORS)]
    while True:
        ground = mixed(scheme.card, color, share)
        ink = readable(scheme.text, ground, scheme.least_contrast)
        if contrast(ink, ground) >= scheme.least_contrast:
            return StateColors(ground, ink, color)
        share *= _LESS
