"""Two cursors: still on the screen while the view runs, still in time while it is paused."""

from __future__ import annotations

import time

import pytest

from ui.plot.cursors import Cursors, reading
from ui.plot.time_view import TimeView


def test_they_stand_on_the_screen_while_the_view_runs() -> None:
    cursors = Cursors(TimeView(10))
    assert cursors.times_s(100) == (93.5, 96.5)
    assert cursors.times_s(150) == (143.5, 146.5)
    cursors.move(0, 145, 150)
    assert cursors.times_s(160) == pytest.approx((155, 156.5))


def test_they_stand_in_time_while_it_is_paused() -> None:
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


def test_they_never_leave_the_view() -> None:
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
    # They stood at and beyond the right edge of the paused view.
    assert cursors.times_s(80) == (80, 80)
    assert cursors.times_s(200) == (200, 200)


def test_they_stand_where_they_were_on_the_screen_once_the_view_runs_again() -> None:
    view = TimeView(10)
    cursors = Cursors(view)
    view.pause(100)
    cursors.move(0, 91, 100)
    cursors.move(1, 98, 100)
    view.resume()
    assert cursors.times_s(150) == pytest.approx((141, 148))
    assert cursors.times_s(151) == pytest.approx((142, 149))


def test_shown_anew_they_begin_in_what_is_seen() -> None:
    cursors = Cursors(TimeView(10))
    assert not cursors.shown
    cursors.move(0, 99, 100)
    cursors.show(True)
    assert cursors.shown
    assert cursors.times_s(100) == (93.5, 96.5)


def test_moved_in_a_running_view_they_follow_its_span() -> None:
    view = TimeView(10)
    cursors = Cursors(view)
    cursors.move(0, 95, 100)
    view.set_span(20)
    assert cursors.times_s(100) == (90, 93)


@pytest.mark.parametrize(
    ("apart_s", "said"),
    [(1.25, "Δt 1.25 s   1/Δt 0.8 Hz"), (-0.0125, "Δt −12.5 ms   1/Δt 80 Hz"), (0.0, "Δt 0 µs")],
)
def test_reading(apart_s: float, said: str) -> None:
    assert reading(1_790_000_000, 1_790_000_000 + apart_s).endswith(said)


def test_reading_names_both_with_their_times() -> None:
    first = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1)) + 0.25
    assert reading(first, first + 2) == "A 14:05:09.250   B 14:05:11.250   Δt 2 s   1/Δt 0.5 Hz"
