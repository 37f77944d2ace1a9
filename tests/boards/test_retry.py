"""How soon a port is tried again: at once for a board, ever later for a driver that fails at once."""

from __future__ import annotations

from app.boards.retry import MAX_WAIT_S, RETRY_S, Retry


def test_a_board_that_went_away_is_asked_for_soon() -> None:
    retry = Retry()
    for now_s in (10.0, 500.0, 1000.0):
        retry.opened(now_s)
        status = retry.went_away("COM5", now_s + 5, has_spoken=True)
        assert status.sentence == "COM5 went away: plug the board in again."
        assert retry.wait_s == RETRY_S


def test_a_silent_board_that_was_unplugged_later_is_no_stale_one() -> None:
    retry = Retry()
    retry.opened(10.0)
    assert "went away" in retry.went_away("COM5", 15.0, has_spoken=False).sentence
    assert retry.wait_s == RETRY_S


def test_a_port_that_fails_at_once_is_asked_less_and_less() -> None:
    retry = Retry()
    waits = []
    for time in range(20):
        retry.opened(10.0)
        # Once may be an unplug just after the plug.
        words = "fails at once" if time else "went away"
        assert words in retry.went_away("COM5", 10.1, has_spoken=False).sentence
        waits.append(retry.wait_s)
    assert waits[:4] == [0.5, 1.0, 2.0, MAX_WAIT_S]
    assert waits[-1] == MAX_WAIT_S
    retry.refused()
    assert retry.wait_s == RETRY_S


def test_a_loose_cable_is_told() -> None:
    retry = Retry()
    said = []
    for now_s in (10.0, 20.0, 30.0, 200.0):
        retry.opened(now_s)
        said.append("loose" in retry.went_away("COM5", now_s + 1, has_spoken=True).sentence)
    assert said == [False, False, True, False]
