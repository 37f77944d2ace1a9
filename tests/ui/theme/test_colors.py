"""Colours that can be told apart, and text that can be read on its background."""

from __future__ import annotations

import itertools

import pytest

from ui.theme import colors
from ui.theme.colors import (
    DARK,
    HIGH_CONTRAST,
    LIGHT,
    PALETTE,
    RECORDING,
    Scheme,
    Theme,
    readable,
    scheme_of,
    series_color,
)

SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST], ids=["light", "dark", "contrast"])


def luminance(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@SCHEMES
def test_text_has_enough_contrast_with_its_background(scheme: Scheme) -> None:
    for ground in (scheme.card, scheme.window):
        for text in (scheme.text, scheme.faint, scheme.good, scheme.warn, scheme.bad):
            assert contrast(text, ground) >= 4.5
    for text, ground in (
        (scheme.on_accent, scheme.accent),
        (scheme.text, scheme.hover),
        (scheme.text, scheme.selection),
        (scheme.text, scheme.warn_ground),
        (scheme.text, scheme.bad_ground),
        (scheme.warn, scheme.warn_ground),
        (scheme.bad, scheme.bad_ground),
    ):
        assert contrast(text, ground) >= 4.5
    assert contrast(scheme.field, scheme.card) >= 3


@SCHEMES
def test_lines_are_visible_and_fainter_than_what_they_separate(scheme: Scheme) -> None:
    text = contrast(scheme.text, scheme.card)
    assert 2 < contrast(scheme.grid, scheme.card) < text
    assert 1.2 < contrast(scheme.border, scheme.card) <= text
    assert scheme.is_dark is (luminance(scheme.window) < 0.5)
    for ground in (scheme.window, scheme.card):
        assert contrast(scheme.hover, ground) > 1.05
    assert contrast(RECORDING, scheme.card) >= 3


@SCHEMES
def test_curves_are_visible_and_differ_from_each_other(scheme: Scheme) -> None:
    curves = [series_color(place, "", scheme) for place in range(len(PALETTE))]
    assert len(set(curves)) == len(PALETTE)
    assert all(contrast(curve, scheme.card) >= 2.2 for curve in curves)
    for one, other in itertools.combinations(curves, 2):
        assert sum(abs(int(one[n : n + 2], 16) - int(other[n : n + 2], 16)) for n in (1, 3, 5)) > 60


def test_a_declared_colour_has_precedence_over_the_palette() -> None:
    assert series_color(0, "#123456", LIGHT) == "#123456"
    assert series_color(0, "#f0e442", LIGHT) == series_color(6, "", LIGHT) == "#A89B00"
    assert (series_color(7, "", LIGHT), series_color(7, "", DARK)) == ("#64777A", "#95A5A6")
    assert (series_color(0, "", LIGHT), series_color(0, "", DARK)) == ("#0072B2", "#2E9BDF")
    assert series_color(6, "", DARK) == "#F0E442"
    assert series_color(8, "", LIGHT) == series_color(0, "", LIGHT)


def test_the_system_decides_if_the_user_has_not() -> None:
    assert scheme_of(Theme.SYSTEM, system_is_dark=True) is DARK
    assert scheme_of(Theme.SYSTEM, system_is_dark=False) is LIGHT
    assert scheme_of(Theme.LIGHT, system_is_dark=True) is LIGHT
    assert scheme_of(Theme.DARK, system_is_dark=False) is DARK
    assert scheme_of(Theme.HIGH_CONTRAST, system_is_dark=False) is HIGH_CONTRAST


@pytest.mark.parametrize("ground", ["#FFFFFF", "#1A2228", "#FDE8DD", "#808080"])
@pytest.mark.parametrize("color", ["#FF0000", "#FFFF00", "#0000FF", "#808080", "#000000", "#FFFFFF"])
def test_a_colour_is_changed_until_it_can_be_read(color: str, ground: str) -> None:
    for least in (1.0, 4.5, 7.0, 22.0):
        found = readable(color, ground, least)
        best = max(contrast("#000000", ground), contrast("#FFFFFF", ground))
        assert contrast(found, ground) >= min(least, best)
        if contrast(color, ground) >= least:
            assert found == color


@SCHEMES
def test_contrasts_are_those_of_the_definition(scheme: Scheme) -> None:
    for color in scheme[1:]:
        assert colors.contrast(color, scheme.card) == pytest.approx(contrast(color, scheme.card))
    assert scheme.least_contrast == (7.0 if scheme == HIGH_CONTRAST else 4.5)
