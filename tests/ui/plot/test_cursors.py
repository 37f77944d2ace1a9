"""Two cursors: fixed on the screen while the view runs, fixed in time while it is paused."""

from __future__ import annotations

import time

import pytest

from ui.plot.cursors import Cursors, measured
from ui.plot.time_view import TimeView


def test_in_a_running_view_the_cursors_keep_their_place_on_the_screen() -> None:
    cursors = Cursors(TimeView(10))
    assert cursors.times_s(100) == (93.5, 96.5)
    assert cursors.times_s(150) == (143.5, 146.5)
    cursors.move(0, 145, 150)
    assert cursors.times_s(160) == pytest.approx((155, 156.5))


def test_in_a_paused_view_the_cursors_keep_their_time() -> None:
    view = TimeView(10)
    cursors = Cursors(view)
    cursors.times_s(100)
    view.pause(100)
    assert cursors.times_s(130) == (93.5, 96.5)
    view.zoom(0.5, at=0.5, now_s=130)
    view.pan(-1, now_s=130)
    assert cursors.times_s(131) == (93.5, 96.5)
    cursors.move(1, 95, 131)
    assert cursors.times_s(140) == (93.5, 95)


def test_the_cursors_never_leave_a_running_view() -> None:
    view = TimeView(10)
    cursors = Cursors(view)
    cursors.move(0, 200, 100)
    cursors.move(1, 50, 100)
    assert cursors.times_s(100) == (100, 90)
    view.pause(100)
    cursors.times_s(100)
    view.pan(-30, now_s=100)
    assert cursors.times_s(100) == (100, 90)
    view.resume()
    # Both were beyond the right edge of the paused view, which was at 70.
    assert cursors.times_s(80) == (80, 80)
    assert cursors.times_s(200) == (200, 200)


def test_when_the_view_runs_again_the_cursors_keep_their_place_on_the_screen() -> None:
    view = TimeView(10)
    cursors = Cursors(view)
    view.pause(100)
    cursors.move(0, 91, 100)
    cursors.move(1, 98, 100)
    view.resume()
    assert cursors.times_s(150) == pytest.approx((141, 148))
    assert cursors.times_s(151) == pytest.approx((142, 149))


def test_cursors_that_are_shown_again_begin_at_their_first_places() -> None:
    cursors = Cursors(TimeView(10))
    assert not cursors.shown
    cursors.move(0, 99, 100)
    cursors.show(True)
    assert cursors.shown
    assert cursors.times_s(100) == (93.5, 96.5)


def test_cursors_moved_in_a_running_view_follow_its_span() -> None:
    view = TimeView(10)
    cursors = Cursors(view)
    cursors.move(0, 95, 100)
    view.set_span(20)
    assert cursors.times_s(100) == (90, 93)


@pytest.mark.parametrize(
    ("apart_s", "said"),
    [(1.25, "Δt 1.25 s   1/Δt 0.8 Hz"), (-0.0125, "Δt −12.5 ms   1/Δt 80 Hz"), (0.0, "Δt 0 µs")],
)
def test_cursors_report_their_distance_and_its_frequency(apart_s: float, said: str) -> None:
    assert measured(1_790_000_000, 1_790_000_000 + apart_s).endswith(said)


def test_cursors_report_both_times() -> None:
    first = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.25
    assert measured(first, first + 2) == "A 14:05:09.250   B 14:05:11.250   Δt 2 s   1/Δt 0.5 Hz"


def test_cursors_on_two_days_have_dates() -> None:
    first = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1))
    said = measured(first, first + 9 * 86400)
    assert said.startswith("A 2026-11-24 14:05:09   B 2026-12-03 14:05:09   Δt ")
