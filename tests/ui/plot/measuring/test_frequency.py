"""What repeats has a frequency: also with noise, drift and gaps. Noise, steps and drifts have none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.plot.measuring import frequency
from ui.plot.measuring.frequency import Numbers, frequency_hz, slope_of

NOW_S = 1_790_000_000.0


def sampled(seconds: float, per_s: float = 50.0) -> Numbers:
    return NOW_S + np.arange(0, seconds, 1 / per_s)


def sine(times_s: Numbers, hz: float, phase: float = 0.0) -> Numbers:
    wave: Numbers = np.sin(2 * np.pi * (hz * (times_s - NOW_S) + phase))
    return wave


def noise(count: int, size: float = 1.0, seed: int = 1) -> Numbers:
    return np.random.default_rng(seed).normal(scale=size, size=count)


@given(
    st.floats(2.3, 40.0), st.floats(0.05, 5.0), st.floats(0.0, 1.0), st.floats(-3.0, 3.0), st.floats(0.1, 1e6)
)
def test_a_sine_of_any_phase_has_its_frequency_also_while_it_drifts(
    periods: float, hz: float, phase: float, drift: float, size: float
) -> None:
    times = NOW_S + np.linspace(0, periods / hz, int(40 * periods))
    values = size * (sine(times, hz, phase) + drift * hz * (times - NOW_S))
    assert frequency_hz(times, values) == pytest.approx(hz, rel=1e-3)


@given(st.floats(0.0, 1.0), st.integers(0, 99))
def test_noise_on_a_sine_changes_little(phase: float, seed: int) -> None:
    times = sampled(10.0)
    assert frequency_hz(times, sine(times, 0.5, phase) + noise(500, 0.1, seed)) == pytest.approx(
        0.5, rel=0.02
    )


FORMS: dict[str, Callable[[Numbers], Numbers]] = {
    "square": lambda turns: np.sign(0.5 - turns % 1),
    "pulses": lambda turns: (turns % 1 < 0.06) * 1.0,
    "saw": lambda turns: turns % 1,
    "two tones": lambda turns: np.sin(2 * np.pi * turns) + 0.5 * np.sin(4 * np.pi * turns + 1),
    "steps that start again": lambda turns: np.floor(turns % 1 * 7),
}


@pytest.mark.parametrize("form", FORMS)
def test_any_form_that_repeats_has_a_frequency(form: str) -> None:
    times = sampled(20.0)
    values = FORMS[form](1.3 * (times - NOW_S))
    assert frequency_hz(times, values) == pytest.approx(1.3, rel=0.005)
    assert frequency_hz(times, 1e5 - 3e-4 * values) == pytest.approx(1.3, rel=0.005)


WITHOUT: dict[str, Callable[[Numbers], Numbers]] = {
    "constant": lambda seconds: 0 * seconds + 0.1,
    "ramp": lambda seconds: 0.1 * seconds,
    "step": lambda seconds: (seconds > 7) * 1.0,
    "curve": lambda seconds: (seconds - 10) ** 2,
    "cooling": lambda seconds: np.exp(-seconds / 3),
    "faster and faster": lambda seconds: np.sin(seconds**2),
    "two odd pulses": lambda seconds: ((seconds % 11 < 1) | (seconds % 13 < 1)) * 1.0,
    "noise": lambda seconds: noise(len(seconds)),
    "slow noise": lambda seconds: np.cumsum(noise(len(seconds))),
    "a period and a half": lambda seconds: np.sin(2 * np.pi * seconds * 0.075),
}


@pytest.mark.parametrize("form", WITHOUT)
def test_what_does_not_repeat_has_no_frequency(form: str) -> None:
    times = sampled(20.0)
    assert frequency_hz(times, WITHOUT[form](times - NOW_S)) is None


@pytest.mark.parametrize("count", [12, 20, 50, 200])
@pytest.mark.parametrize("walks", [False, True])
def test_noise_seldom_seems_to_repeat(count: int, walks: bool) -> None:
    times = sampled(count / 50)
    found = 0
    for seed in range(200):
        values = noise(count, seed=seed)
        found += frequency_hz(times, np.cumsum(values) if walks else values) is not None
    assert found <= 2


def test_a_few_swings_of_smooth_noise_do_not_repeat() -> None:
    times, window = sampled(20.0, 20.0), np.ones(40) / 40
    for seed in range(100):
        rough = noise(len(times) + 2 * len(window) - 2, seed=seed)
        smooth = np.convolve(np.convolve(rough, window, "valid"), window, "valid")
        assert frequency_hz(times, smooth) is None


def test_two_whole_periods_are_needed() -> None:
    hz = 0.5
    found = {
        periods: frequency_hz(times := sampled(periods / hz), sine(times, hz, 0.1)) for periods in (1.9, 2.2)
    }
    assert found[1.9] is None
    assert found[2.2] == pytest.approx(hz)


def test_too_few_readings_in_a_period_have_no_frequency() -> None:
    times = NOW_S + np.arange(400.0)
    assert frequency_hz(times, sine(times, 0.36)) == pytest.approx(0.36, rel=1e-3)
    assert frequency_hz(times, sine(times, 0.42)) is None
    assert frequency_hz(times[:1], times[:1]) is None
    assert frequency_hz(times[:0], times[:0]) is None
    # All came at one time.
    assert frequency_hz(np.full(9, NOW_S), np.arange(9) % 2.0) is None


def test_a_period_in_which_readings_are_missing_does_not_count() -> None:
    times = sampled(20.0)
    times = np.concatenate((times[:400], times[600:]))
    assert frequency_hz(times, sine(times, 1.3)) == pytest.approx(1.3, rel=1e-3)


def test_of_many_readings_only_some_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frequency, "_COMPARED", 10)
    times = sampled(20.0)
    assert frequency_hz(times, sine(times, 1.3)) == pytest.approx(1.3, rel=1e-3)


def test_a_slope_needs_two_times() -> None:
    assert slope_of(np.array([1.0, 3.0]), np.array([5.0, 1.0])) == -2
    assert slope_of(np.array([1.0, 1.0]), np.array([5.0, 1.0])) == 0
