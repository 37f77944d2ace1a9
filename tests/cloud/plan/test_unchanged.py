"""The rule of `min_change`: a reading is compared with the last one that was forwarded or is on its way."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.cloud.plan.unchanged import Reference, is_unchanged
from app.wire.datastreams import Datastream, DatastreamType, Value
from app.wire.streams import Fate, Reading, Run

S = 1_000_000
SEQS = itertools.count(1)


def reading(value: Value, at_s: float = 0.0, seq: int | None = None, stream: int = 1) -> Reading:
    seq = next(SEQS) if seq is None else seq
    return Reading(seq, stream, seq, "v1", value, round(at_s * S))


def goes(new: Value, old: Value, min_change: float, kind: DatastreamType | None = None) -> bool:
    entry = Datastream(virtual_pin=1, type=kind, min_change=min_change)
    return not is_unchanged(reading(new), reading(old), entry)


@pytest.mark.parametrize(
    ("new", "old", "min_change", "expected"),
    [
        (20.4, 20.0, 0.5, False),
        (20.5, 20.0, 0.5, True),
        (19.5, 20.0, 0.5, True),
        (19.6, 20.0, 0.5, False),
        (20.0, 20.0, 0.5, False),
        (-0.2, 0.2, 0.5, False),
        (-0.3, 0.2, 0.5, True),
        (5, 4, 1, True),
        (5.0, 4, 2, False),
        # As doubles, the first two differ by less than 0.1, and the third by more than 0.2.
        (20.4, 20.3, 0.1, True),
        (0.3, 0.2, 0.1, True),
        (0.3, 0.1, 0.20000000000000004, False),
        (20.39, 20.3, 0.1, False),
        (1e300, -1e300, 1e-9, True),
        (1.7e308, -1.7e308, 1.7e308, True),
        (1e300, 1e300, 1e-300, False),
    ],
)
def test_a_number_goes_if_it_differs_by_min_change_or_more(
    new: float, old: float, min_change: float, expected: bool
) -> None:
    for kind in (None, DatastreamType.DOUBLE, DatastreamType.INT):
        assert goes(new, old, min_change, kind) is expected


@given(st.integers(-10_000, 10_000), st.integers(1, 500), st.integers(0, 3))
@example(204, 1, 1)
def test_a_step_of_exactly_min_change_goes_however_it_is_written(old: int, step: int, places: int) -> None:
    first, second, least = (round(n / 10**places, places) for n in (old, old + step, step))
    less = round((step - 0.5) / 10**places, places + 1)
    assert goes(second, first, least)
    assert goes(first, second, least)
    assert not goes(round(first + less, places + 1), first, least)


@pytest.mark.parametrize(
    ("new", "old", "kind", "expected"),
    [
        ("on", "on", DatastreamType.STRING, False),
        ("on", "On", DatastreamType.STRING, True),
        ("on", "on", None, False),
        (3, 3, DatastreamType.ENUM, False),
        (3.0, 3, DatastreamType.ENUM, False),
        (3, 2, DatastreamType.ENUM, True),
        ((13.4, 52.5), (13.4, 52.5), DatastreamType.LOCATION, False),
        ((13.4, 52.500001), (13.4, 52.5), DatastreamType.LOCATION, True),
        (1.0, "1", None, True),
        ("1", 1.0, None, True),
        ((1.0, 2.0), 1.0, None, True),
    ],
)
def test_any_min_change_leaves_out_equal_texts_enums_and_locations_alone(
    new: Value, old: Value, kind: DatastreamType | None, expected: bool
) -> None:
    assert goes(new, old, 100.0, kind) is expected
    assert goes(new, old, 0.001, kind) is expected


@pytest.mark.parametrize(
    ("passed_s", "expected"),
    [(0, True), (9.999999, True), (10, False), (11, False), (-0.000001, False), (-3600, False)],
)
def test_a_reading_goes_when_the_silence_is_over_or_the_clock_was_set_back(
    passed_s: float, expected: bool
) -> None:
    entry = Datastream(virtual_pin=1, min_change=1.0, max_silence_s=10.0)
    assert is_unchanged(reading(20.0, 5000 + passed_s), reading(20.0, 5000), entry) is expected


def test_the_first_reading_goes() -> None:
    assert not is_unchanged(reading(20.0), None, Datastream(virtual_pin=1, min_change=1.0))


def test_the_reference_is_the_last_reading_that_was_not_refused() -> None:
    reference = Reference()
    assert reference.reading is None
    first, second, third = (reading(float(n), seq=n) for n in (1, 2, 3))
    for each in (first, second, third):
        reference.goes(each)
        assert reference.reading == each
    reference.settled(Run(1, 3, 3, Fate.REFUSED))
    assert reference.reading == second
    reference.settled(Run(1, 1, 1, Fate.FORWARDED))
    assert reference.reading == second
    reference.settled(Run(1, 2, 2, Fate.REFUSED))
    assert reference.reading == first
    reference.settled(Run(1, 1, 9, Fate.REFUSED))
    assert reference.reading == first


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.EXPIRED, Fate.SUPERSEDED])
def test_only_a_forwarded_reading_stays_the_reference(fate: Fate) -> None:
    reference = Reference()
    reference.goes(reading(1.0, seq=1))
    reference.settled(Run(1, 1, 1, fate))
    assert reference.reading is None


def test_the_fates_of_other_streams_and_seqs_change_nothing() -> None:
    reference = Reference()
    mine = reading(1.0, seq=5, stream=2)
    reference.goes(mine)
    for run in (Run(1, 5, 5, Fate.REFUSED), Run(2, 1, 4, Fate.REFUSED), Run(2, 6, 9, Fate.REFUSED)):
        reference.settled(run)
    assert reference.reading == mine
    reference.settled(Run(2, 4, 6, Fate.REFUSED))
    assert reference.reading is None


def test_an_older_answer_does_not_replace_a_newer_one() -> None:
    reference = Reference()
    for number in (1, 2):
        reference.goes(reading(float(number), seq=number))
    reference.settled(Run(1, 2, 2, Fate.FORWARDED))
    assert reference.reading
    assert reference.reading.seq == 2
    reference.settled(Run(1, 1, 1, Fate.FORWARDED))
    assert reference.reading.seq == 2


def test_a_reading_that_was_sent_again_is_the_reference_until_the_next_one() -> None:
    reference = Reference()
    on_way, again, following = (reading(float(n), seq=n) for n in (5, 2, 6))
    reference.goes(on_way)
    reference.forwarded_again(again)
    assert reference.reading == again
    reference.goes(following)
    assert reference.reading == following
    reference.settled(Run(1, 5, 5, Fate.FORWARDED))
    reference.settled(Run(1, 6, 6, Fate.REFUSED))
    assert reference.reading == again


def test_the_reference_of_an_earlier_run_holds_until_a_reading_goes() -> None:
    earlier = reading(1.0, seq=1)
    reference = Reference(earlier)
    assert reference.reading == earlier
    newer = reading(2.0, seq=2)
    reference.goes(newer)
    assert reference.reading == newer
    reference.forget_on_way()
    assert reference.reading == earlier


def test_the_last_256_readings_on_their_way_are_remembered() -> None:
    reference = Reference()
    for number in range(1, 258):
        reference.goes(reading(float(number), seq=number))
    reference.settled(Run(1, 3, 257, Fate.REFUSED))
    assert reference.reading
    assert reference.reading.seq == 2
    reference.settled(Run(1, 2, 2, Fate.REFUSED))
    assert reference.reading is None
