"""Curves have gaps where something happened, or where a datastream with a cadence was silent."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.messages.message import Message
from app.wire.timeline import Event, EventKind
from ui.plot.feed.gaps import Band, connected, described, gaps, period, unbroken

S = 1_000_000
NOON_S = time.mktime((2026, 11, 24, 12, 0, 0, 0, 0, -1))


def event(kind: EventKind, from_s: float, to_s: float | None, number: int = 1, **more: Any) -> Event:
    """An event between two times in seconds after noon."""
    until_us = None if to_s is None else round((NOON_S + to_s) * S)
    return Event(number, kind, round((NOON_S + from_s) * S), until_us, **more)


def times(*seconds: float) -> NDArray[np.float64]:
    return NOON_S + np.array(seconds, float)


def every(step_s: float, count: int, from_s: float = 0.0) -> list[float]:
    return [from_s + step_s * n for n in range(count)]


def told(
    events: list[Event], seconds: list[float], now_s: float, *, only_changes: bool = False
) -> list[tuple[float, float, str]]:
    found = gaps(events, "v1", times(*seconds), NOON_S + now_s, only_changes=only_changes)
    return [(round(b.from_s - NOON_S, 3), round(b.to_s - NOON_S, 3), str(b.message)) for b in found]


def test_an_unplug_is_a_band_that_says_so() -> None:
    lost = event(EventKind.LOST, 120, 240, detail="COM5")
    assert told([lost], [0, 119, 241], 300) == [(120, 240, "unplugged 12:02:00–12:04:00")]


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        (EventKind.NOT_RUNNING, {}, "Pinbridge not running 12:00:05–12:00:09"),
        (EventKind.LOST, {"detail": "usb:2341:0043"}, "unplugged 12:00:05–12:00:09"),
        (EventKind.LOST, {"detail": "socket://10.0.0.2:23"}, "connection lost 12:00:05–12:00:09"),
        (EventKind.RELEASED, {}, "port released 12:00:05–12:00:09"),
        (EventKind.CLOSED, {}, "not connected 12:00:05–12:00:09"),
        (EventKind.NOT_OPENED, {"detail": "busy"}, "port in use by another program 12:00:05–12:00:09"),
        (
            EventKind.NOT_OPENED,
            {"detail": "no_permission"},
            "no permission to open the port 12:00:05–12:00:09",
        ),
        (
            EventKind.NOT_OPENED,
            {"detail": "ambiguous"},
            "waiting for you to choose the board 12:00:05–12:00:09",
        ),
        (EventKind.BYTES_LOST, {"count": 1234}, "1,234 bytes lost 12:00:05–12:00:09"),
        (EventKind.REJECTED, {"count": 17, "target": "v1"}, "17 lines rejected 12:00:05–12:00:09"),
    ],
)
def test_each_kind_of_gap_has_its_words(kind: EventKind, more: dict[str, Any], words: str) -> None:
    assert told([event(kind, 5, 9, **more)], [0, 10], 20) == [(5, 9, words)]


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        (EventKind.CONNECTED, {"detail": "COM5"}, "connected: COM5"),
        (EventKind.CONNECTED, {"detail": "simulated:"}, "connected: simulated board"),
        (EventKind.TAKEN_BACK, {}, "port opened again after its release"),
        (EventKind.RESTARTED, {"detail": "power_on"}, "board restarted"),
        (EventKind.RESTARTED, {"detail": "brown_out"}, "board restarted: its supply voltage dropped"),
        (EventKind.RESTARTED, {"detail": "watchdog"}, "board restarted by its watchdog"),
        (EventKind.RESTARTED, {"detail": "software"}, "board restarted by its sketch"),
        (EventKind.RESTARTED, {"detail": "stack"}, "sketch crashed"),
        (EventKind.RESTARTED, {"detail": "crash"}, "sketch crashed"),
        (EventKind.RESTARTED, {"detail": "no_sketch"}, "board found no sketch"),
        (EventKind.CLOCK_SET, {"count": 7200 * S}, "this computer's clock set forward by 2 h"),
        (EventKind.CLOCK_SET, {"count": -90 * S}, "this computer's clock set back by 90 s"),
        (EventKind.REJECTED, {"count": 1, "target": "v2"}, "1 line rejected 12:00:05"),
        (EventKind.REJECTED, {"count": 2}, "2 lines rejected 12:00:05"),
        (
            EventKind.CLOUD_DOWN,
            {"reason": Message("no_server")},
            f"the cloud took no readings 12:00:05: {Message('no_server')}",
        ),
    ],
)
def test_other_events_have_words_and_make_no_gap(kind: EventKind, more: dict[str, Any], words: str) -> None:
    happened = event(kind, 5, 5, **more)
    assert str(described(happened)) == words
    assert told([happened], [0, 10], 20) == []


def test_what_lasts_reaches_to_now() -> None:
    assert told([event(EventKind.LOST, 5, None)], [0, 4], 20) == [(5, 20, "unplugged 12:00:05–…")]


def test_a_period_of_more_than_a_day_has_dates() -> None:
    assert period(NOON_S, NOON_S + 86400) == "2026-11-24 12:00:00–2026-11-25 12:00:00"


def test_where_two_overlap_the_first_kind_is_shown() -> None:
    events = [
        event(EventKind.REJECTED, 3, 3, 1, target="v1", count=1),
        event(EventKind.REJECTED, 6, 6, 2, target="v1", count=1),
        event(EventKind.CLOSED, 2, 8, 3),
        event(EventKind.LOST, 4, 5, 4),
        event(EventKind.NOT_RUNNING, 1, 3, 5),
        event(EventKind.REJECTED, 7, 12, 6, target="v1", count=3),
        event(EventKind.REJECTED, 5.5, 7.5, 7, target="v1", count=2),
    ]
    assert [(a, b, words.partition(" 1")[0]) for a, b, words in told(events, [0, 20], 20)] == [
        (1, 3, "Pinbridge not running"),
        (3, 4, "not connected"),
        (4, 5, "unplugged"),
        (5, 8, "not connected"),
        (8, 12, "3 lines rejected"),
    ]


def test_a_band_leaves_out_accepted_readings() -> None:
    """A period of rejected lines may have some, and so has the past after the clock was set back."""
    events = [event(EventKind.REJECTED, 1, 2, target="v1", count=9)]
    assert [(a, b) for a, b, _ in told(events, [0, 1.2, 1.5, 1.8, 3], 4)] == [(1, 1.2), (1.8, 2)]
    assert told([event(EventKind.LOST, 5, 3)], [0, 10], 10) == []


def test_silence_is_a_gap_where_there_was_a_cadence() -> None:
    seconds = [*every(1, 10), *every(1, 3, 30)]
    assert told([], seconds, 33) == [(9, 30, "no readings 12:00:09–12:00:30")]
    assert told([], seconds, 33, only_changes=True) == []
    assert told([], every(1, 10), 14) == []
    assert told([], every(1, 10), 15) == [(9, 15, "no readings 12:00:09–…")]
    assert told([], every(1, 8), 40) == []
    assert told([], [], 60) == []


def test_short_silences_of_fast_datastreams_are_no_gaps() -> None:
    fast = every(0.01, 50)
    assert told([], [*fast, *every(0.01, 50, 0.68)], 1.2) == []
    assert [(a, b) for a, b, _ in told([], [*fast, *every(0.01, 50, 0.7)], 1.2)] == [(0.49, 0.7)]


@pytest.mark.parametrize(
    "seconds",
    [
        [0, 1, 4, 5, 9, 9.5, 14, 15, 16, 22, 23],
        [2.0**n for n in range(12)],
        [0, 0.1, 5, 5.1, 10, 10.1, 15, 15.1, 20, 20.1],
    ],
    ids=["now and then", "ever slower", "in pairs"],
)
def test_a_datastream_without_a_cadence_is_silent_only_much_longer_than_ever(seconds: list[float]) -> None:
    longest = max(np.diff(seconds)[-4:])
    assert told([], seconds, seconds[-1] + 39.9 * longest) == []
    assert [(a, b) for a, b, _ in told([], seconds, seconds[-1] + 40.1 * longest)] == [
        (seconds[-1], round(seconds[-1] + 40.1 * longest, 3))
    ]
    assert told([], seconds[:4], 1e6) == []


def test_a_cadence_may_jitter_and_have_one_longer_and_one_shorter_interval() -> None:
    seconds = [0, 1.1, 1.9, 3.2, 3.3, 4.3, 5.2, 6.4, 9.4, 10.5]
    assert [(a, b) for a, b, _ in told([], seconds, 20)] == [(10.5, 20)]


def test_readings_of_one_instant_count_as_one() -> None:
    seconds = [second for second in every(1, 10) for _ in range(20)]
    assert [(a, b) for a, b, _ in told([], seconds, 20)] == [(9, 20)]
    few = [second for second in every(1, 8) for _ in range(20)]
    assert told([], few, 20) == []
    fewer = [second for second in every(1, 4) for _ in range(20)]
    assert told([], fewer, 1e6) == []


def test_silence_that_an_event_explains_is_not_told_twice() -> None:
    seconds = [*every(1, 10), *every(1, 3, 30)]
    assert [(a, b) for a, b, _ in told([event(EventKind.LOST, 9.5, 29)], seconds, 33)] == [(9.5, 29)]
    found = told([event(EventKind.LOST, 20, 29)], seconds, 33)
    assert [(a, b, words.partition(" 1")[0]) for a, b, words in found] == [
        (9, 20, "no readings"),
        (20, 29, "unplugged"),
    ]


def test_a_rejected_line_at_the_begin_of_a_silence_comes_first() -> None:
    line = event(EventKind.REJECTED, 9, 9, target="v1", count=1)
    found = told([line], every(1, 10), 33)
    assert [(a, b) for a, b, _ in found] == [(9, 9), (9, 33)]


def band(from_s: float, to_s: float) -> Band:
    return Band(from_s, to_s, Message("gap_silent", period=""), None)


@pytest.mark.parametrize(
    ("bands", "wanted"),
    [
        ([], [True, True, True, False]),
        ([band(1, 2)], [True, False, True, False]),
        ([band(1.2, 1.8)], [True, False, True, False]),
        ([band(1.5, 1.5)], [True, False, True, False]),
        ([band(1, 1)], [False, False, True, False]),
        ([band(-1, 0)], [True, True, True, False]),
        ([band(-1, -1)], [True, True, True, False]),
        ([band(0, 0)], [False, True, True, False]),
        ([band(3, 3)], [True, True, False, False]),
        ([band(3, 9)], [True, True, True, False]),
        ([band(0, 1), band(2.5, 3)], [False, True, False, False]),
    ],
)
def test_a_curve_is_not_drawn_through_a_gap(bands: list[Band], wanted: list[bool]) -> None:
    assert connected(np.array([0.0, 1.0, 2.0, 3.0]), bands).tolist() == wanted
    assert connected(np.empty(0), bands).tolist() == []


_TIMES = st.lists(st.integers(0, 60), max_size=25).map(sorted)
_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(EventKind),
        st.integers(0, 60),
        st.integers(0, 20) | st.none(),
        st.sampled_from(["v1", "v2"]),
    ),
    max_size=8,
)


def made(drawn: list[tuple[EventKind, int, int | None, str]]) -> list[Event]:
    return [
        Event(
            number,
            kind,
            from_s * S,
            None if length_s is None else (from_s + length_s) * S,
            target if kind is EventKind.REJECTED else "",
            3,
            "busy" if kind is EventKind.NOT_OPENED else "",
        )
        for number, (kind, from_s, length_s, target) in enumerate(drawn)
    ]


@given(_EVENTS, _TIMES, st.booleans())
def test_bands_are_in_order_and_have_no_readings_inside(
    drawn: list[tuple[EventKind, int, int | None, str]], seconds: list[int], only_changes: bool
) -> None:
    at_s = np.array(seconds, float)
    found = gaps(made(drawn), "v1", at_s, 80.0, only_changes=only_changes)
    for one in found:
        assert one.from_s <= one.to_s
        assert not ((one.from_s < at_s) & (at_s < one.to_s)).any()
    for before, after in pairwise(found):
        assert before.to_s <= after.from_s
    whole = connected(at_s, found)
    for place in np.flatnonzero(whole[:-1]).tolist():
        crossed = [b for b in found if b.from_s < at_s[place + 1] and b.to_s > at_s[place]]
        assert not crossed


@given(_EVENTS, _TIMES)
def test_every_time_of_an_event_without_readings_is_in_a_band(
    drawn: list[tuple[EventKind, int, int | None, str]], seconds: list[int]
) -> None:
    """What the board was not connected for is shown, up to the next reading."""
    events = [one for one in made(drawn) if one.kind is EventKind.LOST]
    found = gaps(events, "v1", np.array(seconds, float), 90.0, only_changes=True)
    for one in events:
        from_s, to_s = one.at_us / S, 90.0 if one.until_us is None else one.until_us / S
        if not any(from_s < second < to_s for second in seconds):
            assert any(b.from_s <= from_s <= b.to_s for b in found)
            assert any(b.from_s <= to_s <= b.to_s for b in found)


@given(st.lists(st.integers(1, 60), max_size=40))
def test_a_curve_about_which_nothing_else_is_known_breaks_where_it_was_silent(intervals: list[int]) -> None:
    seconds = np.concatenate(([0], np.cumsum(intervals))) / 8
    at_s = times(*seconds.tolist())
    assert unbroken(at_s).tolist() == connected(at_s, gaps((), "v1", at_s, float(at_s[-1]))).tolist()


def test_a_silence_breaks_a_curve_after_the_last_reading_of_its_instant() -> None:
    at_s = times(*every(1, 9), 8, 30, 30, 31)
    assert unbroken(at_s).tolist() == [True] * 9 + [False, True, True, False]
    assert unbroken(times()).tolist() == []
