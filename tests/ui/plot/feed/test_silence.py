"""When a datastream counts as silent: by its cadence, or by the longest of its last pauses."""

from __future__ import annotations

import numpy as np
import pytest

from ui.plot.feed.silence import last_of_columns, silences, silent_after


def after_last(*times_s: float) -> float:
    return float(silent_after(np.array(times_s), np.array(times_s[-1:]))[0])


@pytest.mark.parametrize(
    ("times_s", "least_s"),
    [
        ((0,), np.inf),
        ((0, 1, 2, 3), np.inf),
        ((0, 1, 1, 2, 2, 3), np.inf),
        ((0, 1, 2, 3, 4), 40),
        ((0, 9, 10, 11, 12, 15), 120),
        (range(8), 40),
        (range(9), 5),
        ((0, 7, 8, 9, 10, 11, 12, 13, 13.1), 5),
        ((0, 7, 14, 15, 16, 17, 18, 19, 20), 40),
        ([n / 1000 for n in range(9)], 0.2),
    ],
)
def test_the_pauses_before_tell_how_long_a_silence_is(times_s: list[float], least_s: float) -> None:
    assert after_last(*times_s) == pytest.approx(least_s)


def test_each_reading_is_judged_by_those_before_it() -> None:
    times = np.array([0.0, 1, 2, 3, 4, 104, 105])
    assert silent_after(times, times[[1, 4, 6]]).tolist() == [np.inf, 40, 4000]
    assert silent_after(np.empty(0), np.empty(0)).tolist() == []


def test_a_silence_begins_with_a_reading_and_ends_with_the_next_one_or_now() -> None:
    times = np.array([0.0, 1, 2, 3, 4, 104, 105])
    assert list(silences(times, 200.0)) == [(4, 104, 40)]
    assert list(silences(times, 9000.0)) == [(4, 104, 40), (105, 9000, 4000)]
    assert list(silences(np.empty(0), 9000.0)) == []


def test_what_is_known_of_readings_that_are_left_out_counts_too() -> None:
    times = np.array([0.0, 1, 50, 51])
    known = np.array([np.inf, 4, np.inf, 50])
    assert list(silences(times, 100.0, 2.0, known)) == [(1, 50, 4)]
    assert list(silences(times, 100.0, 25.0, known)) == []


def test_the_last_times_of_columns() -> None:
    times = np.array([0.0, 1, 2, 7, 12])
    assert last_of_columns(times, 5.0).tolist() == [2, 7, 12]
    assert last_of_columns(times, 0.0).tolist() == times.tolist()
    assert last_of_columns(np.empty(0), 5.0).tolist() == []
