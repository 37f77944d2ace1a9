"""Values keep the decimals that others of their datastream have had."""

from __future__ import annotations

from ui.plot.decimals import Decimals


def test_zeros_at_the_end_are_kept() -> None:
    decimals = Decimals()
    assert decimals.text("v1", 21.0, "°C") == "21 °C"
    assert decimals.text("v1", 20.75, "°C") == "20.75 °C"
    assert decimals.text("v1", 21.0, "°C") == "21.00 °C"
    assert decimals.text("v2", 21.0) == "21"
    decimals.clear()
    assert decimals.text("v1", 21.0) == "21"


def test_integers_and_texts_have_no_decimals() -> None:
    decimals = Decimals()
    decimals.text("v1", 20.75)
    assert [decimals.text("v1", value) for value in (21, "calm", None)] == ["21", "calm", "–"]
