"""Spectra of sines, noise, irregular times and gaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ui.plot.analysis.spectrum import LEAST, MOST, Peak, Problem, Spectrum, spectrum

NOON_S = 1_790_000_000.0


def times(rate_hz: float, length_s: float) -> NDArray[np.float64]:
    return NOON_S + np.arange(round(length_s * rate_hz)) / rate_hz


def sine(at_s: NDArray[np.float64], frequency_hz: float, amplitude: float = 2.0) -> NDArray[np.float64]:
    return np.asarray(amplitude * np.sin(2 * np.pi * frequency_hz * (at_s - NOON_S)))


def of(at_s: NDArray[np.float64], values: NDArray[np.float64]) -> Spectrum:
    found = spectrum(at_s, values)
    assert isinstance(found, Spectrum)
    return found


def peak(at_s: NDArray[np.float64], values: NDArray[np.float64]) -> Peak:
    found = of(at_s, values).peak
    assert found is not None
    return found


@pytest.mark.parametrize("frequency_hz", [0.25, 1.25, 1.3, 3.333, 9.5])
def test_a_sine_has_a_peak_of_its_amplitude_at_its_frequency(frequency_hz: float) -> None:
    at_s = times(20, 20)
    found = of(at_s, sine(at_s, frequency_hz))
    assert found.peak is not None
    assert found.peak.frequency_hz == pytest.approx(frequency_hz, rel=1e-2 if frequency_hz < 1 else 1e-3)
    assert found.peak.amplitude == pytest.approx(2, rel=5e-3)
    # The line that is drawn shows it too, not only the words.
    assert found.amplitudes.max() == pytest.approx(2, rel=1.5e-2)
    assert found.samples == 400
    assert found.length_s == pytest.approx(19.95)
    assert found.frequencies_hz[0] == 0
    assert found.frequencies_hz[-1] == pytest.approx(10)
    assert len(found.frequencies_hz) == len(found.amplitudes) == 4 * 512 // 2 + 1


def test_the_mean_and_a_trend_are_no_frequencies() -> None:
    at_s = times(20, 20)
    values = 1000 + 5 * (at_s - NOON_S) + sine(at_s, 1.25)
    found = peak(at_s, values)
    assert found.frequency_hz == pytest.approx(1.25, rel=1e-3)
    assert found.amplitude == pytest.approx(2, rel=5e-3)
    assert of(at_s, values).amplitudes[:8].max() < 0.1


def test_the_higher_one_of_two_sines_is_named() -> None:
    at_s = times(50, 10)
    found = peak(at_s, sine(at_s, 3, 1.5) + sine(at_s, 12, 4.0))
    assert found.frequency_hz == pytest.approx(12, rel=1e-3)
    assert found.amplitude == pytest.approx(4, rel=1e-2)


@pytest.mark.parametrize("value", [0.0, 21.37, -1e9, 1e300])
def test_a_constant_has_no_peak(value: float) -> None:
    at_s = times(20, 20)
    assert of(at_s, np.full(400, value)).peak is None


def test_a_straight_line_has_no_peak() -> None:
    at_s = times(20, 20)
    assert of(at_s, 3 * (at_s - NOON_S)).peak is None


def test_large_values_do_not_overflow() -> None:
    at_s = times(20, 20)
    assert peak(at_s, sine(at_s, 1.25, 1.5e308)).amplitude == pytest.approx(1.5e308, rel=5e-3)


def test_values_that_alternate_have_the_highest_frequency() -> None:
    at_s = times(20, 20)
    found = peak(at_s, np.tile([2.0, -2.0], 200))
    assert found.frequency_hz == pytest.approx(10)
    assert found.amplitude == pytest.approx(2, rel=1e-2)
    assert (np.diff(of(at_s, np.tile([2.0, -2.0], 200)).amplitudes[-11:]) > 0).all()


def test_three_periods_below_the_highest_frequency_a_sine_has_its_amplitude() -> None:
    at_s = times(20, 20)
    assert peak(at_s, sine(at_s, 10 - 3 / 20)).amplitude == pytest.approx(2, rel=2e-2)


def test_noise_has_an_even_spectrum_of_the_right_power() -> None:
    at_s = times(100, 40)
    found = of(at_s, np.random.default_rng(4).normal(0, 1, len(at_s)))
    halves = np.array_split(found.amplitudes[16:], 2)
    low, high = (float((half**2).mean()) for half in halves)
    assert low / high == pytest.approx(1, abs=0.15)
    # White noise of variance 1 has 4 · 1.5 / n per line: 1.5 lines of a Hann window are one.
    assert low == pytest.approx(6 / len(at_s), rel=0.15)


def test_times_that_jitter_are_evened_out() -> None:
    at_s = times(20, 40)
    late_s = at_s + np.random.default_rng(5).uniform(0, 0.01, len(at_s))
    found = peak(late_s, sine(late_s, 1.25))
    assert found.frequency_hz == pytest.approx(1.25, rel=1e-3)
    assert found.amplitude == pytest.approx(2, rel=0.03)


@pytest.mark.parametrize("rate_hz", [100, 1000])
def test_readings_that_came_in_one_go_are_spread_over_the_time_since_the_last_ones(rate_hz: int) -> None:
    at_s = times(rate_hz, 20)
    arrived_s = NOON_S + np.ceil((at_s - NOON_S) / 0.016 - 1e-9) * 0.016  # as USB adapters pass them on
    found = of(arrived_s, sine(at_s, 7))
    assert found.peak is not None
    assert found.peak.frequency_hz == pytest.approx(7, rel=1e-3)
    assert found.peak.amplitude == pytest.approx(2, rel=0.03)
    assert found.frequencies_hz[-1] >= rate_hz / 2 * 0.99


def test_readings_in_a_burst_of_a_microsecond_are_told_apart() -> None:
    at_s = NOON_S + np.repeat([0.0, 1e-6], [1, 1000])
    found = of(at_s, sine(NOON_S + np.arange(1001.0), 0.1))
    assert found.samples == 1001
    assert found.peak is not None
    assert found.peak.amplitude == pytest.approx(2, rel=2e-2)


def test_the_line_begins_without_a_step() -> None:
    at_s = times(20, 20)
    first, second, *_ = of(at_s, sine(at_s, 0.06)).amplitudes
    assert first == pytest.approx(second, rel=0.05)


def test_of_what_came_in_the_first_go_only_the_last_reading_is_used() -> None:
    at_s = np.repeat(NOON_S + np.arange(10.0), 3)
    values = np.repeat([0.0, 1.0], [2, 28])
    found = of(at_s, values)
    assert (found.samples, found.peak) == (28, None)
    assert found.frequencies_hz[-1] == pytest.approx(1.5)


def test_only_the_longest_piece_without_a_silence_is_used() -> None:
    before, after = times(20, 10), 30 + times(20, 20)
    values = np.concatenate((sine(before, 4, 9), sine(after, 1.25)))
    found = of(np.concatenate((before, after)), values)
    assert found.samples == 400
    assert found.peak is not None
    assert found.peak.frequency_hz == pytest.approx(1.25, rel=1e-3)
    found = of(np.concatenate((after - 60, before)), np.concatenate((values[200:], values[:200])))
    assert found.samples == 400


def test_of_two_pieces_of_the_same_length_the_newer_one_is_used() -> None:
    before, after = times(20, 10), 32 + times(20, 10)
    found = peak(np.concatenate((before, after)), np.concatenate((sine(before, 4), sine(after, 2.5))))
    assert found.frequency_hz == pytest.approx(2.5, rel=1e-3)


@pytest.mark.parametrize("count", [0, 1, 2, LEAST - 1])
def test_too_few_readings_have_no_spectrum(count: int) -> None:
    at_s = NOON_S + np.arange(float(count))
    assert spectrum(at_s, at_s) is Problem.TOO_FEW
    assert spectrum(np.full(100, NOON_S), np.arange(100.0)) is Problem.TOO_FEW


def test_as_many_readings_as_are_needed_have_one() -> None:
    at_s = NOON_S + np.arange(float(LEAST))
    assert of(at_s, at_s % 2).samples == LEAST


def test_readings_at_irregular_times_have_no_spectrum() -> None:
    at_s = NOON_S + np.cumsum(np.random.default_rng(6).exponential(0.1, 500))
    assert spectrum(at_s, sine(at_s, 1)) is Problem.IRREGULAR


@pytest.mark.parametrize(("odd", "is_regular"), [(10, True), (11, False)])
@pytest.mark.parametrize("share", [0.3, 3.5])
def test_one_interval_in_ten_may_be_odd(odd: int, is_regular: bool, share: float) -> None:
    intervals = np.ones(100)
    intervals[5 : 5 + 8 * odd : 8] = share
    at_s = NOON_S + np.concatenate(([0.0], np.cumsum(intervals)))
    assert isinstance(spectrum(at_s, at_s % 3), Spectrum) is is_regular


@pytest.mark.parametrize(("usual", "other"), [(1, 0.35), (1, 2.9), (1, 3), (3, 1)])
def test_intervals_from_a_third_to_three_times_the_median_are_not_odd(usual: float, other: float) -> None:
    intervals = np.full(101, float(usual))
    intervals[::4] = other
    at_s = NOON_S + np.concatenate(([0.0], np.cumsum(intervals)))
    assert isinstance(spectrum(at_s, at_s % 3), Spectrum)


def test_of_too_many_samples_the_newest_are_used() -> None:
    at_s = times(1000, 300)
    values = np.where(at_s < NOON_S + 30, sine(at_s, 50, 40), sine(at_s, 80))
    found = of(at_s, values)
    assert found.samples == MOST
    assert found.length_s == pytest.approx((MOST - 1) / 1000, rel=1e-3)
    assert found.peak is not None
    assert found.peak.frequency_hz == pytest.approx(80, rel=1e-4)


@settings(max_examples=30)
@given(
    st.lists(st.floats(1e-3, 10), min_size=0, max_size=40),
    st.lists(st.floats(-1e9, 1e9), min_size=41, max_size=41),
)
def test_any_readings_have_a_spectrum_or_a_reason(intervals: list[float], values: list[float]) -> None:
    at_s = NOON_S + np.concatenate(([0.0], np.cumsum(intervals)))
    found = spectrum(at_s, np.array(values[: len(at_s)]))
    if isinstance(found, Spectrum):
        assert np.isfinite(found.amplitudes).all()
        assert (found.amplitudes >= 0).all()
        assert found.samples <= MOST
