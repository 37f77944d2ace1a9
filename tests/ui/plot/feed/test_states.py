"""The boxes of texts: from when to when each text held."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from app.messages.message import verbatim
from app.wire.states import LEFT_OUT, StateRow, state_rows, thinned
from app.wire.timeline import Event, EventKind
from ui.plot.feed.gaps import Band
from ui.plot.feed.states import Box, StateTrace, boxes
from ui.plot.time_view import Frame

Short = tuple[float, float, str | None]


def band(from_s: float, to_s: float) -> Band:
    return Band(from_s, to_s, verbatim("unplugged"), EventKind.LOST)


def made(*readings: tuple[float, str | float], gaps: Sequence[Band] = (), narrow_s: float = 0.0) -> list[Box]:
    return boxes(list(state_rows(readings)), gaps, narrow_s)


def short(found: Sequence[Box]) -> list[Short]:
    return [(box.from_s, box.to_s, box.text) for box in found]


def test_a_text_holds_until_another_comes_and_the_newest_until_now() -> None:
    found = made((10, "on"), (20, "on"), (30, "off"), (40, "on"))
    assert found == [Box(10, 30, "on", 10), Box(30, 40, "off", 30), Box(40, inf, "on", 40)]
    assert made() == []


def test_what_is_no_text_has_no_box() -> None:
    assert short(made((10, "on"), (20, 5.0), (30, "on"))) == [(10, 20, "on"), (30, inf, "on")]


def test_after_a_gap_the_text_is_not_known_before_the_next_reading() -> None:
    found = made((10, "on"), (50, "on"), (60, "on"), gaps=[band(20, 30)])
    assert found == [Box(10, 20, "on", 10), Box(50, inf, "on", 50, 0)]
    # Several gaps between two readings, and one that goes on.
    found = made((10, "on"), (50, "off"), gaps=[band(20, 21), band(25, 30), band(70, 100)])
    assert short(found) == [(10, 20, "on"), (50, 70, "off")]


def test_a_gap_from_a_reading_on_leaves_no_box() -> None:
    assert short(made((10, "on"), (50, "off"), gaps=[band(10, 50)])) == [(50, inf, "off")]
    # A rejected line, at one instant.
    assert short(made((10, "on"), (50, "on"), gaps=[band(20, 20)])) == [(10, 20, "on"), (50, inf, "on")]


def test_of_texts_that_came_at_one_time_the_last_one_holds() -> None:
    assert short(made((10, "on"), (20, "off"), (20, "idle"))) == [(10, 20, "on"), (20, inf, "idle")]


def test_a_text_that_began_before_a_gap_before_the_plot_has_come_since_the_gap() -> None:
    rows = [StateRow(50, "on", 0, 10), StateRow(60, "on", 0, 10), StateRow(70, "off", 1, 70)]
    assert boxes(rows, [band(20, 30)], 0) == [Box(50, 70, "on", 50, 0), Box(70, inf, "off", 70)]
    assert boxes(rows, [], 0)[0] == Box(50, 70, "on", 10, 0)


def test_narrow_boxes_side_by_side_are_one_with_the_number_of_changes() -> None:
    crowd = [(20, "a"), (20.5, "b"), (21, "c"), (21.5, "d")]
    found = made((10, "on"), *crowd, narrow_s=1.0)
    assert found == [Box(10, 20, "on", 10), Box(20, 21.5, None, 20, 3), Box(21.5, inf, "d", 21.5)]
    assert short(made((10, "on"), (20, "a"), (20.5, "on"), narrow_s=1.0)) == [
        *((10, 20, "on"), (20, 20.5, "a"), (20.5, inf, "on"))
    ]
    # Narrow ones with a gap between them are two.
    assert len(made((20, "a"), (20.9, "b"), gaps=[band(20.2, 20.9), band(21, 100)], narrow_s=1.0)) == 2


def test_changes_that_were_left_out_are_counted_and_readings_that_were_not_read_are_told() -> None:
    rows = [StateRow(10, "a", 1, 10), StateRow(20, "c", 7, 20), StateRow(30, "d", 1, 30)]
    assert boxes(rows, [], 0) == [*(Box(10, 20, None, 10, 8), Box(20, 30, "c", 20, 0), Box(30, inf, "d", 30))]
    rows = [StateRow(0, None, 0, 0), StateRow(20, "a", LEFT_OUT, 20), StateRow(20.5, "b", 1, 20.5)]
    found = boxes(rows, [], 1.0)
    assert [box.is_left_out for box in found] == [True, False, False]
    assert found[0][:3] == (0, 20, None)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from("abc")), min_size=1, max_size=60),
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 20)), max_size=3),
    st.sampled_from((0.0, 3.0, 500.0)),
    st.sampled_from((0.0, 8.0)),
)
def test_a_box_says_what_the_newest_reading_before_said(
    readings: list[tuple[int, str]], breaks: list[tuple[int, int]], narrow_s: float, column_s: float
) -> None:
    came = sorted({float(at_s): said for at_s, said in readings}.items())
    rows = list(state_rows(came))
    shown = thinned(rows, column_s) if column_s else rows
    times = [at_s for at_s, _ in came]
    bands: list[Band] = []
    for at_s, length_s in sorted(breaks):
        from_s, to_s = at_s + 0.25, at_s + length_s + 0.75
        if (not bands or bands[-1].to_s < from_s) and not any(from_s < time_s < to_s for time_s in times):
            bands.append(band(from_s, to_s))
    found = boxes(shown, bands, narrow_s)
    for box, after in itertools.pairwise(found):
        assert box.to_s <= after.from_s
        assert not (box.text is not None and (box.to_s, box.text) == (after.from_s, after.text))
    for box in found:
        assert box.since_s <= box.from_s < box.to_s
        inside = {said for at_s, said in came if box.from_s < at_s < box.to_s}
        before = [said for at_s, said in came if at_s <= box.from_s][-1]
        assert box.text is None or {before, *inside} == {box.text}
        if narrow_s == 0 == column_s:
            assert not any(box.from_s < each.to_s and each.from_s < box.to_s for each in bands)
            assert box.text is not None
    if not bands:
        assert (found[0].from_s, found[-1].to_s) == (times[0], inf)
        assert all(box.to_s == after.from_s for box, after in itertools.pairwise(found))
        if shown == rows:
            assert sum(box.changes for box in found) == sum(row.changes for row in rows)


def test_a_trace_has_the_boxes_of_a_frame_their_gaps_and_the_newest_text() -> None:
    rows = list(state_rows([(5.0, "old"), (12.0, "on"), (18.0, "off")]))
    asked: list[tuple[float, float, int]] = []

    def read(from_s: float, to_s: float, columns: int) -> list[StateRow]:
        asked.append((from_s, to_s, columns))
        return rows

    trace = StateTrace(read)
    assert (trace.newest, trace.at(1.0)) == (None, None)
    lost = Event(1, EventKind.LOST, 14_000_000, 16_000_000)
    trace.update(Frame(0.1, 130, 229), [lost], "v1")
    assert asked == [(13.0, 23.0, 100)]
    assert short(trace.boxes) == [(12, 14, "on"), (18, inf, "off")]
    assert [(gap.from_s, gap.to_s) for gap in trace.gaps] == [(14, 16)]
    assert trace.newest == trace.at(18.0) == trace.boxes[1]
    assert trace.at(13.5) == trace.boxes[0]
    assert trace.at(15.0) is None
    # Together they are too narrow, but the newest text has a box, unless it has ended; it is told always.
    trace.update(Frame(10.0, -8, 1), [], "v1")
    assert short(trace.boxes) == [(5, 18, None), (18, inf, "off")]
    trace.update(Frame(10.0, -8, 1), [Event(1, EventKind.LOST, 19_000_000, None)], "v1")
    assert short(trace.boxes) == [(5, 19, None)]
    assert trace.newest == Box(18, 19, "off", 18)
    rows.append(StateRow(18.5, None, 1, 18.5))
    trace.update(Frame(0.1, 130, 229), [], "v1")
    assert trace.newest is None
