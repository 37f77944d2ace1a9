"""Any period of a recording can be plotted: with all its points, or with all its peaks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history import points as points_module
from app.history.points import Points

PARTS = st.lists(st.lists(st.integers(-9, 9), max_size=150), max_size=8)


@pytest.fixture
def make() -> Iterator[Callable[[], Points]]:
    files = []

    def made() -> Points:
        files.append(tempfile.TemporaryFile())  # noqa: SIM115 - closed below
        return Points(cast(BinaryIO, files[-1]))

    yield made
    for file in files:
        file.close()


def filled(points: Points, parts: list[list[int]], target: str = "v1") -> tuple[list[float], list[float]]:
    """Append the parts, a point each tenth of a second. Returns all times and values."""
    values: list[float] = []
    for part in parts:
        times = (len(values) + np.arange(len(part))) / 10
        points.append(target, times, np.array(part, np.float64))
        points.append("another", times, np.array(part, np.float64) + 100)
        values += part
    return (np.arange(len(values)) / 10).tolist(), values


@given(parts=PARTS, from_s=st.floats(-1, 120), span_s=st.floats(0, 120))
def test_a_short_period_has_its_points(parts: list[list[int]], from_s: float, span_s: float) -> None:
    with tempfile.TemporaryFile() as file:
        points = Points(cast(BinaryIO, file))
        times, values = filled(points, parts)
        wanted = [(t, v) for t, v in zip(times, values, strict=True) if from_s <= t <= from_s + span_s]
        found = points.window("v1", from_s, from_s + span_s)
        assert list(zip(*(column.tolist() for column in found), strict=True)) == wanted


@given(letters=st.binary(min_size=400, max_size=700), cut=st.integers(0, 400), data=st.data())
def test_a_long_period_has_its_peaks_and_no_point_from_outside(
    letters: bytes, cut: int, data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryFile() as file:
        patch.setattr(points_module, "_MOST_READ", 3)
        patch.setattr(points_module, "_MOST_EXTREMES", data.draw(st.integers(1, 5)))
        points = Points(cast(BinaryIO, file))
        parts = [list(letters[:cut]), list(letters[cut:])]
        times, values = map(np.array, filled(points, parts))
        from_s = data.draw(st.floats(0, 5))
        to_s = data.draw(st.floats(35, 200))
        inside = values[(from_s <= times) & (times <= to_s)]
        found_times, found = points.window("v1", from_s, to_s)
        assert (found.min(), found.max()) == (inside.min(), inside.max())
        assert (np.diff(found_times) >= 0).all()
        assert from_s <= found_times[0] <= found_times[-1] <= to_s
        assert found[-1] == inside[-1]
        assert len(found) <= 2 * 64 + 64 + 2 * 10


def test_texts_and_unknown_targets_have_no_points(make: Callable[[], Points]) -> None:
    points = make()
    points.append("v1", np.array([1.0, 2.0, 3.0]), np.array([5.0, np.nan, 7.0]))
    assert points.window("v1", 0, 9)[1].tolist() == [5, 7]
    assert points.window("v2", 0, 9)[1].tolist() == []
