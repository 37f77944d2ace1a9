"""The amplitude of a datastream over the frequency, as a line. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.messages.message import Message, Param, verbatim
from ui import wording
from ui.plot.analysis.asking import Question
from ui.plot.analysis.figure import Axis, Figure, Numbers, Shape, Table, padded, title
from ui.plot.analysis.kind import Shown
from ui.plot.analysis.numbers import rounded
from ui.plot.analysis.spectrum import LEAST, Problem, Spectrum, spectrum
from ui.plot.curves import Style

_ROOM = 1.05
_DEPTH_DB = 120.0
"""What is so much lower than the highest amplitude is noise of the computation."""
_UNITS = ((1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz"))


class Frequencies:
    """The tab with a spectrum. Its option is the logarithm of the amplitude, in decibels."""

    title = "tab_spectrum"
    boxes: tuple[str, ...] = ("label_analysed",)
    option = "label_decibels"

    def question(self, _styles: Sequence[Style]) -> Question[Spectrum | Problem]:
        """Which frequencies there are."""
        return Question(spectrum)

    def shown(self, result: Spectrum | Problem, styles: Sequence[Style], *, option: bool) -> Shown:
        """The amplitudes as a line; with the `option`, in decibels of one unit."""
        if result is Problem.TOO_FEW:
            return Shown(None, Message("analysis_too_few", least=LEAST))
        if not isinstance(result, Spectrum):
            return Shown(None, Message("analysis_irregular"))
        (style,) = styles
        heights = _decibels(result.amplitudes) if option else result.amplitudes
        highest = float(heights.max())
        unit = "dB" if option else style.unit

        def words(item: int) -> Message:
            amplitude = rounded(float(heights[item]), unit, 3)
            return verbatim(f"{hertz(float(result.frequencies_hz[item]))}   {amplitude}")

        if option:
            low, high = padded(float(heights.min()), highest)
        else:
            low, high = 0.0, _ROOM * highest or 1.0
        name = title(style.label, unit)
        figure = Figure(
            Shape.LINE,
            Axis(0.0, float(result.frequencies_hz[-1]), Message("axis_frequency")),
            Axis(low, high, name),
            *(style.color, result.frequencies_hz, heights, words),
            Table((Message("axis_frequency"), name), (result.frequencies_hz, heights)),
        )
        return Shown(figure, _summary(result, style.unit))


def hertz(frequency_hz: float) -> str:
    """A frequency with its unit: `1.25 Hz`, `12.5 kHz`."""
    size, unit = next(((size, unit) for size, unit in _UNITS if frequency_hz >= size), _UNITS[-1])
    return rounded(frequency_hz / size, unit)


def _summary(result: Spectrum, unit: str) -> Message:
    peak = result.peak
    used: dict[str, Param] = {"count": result.samples, "length": wording.length(result.length_s)}
    if peak is None:
        return Message("analysis_no_peak", **used)
    amplitude = rounded(peak.amplitude, unit, 3)
    return Message("analysis_peak", frequency=hertz(peak.frequency_hz), amplitude=amplitude, **used)


def _decibels(amplitudes: Numbers) -> Numbers:
    """The amplitudes in decibels of one unit of the values."""
    highest = float(amplitudes.max()) or 1.0
    least = max(highest * 10 ** (-_DEPTH_DB / 20), float(np.finfo(float).tiny))
    return np.asarray(20 * np.log10(np.maximum(amplitudes, least)))
