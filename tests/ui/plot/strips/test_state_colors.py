"""The colours of boxes with texts."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.plot.strips.state_colors import state_colors
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme, contrast

SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK, HIGH_CONTRAST])


@example("101000e&1", HIGH_CONTRAST)
@given(st.text(), st.sampled_from((LIGHT, DARK, HIGH_CONTRAST)))
def test_each_text_is_readable_in_its_box(state: str, scheme: Scheme) -> None:
    colors = state_colors(state, scheme)
    assert contrast(colors.ink, colors.ground) >= scheme.least_contrast
    assert colors.ground != scheme.card


@SCHEMES
def test_the_colours_are_the_same_after_a_restart_and_many(scheme: Scheme) -> None:
    grounds = {state_colors(f"state {number}", scheme).ground for number in range(300)}
    assert len(grounds) == 14
    state_colors.cache_clear()
    assert {state_colors(f"state {number}", scheme).ground for number in range(300)} == grounds


@SCHEMES
def test_all_colours_leave_their_texts_readable(scheme: Scheme) -> None:
    for number in range(300):
        colors = state_colors(f"state {number}", scheme)
        assert contrast(colors.ink, colors.ground) >= scheme.least_contrast


def test_a_text_has_a_fixed_colour() -> None:
    assert [state_colors(state, LIGHT).edge for state in ("on", "off", "idle")] == [
        *("#009E73", "#CC79A7", "#D55E00")
    ]
