"""A port is tried again soon after its board went away, but less and less often if it fails at once."""

from __future__ import annotations

import pytest

from app.boards.retry import Retry
from app.boards.status import LinkState


def test_a_board_that_went_away_is_tried_soon() -> None:
    retry = Retry()
    for now_s in (10.0, 500.0, 1000.0):
        retry.opened(now_s)
        status = retry.went_away("COM5", now_s + 5, has_spoken=True)
        assert str(status.message) == "COM5 went away: plug the board in again."
        assert retry.wait_s == 0.25


@pytest.mark.parametrize(
    ("after_s", "has_spoken", "wait_s"), [(0.5, False, 0.5), (1.0, False, 0.25), (0.5, True, 0.25)]
)
def test_only_a_port_that_fails_within_a_second_and_sends_nothing_has_failed_at_once(
    after_s: float, has_spoken: bool, wait_s: float
) -> None:
    retry = Retry()
    retry.opened(10.0)
    assert retry.went_away("COM5", 10.0 + after_s, has_spoken=has_spoken).state is LinkState.NO_SUCH_PORT
    assert retry.wait_s == wait_s
    assert Retry().wait_s == 0.25


def test_a_silent_board_that_is_unplugged_later_went_away() -> None:
    retry = Retry()
    retry.opened(10.0)
    assert "went away" in str(retry.went_away("COM5", 15.0, has_spoken=False).message)
    assert retry.wait_s == 0.25


def test_a_port_that_fails_at_once_is_tried_less_and_less_often() -> None:
    retry = Retry()
    waits = []
    for time in range(2000):
        retry.opened(10.0)
        # At the first failure, the board may have been unplugged just after it was plugged in.
        words = "fails at once" if time else "went away"
        assert words in str(retry.went_away("COM5", 10.1, has_spoken=False).message)
        waits.append(retry.wait_s)
    assert waits[:4] == [0.5, 1.0, 2.0, 2.0]
    assert waits[-1] == 2.0
    retry.opened(10.0)
    assert "went away" in str(retry.went_away("COM5", 12.0, has_spoken=False).message)
    retry.opened(20.0)
    retry.went_away("COM5", 20.0, has_spoken=False)
    assert retry.wait_s == 0.5
    retry.refused()
    assert retry.wait_s == 0.25


@pytest.mark.parametrize(
    ("went_s", "is_loose"),
    [
        ((1010.0, 1020.0, 1030.0), True),
        ((1010.0, 1020.0, 1030.0, 1040.0), True),
        ((1010.0, 1050.0, 1069.75), True),
        ((1010.0, 1050.0, 1070.0), False),  # the third is a minute after the first
        ((1010.0, 1020.0), False),
        ((1010.0, 1020.0, 1030.0, 1200.0), False),
    ],
)
def test_a_loose_cable_is_reported(went_s: tuple[float, ...], is_loose: bool) -> None:
    retry = Retry()
    for now_s in went_s:
        retry.opened(now_s - 5)
        sentence = str(retry.went_away("COM5", now_s, has_spoken=True).message)
    assert sentence == (
        "COM5 went away 3 times within a minute: is its cable or plug loose?"
        if is_loose
        else "COM5 went away: plug the board in again."
    )


def test_a_port_that_was_never_opened_did_not_fail_at_once() -> None:
    retry = Retry()
    retry.went_away("COM5", 1.5, has_spoken=False)
    assert retry.wait_s == 0.25
