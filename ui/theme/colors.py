"""Every colour of the window: the datastreams' palette, and the light, dark and high-contrast schemes.

Invariants: colour-blind users can tell the palette's colours apart; the contrast between text and background
is at least 4.5 to 1; no meaning is shown by a colour alone: a text or a symbol is always beside it. Pure.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#F0E442", "#95A5A6")
"""Based on the colours of Okabe and Ito. Users with common kinds of colour blindness can tell them apart."""

RECORDING = "#D93025"
"""In every theme, the colour of the dot beside the text about a recording."""

_ON_WHITE = {"#F0E442": "#A89B00", "#95A5A6": "#64777A"}
_ON_BLACK = {"#0072B2": "#2E9BDF"}


class Theme(enum.StrEnum):
    """A theme that the user can choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"


class Scheme(NamedTuple):
    """The colours of one theme, as `#RRGGBB`."""

    is_dark: bool
    window: str
    """The background of the window, around the cards."""
    card: str
    """The background of the cards (framed areas), and of tables, plots and fields."""
    hover: str
    border: str
    field: str
    """The outline of fields that can be filled in."""
    text: str
    faint: str
    """Secondary text."""
    grid: str
    accent: str
    on_accent: str
    selection: str
    good: str
    warn: str
    bad: str
    warn_ground: str
    bad_ground: str

    @property
    def least_contrast(self) -> float:
        """The least contrast between a text and what is behind it, as a ratio."""
        return 7.0 if self == HIGH_CONTRAST else 4.5


LIGHT = Scheme(
    is_dark=False,
    window="#EEF2F5",
    card="#FFFFFF",
    hover="#E3EAF0",
    border="#D2DBE3",
    field="#84929E",
    text="#16222D",
    faint="#566573",
    grid="#8795A1",
    accent="#0069A6",
    on_accent="#FFFFFF",
    selection="#D6E8F5",
    good="#00734F",
    warn="#8A5A00",
    bad="#B23A00",
    warn_ground="#FFF4DC",
    bad_ground="#FDE8DD",
)

DARK = Scheme(
    is_dark=True,
    window="#12181D",
    card="#1A2228",
    hover="#27323B",
    border="#2F3B45",
    field="#64757F",
    text="#E7EDF2",
    faint="#9FB0BD",
    grid="#8FA1AE",
    accent="#56B4E9",
    on_accent="#0B1318",
    selection="#22445C",
    good="#3CCB9C",
    warn="#F0B84A",
    bad="#FF9062",
    warn_ground="#33290F",
    bad_ground="#3A2018",
)

HIGH_CONTRAST = Scheme(
    is_dark=True,
    window="#000000",
    card="#000000",
    hover="#333333",
    border="#FFFFFF",
    field="#FFFFFF",
    text="#FFFFFF",
    faint="#FFFFFF",
    grid="#BBBBBB",
    accent="#FFE900",
    on_accent="#000000",
    selection="#004C99",
    good="#5CFFB5",
    warn="#FFE900",
    bad="#FFA07A",
    warn_ground="#000000",
    bad_ground="#000000",
)


def scheme_of(theme: Theme, *, system_is_dark: bool) -> Scheme:
    """The colours of a theme. For `Theme.SYSTEM`, they are dark if the system is dark, otherwise light."""
    match theme:
        case Theme.LIGHT:
            return LIGHT
        case Theme.DARK:
            return DARK
        case Theme.HIGH_CONTRAST:
            return HIGH_CONTRAST
        case _:
            return DARK if system_is_dark else LIGHT


def series_color(place: int, declared: str, scheme: Scheme) -> str:
    """The colour of a datastream, as `#RRGGBB`.

    `place` is the position of the datastream in its device, counted from 0. It selects a palette colour,
    unless a colour was `declared` in the bench file. A palette colour that is hard to see on the background
    is replaced with a similar colour.
    """
    color = (declared or PALETTE[place % len(PALETTE)]).upper()
    return (_ON_BLACK if scheme.is_dark else _ON_WHITE).get(color, color)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (`#RRGGBB`) as WCAG defines it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(color: str, ground: str, least: float = 4.5) -> str:
    """The colour nearest to `color` whose contrast with `ground` is at least `least`, or black or white.

    It is lighter or darker than `color`, and its hue is the same.
    """
    if contrast(color, ground) >= least:
        return color
    end = max(("#000000", "#FFFFFF"), key=lambda end: contrast(end, ground))
    for tenths in range(1, 10):
        between = mixed(color, end, tenths / 10)
        if contrast(between, ground) >= least:
            return between
    return end


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mixed(color: str, end: str, share: float) -> str:
    """The colour that has so much of `end`, from 0 to 1, and the rest of `color`."""
    pairs = zip(_channels(color), _channels(end), strict=True)
    return "#{:02X}{:02X}{:02X}".format(*(round(a + (b - a) * share) for a, b in pairs))


def _luminance(color: str) -> float:
    levels = (channel / 255 for channel in _channels(color))
    red, green, blue = (
        level / 12.92 if level <= 0.03928 else ((level + 0.055) / 1.055) ** 2.4 for level in levels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
