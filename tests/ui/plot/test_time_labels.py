"""Which labels the time axis has: clock times first, then those of a recording, then seconds before now."""

from __future__ import annotations

import pytest

from ui import wording
from ui.plot.time_labels import TimeLabels
from ui.plot.time_view import Frame, TimeView

NOW_S = 1_790_000_000.0


class Axis:
    """The labels of a view of ten seconds, in columns of 10 ms."""

    def __init__(self) -> None:
        self.view = TimeView(10.0)
        self.labels = TimeLabels(self.view)

    def words(self, now_s: float = NOW_S, *, runs: bool = True) -> list[str]:
        frame = Frame(0.01, round(now_s * 100) - 1000, round(now_s * 100) - 1)
        shown = self.labels.scale(frame, now_s, runs=runs).ticks(frame.from_s, frame.to_s, 1000)
        return [tick.label for tick in shown]


@pytest.fixture
def axis() -> Axis:
    return Axis()


def test_seconds_count_from_now_and_from_where_a_bench_was_stopped(axis: Axis) -> None:
    assert axis.words()[-1] == "now"
    assert axis.words(runs=False)[-1] == wording.clock(NOW_S)
    assert not axis.labels.move


def test_seconds_of_a_paused_view_count_from_its_end(axis: Axis) -> None:
    axis.view.pause(NOW_S)
    assert axis.words()[-1] == "pause"


def test_times_of_a_recording_count_from_its_start_and_move(axis: Axis) -> None:
    axis.labels.zero_s = NOW_S - 65
    assert "01:00" in axis.words()
    assert axis.labels.move


def test_clock_times_take_precedence_and_move(axis: Axis) -> None:
    axis.labels.zero_s, axis.labels.shows_clock = NOW_S - 65, True
    assert wording.clock(NOW_S - 5) in axis.words()
    assert axis.labels.move
