"""The token bucket, the back-off and the rate, tested without a clock."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cloud.plan.pacing import Backoff, Rate, TokenBucket


def test_calls_are_spread() -> None:
    bucket = TokenBucket(10)
    assert bucket.wait_s(100.0) == 0
    bucket.take(100.0)
    assert bucket.wait_s(100.0) == 0.1
    assert bucket.wait_s(100.1) == 0


@pytest.mark.parametrize(("missing_s", "is_waited"), [(0.8e-9, False), (1.2e-9, True)])
def test_rounding_errors_are_not_waited_for(missing_s: float, is_waited: bool) -> None:
    bucket = TokenBucket(1)
    bucket.take(0.0)
    assert bool(bucket.wait_s(1.0 - missing_s)) is is_waited


def test_a_rate_of_zero_is_unpaced() -> None:
    bucket = TokenBucket(0)
    for _ in range(100):
        bucket.take(5.0)
    assert bucket.wait_s(5.0) == 0


@given(st.floats(0.01, 1000), st.floats(1, 20), st.lists(st.floats(0, 10), min_size=1, max_size=60))
def test_no_interval_has_more_calls_than_the_rate_allows(
    rate: float, burst: float, pauses: list[float]
) -> None:
    bucket = TokenBucket(rate, burst)
    now_s, taken = 0.0, []
    for pause_s in pauses:
        now_s += pause_s
        while bucket.wait_s(now_s) == 0:
            bucket.take(now_s)
            taken.append(now_s)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            stretch_s = taken[last] - taken[first]
            assert last - first + 1 <= burst + stretch_s * rate + 1e-6 * (last + 2)


def test_a_burst_may_be_sent_after_a_pause() -> None:
    bucket = TokenBucket(10, 2.5)
    for now_s in (0.0, 0.0):
        assert bucket.wait_s(now_s) == 0
        bucket.take(now_s)
    assert bucket.wait_s(0.0) == pytest.approx(0.05)
    # A longer pause allows no more than the burst.
    for wait_s in (0, 0, 0.05):
        assert bucket.wait_s(1000.0) == pytest.approx(wait_s)
        bucket.take(1000.0)


def test_a_clock_that_stands_still_gives_nothing() -> None:
    bucket = TokenBucket(10)
    bucket.take(100.0)
    assert bucket.wait_s(99.0) > 0


def test_the_wait_doubles_up_to_the_cap_and_begins_anew() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.failed(60.0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert backoff.failed(300.0) == 256
    backoff.reset()
    assert backoff.failed(60.0) == 1


def test_the_wait_is_random_up_to_its_bound() -> None:
    chances = iter([0.5, 0.0, 0.25])
    backoff = Backoff(lambda: next(chances))
    assert [backoff.failed(3.0) for _ in range(3)] == [0.5, 0.0, 0.75]
    assert backoff.failures == 3


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 2000))
def test_the_wait_never_exceeds_the_cap(chance: float, failures: int) -> None:
    backoff = Backoff(lambda: chance)
    backoff.failures = failures
    assert 0 <= backoff.failed(60.0) <= 60


@given(st.floats(1, 100), st.integers(2, 500))
def test_a_steady_rate_is_seen_from_the_beginning(per_s: float, count: int) -> None:
    rate = Rate(600)
    assert rate.per_s(0) == 0
    for number in range(count):
        rate.add(1, number / per_s)
    assert rate.per_s(count / per_s) == pytest.approx(per_s, rel=0.01 + 1 / count)
    assert Rate(600).per_s(5) == 0


def test_older_events_count_less() -> None:
    rate = Rate(10)
    rate.add(100, 50.0)
    assert rate.per_s(50.0) == 0
    # The rate is 100 / e events in (1 - 1/e) * 10 s.
    assert rate.per_s(60.0) == pytest.approx(100 / math.e / (10 * (1 - 1 / math.e)))
    rate.add(50, 60.0)
    assert rate.per_s(60.0) == pytest.approx((100 / math.e + 50) / (10 * (1 - 1 / math.e)))
    # A clock that is set back does not increase the rate.
    assert rate.per_s(59.5) == pytest.approx((100 / math.e + 50) / (10 * (1 - math.exp(-0.95))))


def test_events_of_long_ago_count_little() -> None:
    rate = Rate(10)
    rate.add(1000, 0)
    assert rate.per_s(0) == 0
    assert rate.per_s(200) < 1e-3
