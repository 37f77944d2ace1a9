"""Times go backwards only at a clock mark. A line has the time when its last byte was on the wire."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.wire.arrival import STEP_US, Arrival, ClockMark, SteadyClock
from app.wire.batches import Intake
from app.wire.readings import Grammar

S = 1_000_000
NOW = 1_764_016_265 * S
STEPS = st.lists(
    st.tuples(
        st.integers(0, 20 * S), st.just(0) | st.integers(-5 * S, 5 * S) | st.integers(-(10**12), 10**12)
    ),
    max_size=40,
)


@given(STEPS, st.none() | st.integers(NOW - 10 * S, NOW + 10 * S))
@example([(0, -STEP_US), (S, -STEP_US)], None)
def test_time_never_runs_backwards_between_two_marks(
    steps: list[tuple[int, int]], last_us: int | None
) -> None:
    clock = SteadyClock(last_us)
    wall_us, monotonic_us, before_us = NOW, 0, last_us
    for elapsed_us, stepped_us in [(0, 0), *steps]:
        monotonic_us += elapsed_us
        wall_us += elapsed_us + stepped_us
        at_us, mark = clock.read(wall_us, monotonic_us)
        if mark:
            assert at_us == mark.at_us == wall_us
            assert mark.monotonic_us == monotonic_us
            assert abs(mark.stepped_us) > STEP_US
        elif before_us is not None:
            assert at_us >= before_us
            assert abs(at_us - wall_us) <= STEP_US
        before_us = at_us


@given(st.integers(0, 100 * S), st.integers(STEP_US + 1, 10**12), st.sampled_from([-1, 1]))
def test_each_step_of_over_two_seconds_is_marked(elapsed_us: int, size_us: int, way: int) -> None:
    clock = SteadyClock()
    assert clock.read(NOW, 5) == (NOW, None)
    wall_us = NOW + elapsed_us + way * size_us
    mark = ClockMark(wall_us, 5 + elapsed_us, way * size_us)
    assert clock.read(wall_us, 5 + elapsed_us) == (wall_us, mark)
    assert clock.read(wall_us + 1, 6 + elapsed_us) == (wall_us + 1, None)


def test_a_small_step_back_is_caught_up_with_at_half_speed() -> None:
    clock = SteadyClock()
    clock.read(NOW, 0)
    times = [clock.read(NOW + n * S - S, n * S)[0] - NOW for n in range(1, 5)]
    assert times == [S // 2, S, 2 * S, 3 * S]


def test_a_clock_that_was_set_back_between_two_runs_is_marked() -> None:
    assert SteadyClock(NOW).read(NOW - S, 7) == (NOW, None)
    assert SteadyClock(NOW).read(NOW + 9 * S, 7) == (NOW + 9 * S, None)
    assert SteadyClock(NOW).read(NOW - 3 * S, 7) == (NOW - 3 * S, ClockMark(NOW - 3 * S, 7, -3 * S))


@given(
    st.integers(0, 10**7),
    st.integers(1, 70_000),
    st.integers(50, 20_000_000),
    st.lists(st.floats(0, 1), max_size=50),
)
def test_a_line_has_a_time_between_the_previous_chunk_and_its_own(
    gap_us: int, chunk_bytes: int, baud_rate: int, parts: list[float]
) -> None:
    arrival = Arrival(NOW, NOW - gap_us, chunk_bytes, baud_rate)
    still_to_come = [int(part * chunk_bytes) for part in sorted(parts, reverse=True)]
    times = arrival.spread(np.array(still_to_come, np.int64)).tolist()
    assert all(NOW - gap_us <= at_us <= NOW for at_us in times)
    assert times == sorted(times)


def test_bytes_faster_than_the_baud_rate_are_spread_over_the_time_since_the_previous_chunk() -> None:
    arrival = Arrival(NOW, NOW - 1000, 1000, 9600)
    assert arrival.spread(np.array([999, 500, 0])).tolist() == [NOW - 999, NOW - 500, NOW]


def test_after_a_pause_a_byte_takes_the_time_of_ten_bits() -> None:
    arrival = Arrival(NOW, NOW - S, 97, 9600)
    assert arrival.spread(np.array([96, 48, 0])).tolist() == [NOW - 100_000, NOW - 50_000, NOW]


@pytest.mark.parametrize(
    ("since_us", "baud_rate", "is_spread"),
    [(NOW - 1, 9600, True), (NOW - 1, 0, False), (NOW, 9600, False), (NOW + 1, 9600, False)],
)
def test_bytes_are_spread_if_there_is_a_baud_rate_and_an_earlier_chunk(
    since_us: int, baud_rate: int, is_spread: bool
) -> None:
    assert Arrival(NOW, since_us, 1, baud_rate).is_spread is is_spread


LINES = st.lists(
    st.sampled_from(
        [b"v1=1", b"v2=-3.25", b"v1=nonsense", b"v3=text", b"# word", b"", b"v256=1", b"y" * 1300]
    ),
    min_size=1,
    max_size=30,
)


@given(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"]), st.lists(st.integers(1, 3000), max_size=8))
@pytest.mark.parametrize("baud_rate", [100_000])
def test_a_reading_has_the_time_of_its_last_byte_whatever_the_chunking(
    baud_rate: int, lines: list[bytes], end: bytes, cuts: list[int]
) -> None:
    byte_us = 10 * S // baud_rate
    data = b"v1=0\n" + b"".join(line + end for line in lines)
    edges = sorted({5, len(data), *(cut for cut in cuts if 5 < cut < len(data))})
    intake = Intake(Grammar(), baud_rate)
    intake.feed(data[:5], NOW + 5 * byte_us)
    accepted: list[int] = []
    rejected: list[int] = []
    for first, last in pairwise(edges):
        taken = intake.feed(data[first:last], NOW + last * byte_us)
        accepted += taken.batch.received_at_us.tolist() if taken.batch else []
        rejected += taken.rejected.received_at_us.tolist() if taken.rejected else []
    ends = [5 + at for at in accumulate(len(line) + len(end) for line in lines)]
    wanted = [NOW + at * byte_us for at in ends]
    good = [
        at for at, line in zip(wanted, lines, strict=True) if line.startswith(b"v") and b"256" not in line
    ]
    wrong = [at for at, line in zip(wanted, lines, strict=True) if line == b"v256=1"]
    # If a chunk ends between \r and \n, the line ends with the \r, one byte earlier.
    slack_us = byte_us * (len(end) - 1)
    assert len(accepted) == len(good)
    assert all(at - slack_us <= was <= at for was, at in zip(accepted, good, strict=True))
    short = [was for was in rejected if any(at - slack_us <= was <= at for at in wrong)]
    assert len(short) >= len(wrong)
    assert rejected == sorted(rejected)


def test_without_a_baud_rate_all_lines_of_a_chunk_have_its_time() -> None:
    intake = Intake(Grammar())
    intake.feed(b"v1=0\n", NOW)
    taken = intake.feed(b"v1=1\nv1=x\nv1=2\n", NOW + S)
    assert taken.batch
    assert taken.batch.received_at_us.tolist() == [NOW + S] * 3


def test_a_clock_that_was_set_back_spreads_nothing() -> None:
    intake = Intake(Grammar(), 9600)
    intake.feed(b"v1=0\n", NOW)
    taken = intake.feed(b"v1=1\nv1=2\n", NOW - 10 * S)
    assert taken.batch
    assert taken.batch.received_at_us.tolist() == [NOW - 10 * S] * 2


def test_a_port_that_opens_again_spreads_nothing_before_its_first_chunk() -> None:
    intake = Intake(Grammar(), 9600)
    intake.feed(b"v1=0\nv1", NOW)
    assert intake.close(NOW + S).counts.partial == 1
    taken = intake.feed(b"v1=1\nv1=2\n", NOW + 2 * S)
    assert taken.batch
    assert taken.batch.received_at_us.tolist() == [NOW + 2 * S] * 2
