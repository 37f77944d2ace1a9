"""When the plot draws: with each reading, seldom while only time goes on, and never for what stands still."""

from __future__ import annotations

import math
from typing import NamedTuple

import pytest

from ui.plot.pacing import Due, Pacing


class Told(NamedTuple):
    frames: dict[Due, int]
    labels: int


class Plot:
    """What the plot tells its pacing in each frame; nothing of it changes by itself but the time."""

    def __init__(self) -> None:
        self.pacing = Pacing()
        self.now_s = 1000.0
        self.readings = 0
        self.heights = [400]
        self.moves = self.has_content = True
        self.follows = self.is_measured = self.stands = self.texts = False

    def frame(self) -> tuple[Due, bool]:
        due = self.pacing.due(
            *(self.now_s, [self.readings]),
            heights=self.heights,
            moves=self.moves,
            stands=self.stands,
            follows=self.follows,
            has_content=self.has_content,
        )
        return due, self.pacing.labels_due(texts=self.texts, is_measured=self.is_measured)

    def run(self, seconds: float, every_s: float = 0.016, reading_every: int = 0) -> Told:
        """Let time go on, with a reading every so many frames."""
        told: list[tuple[Due, bool]] = []
        for number in range(round(seconds / every_s)):
            self.now_s += every_s
            self.readings += reading_every > 0 and number % reading_every == 0
            told.append(self.frame())
        frames = {due: [each for each, _ in told].count(due) for due in Due}
        return Told(frames, sum(labels for _, labels in told))


@pytest.fixture
def plot() -> Plot:
    plot = Plot()
    assert plot.frame() == (Due.ALL, True)
    return plot


@pytest.mark.parametrize("moves", [False, True])
def test_a_strip_of_another_height_is_drawn_at_once_also_while_time_stands_still(
    plot: Plot, *, moves: bool
) -> None:
    plot.moves = moves
    plot.heights = [380]
    assert plot.frame() == (Due.ALL, True)
    assert plot.frame() == (Due.NOTHING, False)


def test_a_new_plot_is_drawn_at_once_also_without_readings() -> None:
    pacing = Pacing()
    assert pacing.due(1000.0, [], moves=False, stands=False, follows=False, has_content=False) is Due.ALL
    assert pacing.labels_due(texts=False, is_measured=False)


def test_sixty_readings_a_second_are_sixty_frames(plot: Plot) -> None:
    told = plot.run(1.6, 0.016, reading_every=1)
    assert told.frames[Due.ALL] == 100
    assert told.labels == 0


def test_while_only_time_goes_on_most_frames_are_shifts_and_all_are_few(plot: Plot) -> None:
    told = plot.run(9.6)
    drawn = told.frames[Due.ALL] + told.frames[Due.SHIFT]
    assert 9.6 / 0.064 - 2 <= drawn <= 9.6 / 0.048
    assert told.frames[Due.ALL] <= 9.6 / 0.3


def test_a_plot_in_which_no_pixel_moves_is_not_drawn(plot: Plot) -> None:
    plot.moves = False
    assert plot.run(60).frames == {Due.NOTHING: 3750, Due.SHIFT: 0, Due.ALL: 0}


def test_a_curve_that_has_left_is_followed_by_one_frame_without_it(plot: Plot) -> None:
    plot.run(0.2)
    plot.has_content = False
    assert plot.run(1.6) == ({Due.NOTHING: 99, Due.SHIFT: 0, Due.ALL: 1}, 0)
    plot.texts = True
    assert plot.run(60) == ({Due.NOTHING: 3750, Due.SHIFT: 0, Due.ALL: 0}, 1)


def test_the_next_reading_after_silence_is_drawn_at_once(plot: Plot) -> None:
    plot.has_content = False
    plot.run(60)
    plot.readings += 1
    assert plot.frame() == (Due.ALL, False)


@pytest.mark.parametrize("seconds", [0.01, 60])
def test_what_the_user_does_is_drawn_at_once_with_its_values(plot: Plot, seconds: float) -> None:
    plot.moves = False
    plot.run(seconds, 0.01)
    plot.pacing.touch()
    assert plot.frame() == (Due.ALL, True)
    assert plot.frame() == (Due.NOTHING, False)


def test_what_the_user_does_is_not_forgotten_if_the_values_are_asked_for_later(plot: Plot) -> None:
    plot.pacing.touch()
    for number in (0, 1):
        plot.pacing.due(plot.now_s, [number], moves=True, stands=False, follows=False, has_content=True)
    assert plot.pacing.labels_due(texts=False, is_measured=False)


