"""Times in UTC, by the local clock and since the first row."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from app.journal.export.form import TimeForm
from app.journal.export.times import Times

HOUR_US = 3_600_000_000
SUMMER_ENDS_US = 1_792_890_000_000_000
"""2026-10-25, 01:00 UTC: the clocks of Berlin are put back from 3:00 to 2:00."""


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    if not hasattr(time, "tzset"):
        pytest.skip("Windows has one time zone for all programs")

    def be_in(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield be_in
    monkeypatch.undo()
    time.tzset()


def test_utc_is_the_time_itself() -> None:
    assert Times(TimeForm.UTC).of(-7) == -7


def test_elapsed_time_begins_with_the_first_row_and_may_go_back() -> None:
    times = Times(TimeForm.ELAPSED)
    assert [times.of(at_us) for at_us in (5, 5, 9, 2)] == [0, 0, 4, -3]


def test_local_time_follows_the_clock_that_is_put_back(zone: Callable[[str], None]) -> None:
    zone("CET-1CEST,M3.5.0,M10.5.0/3")
    times = Times(TimeForm.LOCAL)
    moments = [SUMMER_ENDS_US + offset_us for offset_us in (-1, 0, 1, HOUR_US, -HOUR_US)]
    ahead_us = [times.of(at_us) - at_us for at_us in moments]
    assert ahead_us == [2 * HOUR_US, HOUR_US, HOUR_US, HOUR_US, 2 * HOUR_US]


def test_a_zone_may_be_ahead_by_quarters_of_an_hour(zone: Callable[[str], None]) -> None:
    zone("NPT-5:45")
    assert Times(TimeForm.LOCAL).of(1) == 1 + 5 * HOUR_US + 45 * 60_000_000


@pytest.mark.parametrize("error", [OSError, OverflowError, ValueError])
def test_a_time_that_the_system_does_not_know_has_the_offset_of_1970(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def localtime(at_s: float) -> time.struct_time:
        if at_s < 0:
            raise error
        return usual(at_s)

    usual = time.localtime
    monkeypatch.setattr("app.journal.export.times.localtime", localtime)
    assert Times(TimeForm.LOCAL).of(-HOUR_US) == -HOUR_US + usual(0).tm_gmtoff * 1_000_000
