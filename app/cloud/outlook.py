"""The outlook: what a person should know before it hurts, in plain words.

Invariants: more coming in than may go out is told within `TOLD_WITHIN_S`, and a burst is no such thing; what
is said changes only when its figures have changed by a quarter. Pure: times are passed in.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime

from app.cloud.plan.pacing import duration
from app.config.bench_file import DeviceConfig, Forward

TOLD_WITHIN_S = 10.0
_HALF_S = 4.0
_STEP_S = 0.25
_DAY_US = 86_400_000_000


class Inflow:
    """How many readings a second come in steadily: over two stretches in a row, the slower of both."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def observe(self, total: int, now_s: float) -> None:
        """So many have come altogether."""
        if self._seen and now_s - self._seen[-1][0] < _STEP_S:
            return
        self._seen.append((now_s, total))
        while len(self._seen) > 2 and self._seen[1][0] <= now_s - 2 * _HALF_S:
            self._seen.popleft()

    def steady_per_s(self) -> float:
        """The rate; 0 until it has been seen for long enough."""
        if not self._seen or self._seen[-1][0] - self._seen[0][0] < 2 * _HALF_S:
            return 0.0
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        middle_s, middle = min(self._seen, key=lambda seen: abs(seen[0] - (first_s + last_s) / 2))
        halves = [(middle - first, middle_s - first_s), (last - middle, last_s - middle_s)]
        return min(count / elapsed_s if elapsed_s > 0 else 0.0 for count, elapsed_s in halves)


class Steady:
    """A sentence that is said anew only when its figure has changed by a quarter."""

    def __init__(self) -> None:
        self._figure = 0.0
        self._sentence = ""

    def say(self, figure: float, sentence: str) -> str:
        """`sentence`, or the one of before where `figure` is nearly the same."""
        if not sentence or not self._sentence or abs(figure - self._figure) > 0.25 * self._figure:
            self._figure, self._sentence = figure, sentence
        return self._sentence


def overload(
    device: DeviceConfig, datastreams: int, comes_per_s: float, slowed_per_s: float | None
) -> tuple[float, str]:
    """More than may go out: the figure that it is about and the sentence; an empty one where all may go.

    `slowed_per_s` is the pace of the organisation's budget, where that is nearly used up.
    """
    calls_per_s = min(device.requests_per_s or float("inf"), slowed_per_s or float("inf"))
    match device.forward:
        case Forward.LATEST:
            needed_per_s = (1 if device.batch else datastreams) / device.interval_s
            if needed_per_s <= calls_per_s or not comes_per_s:
                return 0.0, ""
            return needed_per_s, (
                f"{datastreams} datastreams every {device.interval_s:g} s are {_rate(needed_per_s)} "
                f"requests a second, {_rate(calls_per_s)} may go out: choose "
                f"{'' if device.batch else 'batch or '}a longer interval_s."
            )
        case Forward.TIMESTAMPED:
            may_per_s = device.daily_points / 86400
            way_out = "latest"
        case _:
            may_per_s = calls_per_s * (max(1, datastreams) if device.batch else 1)
            way_out = "latest" if device.batch or datastreams < 2 else "batch or latest"
    if comes_per_s <= may_per_s:
        return 0.0, ""
    going = f"{_rate(may_per_s)} may go out"
    if device.forward is Forward.TIMESTAMPED:
        going = f"{device.daily_points:,} a day may go out, one in {duration(1 / may_per_s)}"
    elif may_per_s < 1:
        going = f"one in {duration(1 / may_per_s)} may go out"
    return comes_per_s, f"{_lines(comes_per_s)} a second come in, {going}: choose {way_out}."


def ageing(device: DeviceConfig, oldest_us: int | None, now_us: int) -> str:
    """That readings are about to be too old for the cloud, a day ahead; empty where none is."""
    if oldest_us is None:
        return ""
    left_us = oldest_us + int(device.max_age_days * _DAY_US) - now_us
    if left_us > _DAY_US:
        return ""
    came = datetime.fromtimestamp(oldest_us / 1e6, UTC)
    hours = max(0, left_us) // 3_600_000_000
    when = "now" if hours < 1 else f"in {hours} h"
    return (
        f"Readings from {came:%Y-%m-%d %H:%M} UTC on are too old for the cloud {when} and will expire: "
        "raise daily_points, or the way to the cloud needs a mend."
    )


def _rate(per_s: float) -> str:
    return f"{per_s:,.0f}" if per_s >= 10 else f"{per_s:.3g}"


def _lines(per_s: float) -> str:
    shown = _rate(per_s)
    return f"{shown} line" if shown == "1" else f"{shown} lines"
