"""Where the curve of a trace breaks, whatever it has read of the readings."""

from __future__ import annotations

import pytest

from tests.ui.plot.feed.store import Store
from ui.plot.feed.trace import Trace
from ui.plot.time_view import Frame


def silences(trace: Trace) -> list[tuple[float, float]]:
    trace.find_gaps((), "v1", only_changes=False)
    return [(gap.from_s, gap.to_s) for gap in trace.gaps]


SESSIONS = (2000.0, 11_000.0, 12_003.5, 30_000.0)


@pytest.mark.parametrize("step", [600, 7, 1], ids=["at once", "in a few frames", "frame by frame"])
def test_no_line_joins_short_sessions_that_lie_far_apart(step: int) -> None:
    store = Store(*((begin + n / 8, float(n)) for begin in SESSIONS for n in range(40)))
    trace = Trace(store.read)
    for last in range(599, 500 - step, -step)[::-1]:
        trace.update(Frame(100.0, last - 599, last))
    ends = [begin + 39 / 8 for begin in SESSIONS]
    assert silences(trace) == list(zip(ends, (*SESSIONS[1:], 60_000.0), strict=True))
    assert silences(trace) == [(a, b) for a, b in silences(trace) if b - a > 200]


def test_a_silence_is_known_by_readings_of_columns_before_its_own() -> None:
    """The readings of a session are in two columns, of which the second was read in a later frame."""
    store = Store(*((97.0 + n, float(n)) for n in range(6)))
    trace = Trace(store.read)
    for last in (9, 10, 600):
        trace.update(Frame(10.0, last - 599, last))
    assert silences(trace) == [(102.0, 6010.0)]
