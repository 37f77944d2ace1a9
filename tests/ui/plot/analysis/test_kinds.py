"""What the three kinds of analysis show of a result: figures, and sentences about them."""

from __future__ import annotations

import numpy as np
import pytest

from ui.plot.analysis.bins import histogram
from ui.plot.analysis.distribution import Distribution
from ui.plot.analysis.figure import Figure, Shape
from ui.plot.analysis.frequencies import Frequencies, hertz
from ui.plot.analysis.kind import Shown
from ui.plot.analysis.numbers import precise, rounded
from ui.plot.analysis.pairs import pair_up
from ui.plot.analysis.spectrum import Problem, spectrum
from ui.plot.analysis.xy import XY
from ui.plot.curves import Style

NOON_S = 1_790_000_000.0
CURRENT = Style("v1", "Current", "A", "#0072B2")
VOLTAGE = Style("v2", "Voltage", "V", "#D55E00", is_stepped=True)
PLAIN = Style("v3", "v3", "", "#009E73")


def figure(shown: Shown) -> Figure:
    assert shown.figure is not None
    return shown.figure


def at(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return NOON_S + np.arange(count) / 20


@pytest.mark.parametrize(
    ("number", "scale", "text"),
    [
        (21.3512, 1.7, "21.35 V"),
        (1e9 + 0.25, 0.5, "1000000000.250 V"),
        (-3, 400, "−3 V"),
        (21.5, 0, "21.5 V"),
        (21.5, float("inf"), "21.5 V"),
    ],
)
def test_a_number_has_the_digits_that_can_be_told_apart(number: float, scale: float, text: str) -> None:
    assert precise(number, scale, "V") == text
    assert precise(number, scale) == text.removesuffix(" V")


@pytest.mark.parametrize(
    ("number", "scale", "text"),
    [
        (1.7e308, 1.7e308, "1.7e+308"),
        (5e-324, 5e-324, "4.94066e-324"),
        (float("inf"), 1.0, "–"),
        (1.0, 1e-300, "1"),
    ],
)
def test_numbers_at_the_ends_of_floats_are_written(number: float, scale: float, text: str) -> None:
    assert precise(number, scale) == text
    assert rounded(float("inf")) == "–"


def test_a_rounded_number_has_few_digits() -> None:
    assert rounded(1.23456, "V") == "1.235 V"
    assert rounded(1.23456, "V", 3) == "1.23 V"


def test_frequencies_have_units_of_their_size() -> None:
    shown = [hertz(each) for each in (0, 0.0125, 1.25, 999, 12500, 2.5e6)]
    assert shown == ["0 Hz", "0.0125 Hz", "1.25 Hz", "999 Hz", "12.5 kHz", "2.5 MHz"]


def xy(x: list[float], y: list[float], *, option: bool = False) -> Shown:
    pairs = pair_up(at(len(x)), np.array(x, float), at(len(y)), np.array(y, float))
    return XY().shown(pairs, (CURRENT, VOLTAGE), option=option)


def test_pairs_are_points_in_the_colour_of_y() -> None:
    shown = xy([0, 1, 2], [5, 5.5, 6])
    drawn = figure(shown)
    assert (drawn.shape, drawn.color, drawn.joins) == (Shape.POINTS, "#D55E00", None)
    assert (str(drawn.x.title), str(drawn.y.title)) == ("Current (A)", "Voltage (V)")
    assert (drawn.x.low, drawn.x.high) == (-0.08, 2.08)
    assert str(shown.words) == "3 pairs; Current from 0.00 A to 2.00 A, Voltage from 5.00 V to 6.00 V."
    assert str(drawn.words(1)) == "Current 1.00 A   Voltage 5.50 V"
    assert [str(each) for each in drawn.table.headings] == [
        "Seconds since 1970",
        "Current (A)",
        "Voltage (V)",
    ]
    assert drawn.table.rows(".").splitlines()[1] == "1790000000.05\t1.0\t5.5"


def test_the_option_joins_the_points() -> None:
    joins = figure(xy([0, 1, 2], [5, 5.5, 6], option=True)).joins
    assert joins is not None
    assert joins.tolist() == [True, True, False]


def test_equal_pairs_are_shown_too() -> None:
    shown = xy([2.5], [7])
    assert str(shown.words) == "1 pair; Current from 2.5 A to 2.5 A, Voltage from 7 V to 7 V."


def test_without_pairs_a_sentence_says_why() -> None:
    shown = xy([], [1, 2])
    assert shown.figure is None
    assert "no two readings belong together" in str(shown.words)


def test_a_curve_in_steps_is_paired_in_steps() -> None:
    assert XY().question((CURRENT, VOLTAGE)).options == (False, True)


def bars(*values: float, style: Style = CURRENT) -> Shown:
    result = histogram(np.empty(0), np.array(values))
    return Distribution().shown(result, (style,), option=False)


def test_bars_count_readings_from_zero() -> None:
    shown = bars(0.5, 1.25, 1.5, 3, 3)
    drawn = figure(shown)
    assert (drawn.shape, drawn.color) == (Shape.BARS, "#0072B2")
    assert (drawn.x.low, drawn.x.high, str(drawn.x.title)) == (0.5, 3, "Current (A)")
    assert (drawn.y.low, drawn.y.high, str(drawn.y.title)) == (0, 2.1, "Readings")
    assert drawn.ys.tolist() == [1, 1, 1, 0, 2]
    assert drawn.xs.tolist() == [0.75, 1.25, 1.75, 2.25, 2.75]
    assert str(shown.words) == "5 readings: mean 1.85 A, σ 1.11 A."
    assert str(drawn.words(0)) == "0.500 to 1.000 A: 1 reading"
    assert str(drawn.words(4)) == "2.500 to 3.000 A: 2 readings"
    headings = [str(each) for each in drawn.table.headings]
    assert headings == ["Current (A) from", "Current (A) to", "Readings"]
    assert drawn.table.rows(".").splitlines()[-1] == "2.5\t3.0\t2"


def test_bars_of_whole_numbers_name_whole_numbers() -> None:
    assert str(figure(bars(3, 4, 5)).words(1)) == "4 A: 1 reading"
    assert str(figure(bars(*range(1024))).words(0)) == "0 to 100 A: 101 readings"


def test_one_reading_has_no_deviation() -> None:
    assert str(bars(4.25).words) == "1 reading: 4.25 A."
    assert str(bars(4.25, 4.25).words) == "2 readings: mean 4.25 A, σ 0 A."


def test_without_readings_a_sentence_says_so() -> None:
    shown = Distribution().shown(None, (CURRENT,), option=False)
    assert (shown.figure, str(shown.words)) == (None, "There are no readings in this period.")
    assert Distribution().question((CURRENT,)).function is histogram


def line(*, option: bool = False, amplitude: float = 2.0, style: Style = VOLTAGE) -> Shown:
    at_s = at(400)
    result = spectrum(at_s, amplitude * np.sin(2 * np.pi * 1.25 * (at_s - NOON_S)))
    return Frequencies().shown(result, (style,), option=option)


def test_the_highest_peak_is_named() -> None:
    shown = line()
    drawn = figure(shown)
    assert drawn.shape is Shape.LINE
    assert (drawn.x.low, round(drawn.x.high, 3), str(drawn.x.title)) == (0, 10, "Frequency (Hz)")
    assert (drawn.y.low, round(drawn.y.high, 1), str(drawn.y.title)) == (0, 2.1, "Voltage (V)")
    assert str(shown.words) == "Highest peak: 1.25 Hz, 2 V. From 400 samples in 20 s."
    item = int(np.argmax(drawn.ys))
    assert str(drawn.words(item)) == "1.25 Hz   2 V"
    assert [str(each) for each in drawn.table.headings] == ["Frequency (Hz)", "Voltage (V)"]
    assert len(drawn.table.rows(".").splitlines()) == len(drawn.xs)


def test_decibels_are_those_of_one_unit() -> None:
    drawn = figure(line(option=True))
    assert str(drawn.y.title) == "Voltage (dB)"
    assert drawn.ys.max() == pytest.approx(20 * np.log10(2), abs=0.1)
    assert drawn.ys.min() >= drawn.ys.max() - 120.001
    assert drawn.y.low < drawn.ys.min() < drawn.ys.max() < drawn.y.high


@pytest.mark.parametrize("option", [False, True])
def test_a_constant_has_a_spectrum_of_nothing(option: bool) -> None:
    shown = line(amplitude=0.0, option=option, style=PLAIN)
    assert str(shown.words) == "The value does not change in any rhythm. From 400 samples in 20 s."
    drawn = figure(shown)
    assert drawn.y.low < drawn.y.high
    assert np.isfinite(drawn.ys).all()


def test_a_sentence_says_why_there_is_no_spectrum() -> None:
    few = Frequencies().shown(Problem.TOO_FEW, (VOLTAGE,), option=False)
    assert few.figure is None
    assert "too few readings for a spectrum: at least 16" in str(few.words)
    odd = Frequencies().shown(Problem.IRREGULAR, (VOLTAGE,), option=False)
    assert odd.figure is None
    assert "too irregularly for a spectrum" in str(odd.words)
    assert Frequencies().question((VOLTAGE,)).function is spectrum
