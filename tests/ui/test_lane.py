"""The reading nearest to the pointer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.lane import nearest

TIMES = st.lists(st.floats(0, 1000), min_size=1, max_size=50).map(sorted)


@given(TIMES, st.floats(-10, 1010))
def test_no_reading_is_nearer(times: list[float], at_s: float) -> None:
    found = nearest(np.array(times), at_s)
    assert found is not None
    assert abs(times[found] - at_s) == min(abs(time_s - at_s) for time_s in times)


@pytest.mark.parametrize("at_s", [0.0, 5.0])
def test_nothing_is_near_where_nothing_is(at_s: float) -> None:
    assert nearest(np.empty(0), at_s) is None
