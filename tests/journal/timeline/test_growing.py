"""Rejected lines become periods: one between two readings, and at most one a second for each target."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.journal.timeline.growing import Part, Period, Periods, by_target
from app.wire.batches import Batch, Intake, Rejected
from app.wire.readings import Grammar

S = 1_000_000


def said(text: str, at_us: int) -> tuple[Batch | None, Rejected | None]:
    intake = Intake(Grammar())
    intake.feed(b"# first\n", 0)
    taken = intake.feed(text.encode(), at_us)
    return taken.batch, taken.rejected


class Rig:
    """Periods, with the latest state of each."""

    def __init__(self) -> None:
        self.periods = Periods()
        self.numbers = itertools.count(1)
        self.found: dict[int, tuple[str, Period]] = {}

    def say(self, text: str, at_us: int) -> None:
        batch, rejected = said(text, at_us)
        if batch:
            self.periods.accepted(batch)
        for part in by_target(rejected) if rejected else ():
            target, period = self.periods.add(part, lambda: next(self.numbers))
            self.found[period.number] = target, period

    @property
    def told(self) -> list[tuple[str, int, int, int]]:
        return [(target, *period[1:4]) for target, period in self.found.values()]


def test_lines_of_a_chunk_are_counted_for_the_targets_that_they_name() -> None:
    _, rejected = said("v1=nan\nv2=nan\nhello\nv1=inf\nv300=1\n", 7)
    assert rejected
    assert list(by_target(rejected)) == [Part("v1", 7, 7, 2), Part("v2", 7, 7, 1), Part("", 7, 7, 2)]
    later = rejected._replace(received_at_us=np.arange(1, 6))
    assert next(by_target(later)) == Part("v1", 1, 4, 2)
    with pytest.raises(ValueError, match="zip"):
        next(by_target(rejected._replace(received_at_us=np.arange(4))))


def test_lines_without_a_reading_in_between_are_one_period() -> None:
    rig = Rig()
    for at_s in range(1, 18):
        rig.say("v1=nan\nv2=1\n", at_s * S)
    assert rig.told == [("v1", S, 17 * S, 17)]


def test_a_reading_ends_the_period_of_its_datastream_alone() -> None:
    rig = Rig()
    rig.say("v1=nan\nv2=nan\n", 1 * S)
    rig.say("v8=1\nv1=1\n", 3 * S)
    rig.say("v1=nan\nv2=nan\n", 5 * S)
    rig.say("v9=1\n", 6 * S)
    rig.say("v2=nan\n", 7 * S)
    assert rig.told == [("v1", S, S, 1), ("v2", S, 7 * S, 3), ("v1", 5 * S, 5 * S, 1)]


def test_any_reading_ends_a_period_of_lines_that_name_no_target() -> None:
    rig = Rig()
    rig.say("hello\n", 1 * S)
    rig.say("v9=1\n", 3 * S)
    rig.say("hello\n", 5 * S)
    assert rig.told == [("", S, S, 1), ("", 5 * S, 5 * S, 1)]


def test_within_a_second_there_is_one_period() -> None:
    rig = Rig()
    for n in range(2000):
        rig.say("v1=nan\n" if n % 2 else "v1=1\n", S + n * 1000)
    assert [count for *_, count in rig.told] == [500, 500]


def test_a_long_pause_and_a_step_of_the_clock_end_a_period() -> None:
    rig = Rig()
    rig.say("v1=nan\n", 400 * S)
    rig.say("v1=nan\n", 699 * S)
    rig.say("v1=nan\n", 999 * S)
    rig.say("v1=nan\n", 998 * S)
    assert rig.told == [("v1", 400 * S, 699 * S, 2), ("v1", 999 * S, 999 * S, 1), ("v1", 998 * S, 998 * S, 1)]


def test_a_board_that_invents_targets_fills_no_memory() -> None:
    rig = Rig()
    rig.say("".join(f"ds{n}=nan\n" for n in range(1, 1000)), S)
    assert len(rig.found) == 301
    assert ("", S, S, 699) in rig.told
    assert sum(count for *_, count in rig.told) == 999
    rig.say("ds1=nan\n", 2 * S)
    assert ("ds1", S, 2 * S, 2) in rig.told


_STEPS = st.lists(
    st.tuples(st.sampled_from(["v1=1\n", "v1=nan\n", "v2=nan\nv1=nan\n", "v2=1\n"]), st.integers(0, 3 * S)),
    max_size=40,
)


@given(_STEPS)
def test_each_line_is_counted_once_and_only_short_periods_have_readings_inside(
    steps: list[tuple[str, int]],
) -> None:
    rig, at_us, accepted, lines = Rig(), 0, [], 0
    for text, pause_us in steps:
        at_us += pause_us
        rig.say(text, at_us)
        accepted += [at_us] if "v1=1" in text else []
        lines += text.count("nan")
    assert sum(count for *_, count in rig.told) == lines
    for target, from_us, to_us, _ in rig.told:
        inside = [time for time in accepted if from_us < time < to_us]
        assert target == "v2" or not inside or to_us - from_us < S
