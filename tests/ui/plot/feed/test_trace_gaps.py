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


def test_a_view_in_a_silence_keeps_its_band_after_it_was_not_drawn_for_long() -> None:
    store = Store(*((n / 10, float(n)) for n in range(100)))
    trace = Trace(store.read)
    trace.update(Frame(0.1, 0, 99))
    for last in (120, 10_000, 90_000):
        trace.update(Frame(0.1, last - 99, last))
        assert silences(trace) == [(9.9, Frame(0.1, last - 99, last).to_s)]


def test_a_view_in_a_silence_keeps_its_band_when_it_is_zoomed_moved_or_read_anew() -> None:
    store = Store(*((n / 10, float(n)) for n in range(100)), (5000.0, 1.0))
    trace = Trace(store.read)
    trace.update(Frame(10.0, 0, 599))
    assert silences(trace)[0] == (9.9, 5000.0)
    for again in (False, True):
        for column_s, first in ((1.0, 3000), (0.1, 30_000), (0.1, 20_000), (0.3, 10_000)):
            if again:
                trace.forget()
            at = Frame(column_s, first, first + 99)
            trace.update(at)
            assert silences(trace) == [(9.9, at.to_s)]


def test_a_band_goes_with_the_readings_before_it() -> None:
    store = Store(*((n / 10, float(n)) for n in range(100)))
    trace = Trace(store.read)
    trace.update(Frame(0.1, 0, 199))
    store.times.clear()
    store.values.clear()
    trace.forget()
    trace.update(Frame(0.1, 5000, 5199))
    assert silences(trace) == []
