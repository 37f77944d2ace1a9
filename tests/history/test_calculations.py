"""A calculation follows the readings: new and deleted ones, those of renamed devices and of a new journal."""

from __future__ import annotations

from collections.abc import Sequence

from app.history.calculation import Calculated, Calculation, Stretch
from app.journal import deleting
from app.journal.devices import change_devices
from app.journal.steps import carry_out
from tests.history.stage import Stage
from tests.history.test_readings import BEGIN_US, S, at, staged
from tests.journal.summaries.small import Reading, mark_clock
from tests.waiting import PATIENCE_S, wait_until

BEGIN_S = BEGIN_US / 1e6


def values(stretches: Sequence[Stretch]) -> list[list[float]]:
    return [stretch.values.tolist() for stretch in stretches]


def asked(stage: Stage, to_s: float, *devices: str) -> Calculated[list[list[float]]] | None:
    """What is there now of the readings from the begin to `to_s` seconds after it."""
    keys = tuple((device, "v1") for device in devices or ("board",))
    return stage.readings.calculate(Calculation(keys, BEGIN_S, BEGIN_S + to_s, values))


def finished(stage: Stage, to_s: float, *devices: str) -> list[list[float]]:
    """The same when everything that was asked for has been calculated."""
    asked(stage, to_s, *devices)
    wait_until(lambda: stage.readings._calculating._thread is None)
    found = asked(stage, to_s, *devices)
    assert found
    assert found[:2] == (BEGIN_S, BEGIN_S + to_s)
    return found.result


def test_new_readings_are_calculated_with_only_if_the_period_reaches_them() -> None:
    with staged() as stage:
        stage.commit(at(1, 1.0), at(2, 2.0))
        runs = [finished(stage, 2), finished(stage, 9)]
        assert runs == [[[1, 2]], [[1, 2]]]
        result = asked(stage, 9)
        assert asked(stage, 9) is result
        # The clock has a resolution, and so another reading may have the time of the last one.
        stage.commit(at(2, 3.0))
        assert finished(stage, 9) == [[1, 2, 3]]
        stage.commit(at(3, 4.0))
        assert finished(stage, 9) == [[1, 2, 3, 4]]
        assert finished(stage, 2.5) == [[1, 2, 3]]
        result = asked(stage, 2.5)
        stage.commit(at(4, 5.0))
        assert finished(stage, 2.5) == [[1, 2, 3]]
        assert asked(stage, 2.5) is result
        # After the clock was set back, readings come before the others.
        mark_clock(stage.journal, at(1.5).at_us, -2_500_000)
        stage.commit(at(1.5, 6.0))
        assert finished(stage, 2.5) == [[1, 6, 2, 3]]


def test_the_readings_of_earlier_runs_are_calculated_with() -> None:
    with staged() as stage:
        stage.commit(at(1, 1.0), Reading(BEGIN_US + S, "calm"), at(2, 2.0))
        stage.restart()
        assert finished(stage, 9) == [[1, 2]]
        stage.commit(at(3, 3.0))
        assert finished(stage, 9, "board", "hall") == [[1, 2, 3], []]
        stage.readings.stop(PATIENCE_S)
        assert finished(stage, 2) == [[1, 2]]


def test_deleted_readings_are_in_no_result() -> None:
    with staged() as stage:
        stage.commit(at(1, 1.0))
        assert finished(stage, 9) == [[1]]
        carry_out(deleting.delete_data(stage.journal, "board"))
        stage.readings.forget("board")
        assert asked(stage, 9) is None
        assert finished(stage, 9) == [[]]


def test_the_readings_of_a_renamed_device_are_calculated_with_under_its_new_name() -> None:
    with staged() as stage:
        stage.commit(at(1, 1.0))
        assert finished(stage, 9) == [[1]]
        assert finished(stage, 9, "hall") == [[]]
        change_devices(stage.journal, {}, renamed={"board": "hall"})
        stage.readings.rename({"board": "hall"})
        assert asked(stage, 9) is None
        assert finished(stage, 9, "hall") == [[1]]


def test_after_the_journal_continues_in_a_new_file_that_one_is_read() -> None:
    with staged() as stage:
        stage.commit(at(1, 1.0))
        assert finished(stage, 9) == [[1]]
        stage.readings.read_again()
        assert asked(stage, 9) is None
        assert finished(stage, 9) == [[1]]
