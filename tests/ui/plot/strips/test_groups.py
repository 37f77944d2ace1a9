"""The curves of one value axis."""

from __future__ import annotations

import pytest

from ui.plot.curves import Style
from ui.plot.strips.groups import Group
from ui.plot.strips.scale import Scale


@pytest.mark.parametrize(
    ("units", "unit"), [(["V"], "V"), (["V", "V"], "V"), (["V", "°C"], ""), (["", "V"], "")]
)
def test_an_axis_has_the_unit_of_its_curves_if_they_share_it(units: list[str], unit: str) -> None:
    styles = tuple(Style(f"v{number}", "", each, "") for number, each in enumerate(units))
    assert Group(styles, Scale()).unit == unit
