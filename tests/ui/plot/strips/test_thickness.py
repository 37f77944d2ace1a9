"""How thick curves are for whom."""

from __future__ import annotations

import pytest

from ui.plot.strips.thickness import thickness_px
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme


@pytest.mark.parametrize(
    ("scheme", "thick", "bold", "width_px"),
    [
        (LIGHT, False, False, 1),
        (DARK, False, False, 1),
        (HIGH_CONTRAST, False, False, 2),
        (LIGHT, True, False, 2),
        (HIGH_CONTRAST, True, False, 2),
        (LIGHT, True, True, 3),
        (HIGH_CONTRAST, False, True, 3),
    ],
)
def test_curves_are_as_thick_as_they_must_be(scheme: Scheme, thick: bool, bold: bool, width_px: int) -> None:
    assert thickness_px(scheme, thick=thick, bold=bold) == width_px
