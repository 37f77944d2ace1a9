"""The period of time that is shown: running, paused, zoomed and moved."""

from __future__ import annotations

import pytest

from app.messages.languages import text
from ui.plot.time_view import PRESETS_S, TimeView


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
    view.zoom(1e12, at=1, now_s=0)
    assert view.span_s == 86400


def test_panning_pauses_and_never_shows_the_future() -> None:
    view = TimeView()
    view.pan(-3, now_s=100)
    assert (view.is_paused, view.right_s(105)) == (True, 97)
    view.pan(50, now_s=105)
    assert view.right_s(105) == 105
