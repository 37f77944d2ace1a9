"""Which curves share a strip and an axis."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.plot.arrangement import Arrangement, arranged
from ui.plot.curves import Style


def styles(*units: str) -> list[Style]:
    return [Style(f"v{number}", "", unit, "#0072B2") for number, unit in enumerate(units)]


@pytest.mark.parametrize(
    ("arrangement", "shown"),
    [
        (Arrangement.APART, [[["v0"]], [["v1"]], [["v2"]], [["v3"]]]),
        (Arrangement.BY_UNIT, [[["v0", "v2"], ["v1"], ["v3"]]]),
        (Arrangement.ONE_SCALE, [[["v0", "v1", "v2", "v3"]]]),
    ],
)
def test_arrangements(arrangement: Arrangement, shown: list[list[list[str]]]) -> None:
    found = arranged(styles("°C", "hPa", "°C", ""), arrangement)
    assert [[[style.target for style in axis] for axis in strip] for strip in found] == shown


@pytest.mark.parametrize(
    ("arrangement", "shown"),
    [
        (Arrangement.APART, [["t"], ["v0"], ["v1"]]),
        (Arrangement.BY_UNIT, [["v0", "v1"], ["t"]]),
        (Arrangement.ONE_SCALE, [["v0", "v1"], ["t"]]),
    ],
)
def test_texts_have_a_strip_of_their_own(arrangement: Arrangement, shown: list[list[str]]) -> None:
    texts = Style("t", "", "V", "", is_text=True)
    found = arranged([texts, *styles("V", "V")], arrangement)
    assert [[style.target for axis in strip for style in axis] for strip in found] == shown
    assert arranged([texts], arrangement) == [[(texts,)]]


@pytest.mark.parametrize("arrangement", Arrangement)
def test_without_curves_there_is_no_strip(arrangement: Arrangement) -> None:
    assert arranged([], arrangement) == []


@given(st.lists(st.sampled_from(["", "V", "°C"]), max_size=12), st.sampled_from(Arrangement))
def test_every_curve_is_on_one_axis_and_those_of_an_axis_keep_their_order(
    units: list[str], arrangement: Arrangement
) -> None:
    every = styles(*units)
    axes = [axis for strip in arranged(every, arrangement) for axis in strip]
    assert sorted(itertools.chain(*axes)) == sorted(every)
    assert all(list(axis) == [style for style in every if style in axis] for axis in axes)
    assert all(axes)