def test_a_cursor_that_stands_still_is_drawn_anew_whenever_the_curves_move(plot: Plot) -> None:
    plot.follows = True
    told = plot.run(9.6)
    assert told.frames[Due.SHIFT] == 0
    assert told.frames[Due.ALL] >= 9.6 / 0.064 - 2
    plot.has_content = False
    assert plot.run(9.6).frames[Due.ALL] >= 9.6 / 0.064 - 2


def test_while_the_user_measures_values_are_renewed_with_each_frame(plot: Plot) -> None:
    plot.is_measured = True
    assert plot.run(1.6, reading_every=1).labels == 100


def test_the_last_values_are_shown_even_if_nothing_comes_after_them(plot: Plot) -> None:
    plot.now_s += 0.05
    plot.readings += 1
    assert plot.frame() == (Due.ALL, False)
    plot.moves, plot.texts = False, True
    assert plot.frame() == (Due.NOTHING, True)
    assert plot.run(10).labels == 0


def test_a_clock_that_is_set_back_stops_neither_frames_nor_values(plot: Plot) -> None:
    plot.run(1)
    plot.now_s -= 3600
    assert plot.frame()[0] is Due.ALL


@pytest.mark.parametrize(("after_s", "due"), [(0.047, Due.NOTHING), (0.049, Due.SHIFT), (0.301, Due.ALL)])
def test_how_soon_a_frame_follows(plot: Plot, after_s: float, due: Due) -> None:
    plot.now_s += after_s
    assert plot.frame()[0] is due


def test_readings_that_come_steadily_move_the_curves_and_then_time_does(plot: Plot) -> None:
    told = plot.run(9.6, 0.012, reading_every=8)  # a little more than ten times a second
    assert told.frames == {Due.NOTHING: 700, Due.SHIFT: 0, Due.ALL: 100}
    silent = plot.run(9.6).frames
    assert silent[Due.SHIFT] + silent[Due.ALL] >= 9.6 / 0.064 - 4


def test_seldom_readings_do_not_keep_time_from_moving_the_curves(plot: Plot) -> None:
    drawn = plot.run(9.6, reading_every=12).frames  # about five times a second
    assert drawn[Due.SHIFT] + drawn[Due.ALL] >= 9.6 / 0.064 - 4


def test_in_the_same_period_readings_are_drawn_at_once_if_they_are_seldom(plot: Plot) -> None:
    plot.run(5)
    plot.moves = False
    plot.now_s += 0.001
    plot.readings += 1
    assert plot.frame()[0] is Due.ALL
    plot.now_s += 0.332
    plot.readings += 1
    assert plot.frame()[0] is Due.NOTHING
    assert plot.pacing.wait_s(plot.now_s, math.inf, follows=False) == pytest.approx(1 / 3 - 0.332)
    plot.now_s += 0.002
    assert plot.frame()[0] is Due.ALL
    assert plot.pacing._due_s == math.inf


@pytest.mark.parametrize(("stands", "frames"), [(False, 30), (True, 1000)])
def test_readings_of_a_column_that_still_gets_some_are_drawn_seldom(
    plot: Plot, stands: bool, frames: int
) -> None:
    """In a period that stands still, readings are new only if they were read from the journal."""
    plot.moves, plot.stands = False, stands
    plot.now_s += 1.0
    assert plot.run(10, 0.01, reading_every=1).frames[Due.ALL] == frames


def test_a_new_period_is_drawn_with_the_readings_that_were_put_off(plot: Plot) -> None:
    plot.moves = False
    plot.now_s += 0.1
    plot.readings += 1
    assert plot.frame()[0] is Due.NOTHING
    plot.moves = True
    assert plot.frame()[0] is Due.ALL


def test_the_next_frame_is_due_when_the_period_moves_but_not_too_soon(plot: Plot) -> None:
    def wait_s(moves_in_s: float) -> float:
        return plot.pacing.wait_s(plot.now_s, plot.now_s + moves_in_s, follows=False)

    assert wait_s(0.1) == pytest.approx(0.1)
    assert wait_s(0.01) == pytest.approx(0.048)
    plot.now_s += 0.2
    assert wait_s(0.01) == pytest.approx(0.01)
    assert wait_s(-0.01) == 0.0
    plot.pacing.touch()
    assert wait_s(0.1) == 0.0


def test_without_a_curve_no_frame_is_due_unless_something_else_moves(plot: Plot) -> None:
    plot.has_content = False
    plot.now_s += 0.5
    plot.frame()
    assert plot.pacing.wait_s(plot.now_s, plot.now_s + 0.1, follows=False) == math.inf
    assert plot.pacing.wait_s(plot.now_s, plot.now_s + 0.1, follows=True) == pytest.approx(0.1)
