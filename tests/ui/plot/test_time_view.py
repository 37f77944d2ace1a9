"""The period of time that is shown: running, paused, zoomed and moved."""

from __future__ import annotations

import pytest

from app.messages.languages import text
from ui.plot.time_view import MAX_SPAN_S, PRESETS_S, Frame, Period, TimeView


def test_presets_reach_from_a_second_to_a_day() -> None:
    names = [text("label_last", seconds=span_s) for span_s in PRESETS_S]
    assert " ".join(names).split("Last ") == [
        *("", "1 s ", "5 s ", "10 s ", "30 s ", "60 s ", "5 min ", "15 min ", "60 min ", "6 h ", "24 h")
    ]
    assert TimeView().span_s == 10


def test_the_right_edge_of_a_view_is_now_until_it_is_paused() -> None:
    view = TimeView()
    assert view.right_s(100) == 100
    view.pause(100)
    assert view.is_paused
    assert view.right_s(150) == 100
    view.resume()
    assert view.right_s(150) == 150


def test_zooming_a_paused_view_keeps_the_time_under_the_pointer() -> None:
    view = TimeView()
    view.pause(100)
    view.zoom(0.5, at=0.25, now_s=200)
    # The pointer was at 92.5, a quarter of the way from 90 to 100.
    assert view.span_s == 5
    assert view.right_s(200) - 0.75 * view.span_s == pytest.approx(92.5)


def test_zooming_a_paused_view_never_shows_the_future() -> None:
    view = TimeView()
    view.pause(100)
    view.zoom(2, at=0.5, now_s=102)
    assert (view.span_s, view.right_s(200)) == (20, 102)


def test_zooming_a_running_view_keeps_now_at_its_right_edge() -> None:
    view = TimeView()
    view.zoom(2, at=0.1, now_s=100)
    assert (view.span_s, view.right_s(100), view.is_paused) == (20, 100, False)


def test_the_span_is_limited() -> None:
    view = TimeView()
    view.zoom(1e-9, at=1, now_s=0)
    assert view.span_s == 0.01
    view.zoom(1e20, at=1, now_s=0)
    assert view.span_s == MAX_SPAN_S == 100 * 365 * 86400


def test_panning_pauses_and_never_shows_the_future() -> None:
    view = TimeView()
    view.pan(-3, now_s=100)
    assert (view.is_paused, view.right_s(105)) == (True, 97)
    view.pan(50, now_s=105)
    assert view.right_s(105) == 105


def test_the_columns_of_a_running_view_move_on_one_by_one() -> None:
    view = TimeView(10)
    times = [100.005 + step / 100 for step in range(100)]
    seen = [view.frame(now_s, 100) for now_s in times]
    assert seen[0] == Frame(0.1, 901, 1000)
    assert {frame.last - frame.first for frame in seen} == {99}
    assert sorted({frame.last for frame in seen}) == list(range(1000, 1010))
    for now_s, frame in zip(times, seen, strict=True):
        assert frame.to_s - frame.column_s <= now_s < frame.to_s
    assert (seen[0].from_s, seen[0].to_s) == pytest.approx((90.1, 100.1))


def test_a_paused_view_counts_from_the_moment_of_the_pause() -> None:
    view = TimeView()
    assert view.counts_from_s(100) == 100
    view.pause(100)
    view.pan(-50, now_s=130)
    view.pause(140)
    assert view.counts_from_s(150) == 100
    view.resume()
    assert view.counts_from_s(160) == 160


def test_zooming_into_a_period_pauses_and_zooming_out_runs_on() -> None:
    view = TimeView(10)
    view.zoom_into(93, 95, now_s=100)
    assert (view.is_paused, view.span_s, view.right_s(120)) == (True, 2, 95)
    view.zoom_into(93.5, 94, now_s=120)
    assert (view.span_s, view.right_s(120)) == (0.5, 94)
    view.zoom_out()
    assert (view.is_paused, view.span_s, view.right_s(130)) == (False, 10, 130)
    view.zoom_out()
    assert (view.is_paused, view.span_s) == (False, 10)


def test_zooming_out_of_a_paused_view_shows_again_what_was_shown() -> None:
    view = TimeView(10)
    view.pan(-20, now_s=100)
    view.zoom_into(75, 76, now_s=100)
    view.zoom_out()
    assert (view.is_paused, view.span_s, view.right_s(130)) == (True, 10, 80)


def test_zooming_into_the_present_shows_nothing_after_it() -> None:
    view = TimeView(10)
    view.zoom_into(99.995, 99.996, now_s=100)
    assert (view.span_s, view.right_s(100)) == (0.01, 100)


def test_another_span_or_the_end_of_the_pause_forgets_the_view_before_zooming() -> None:
    for change in (TimeView.resume, lambda view: view.set_span(5)):
        view = TimeView(10)
        view.zoom_into(93, 95, now_s=100)
        change(view)
        before = (view.span_s, view.is_paused)
        view.zoom_out()
        assert (view.span_s, view.is_paused) == before


def test_a_view_is_moved_to_a_time_but_not_beyond_the_present() -> None:
    view = TimeView(10)
    view.move_to(60, now_s=100)
    assert (view.is_paused, view.right_s(110), view.counts_from_s(110)) == (True, 60, 100)
    view.move_to(50, now_s=110)
    assert (view.right_s(120), view.counts_from_s(120)) == (50, 100)
    view.move_to(120, now_s=120)
    assert (view.is_paused, view.right_s(125)) == (False, 125)


def test_a_period_always_has_a_length() -> None:
    assert Period(5, 8).length_s == 3
    assert Period(5, 5).length_s > 0
