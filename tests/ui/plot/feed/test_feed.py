"""What the plot reads: curves keep what they have, until readings of earlier times are other ones."""

from __future__ import annotations

import numpy as np

from app.wire.states import StateRow, state_rows
from app.wire.timeline import Event, EventKind
from tests.ui.fake_timelines import FakeTimelines
from ui.plot.curves import Style
from ui.plot.feed.feed import Feed
from ui.plot.feed.trace import Series
from ui.plot.time_view import Frame, Period

NOW_S = 1_790_000_000
FRAME = Frame(1.0, NOW_S - 100, NOW_S - 1)
ONE, TWO = Style("v1", "one", "", "#0072B2", device="a"), Style("v2", "two", "", "#D55E00", device="b")


class Source:
    """A reading every second, of which a test can hide the earlier ones."""

    def __init__(self) -> None:
        self.timelines = FakeTimelines()
        self.begin_s = NOW_S - 50.0
        self.revisions = 0
        self.asked: list[tuple[str, float, float, int]] = []

    @property
    def readings(self) -> Source:
        return self

    def window(self, _device: str, target: str, from_s: float, to_s: float, columns: int) -> Series:
        self.asked.append((target, from_s, to_s, columns))
        times = np.arange(max(from_s, self.begin_s), min(to_s, NOW_S) + 1)
        return times, np.full(len(times), 7.0)

    def states(self, _device: str, target: str, from_s: float, to_s: float, columns: int) -> list[StateRow]:
        self.asked.append((target, from_s, to_s, columns))
        return list(state_rows([(self.begin_s, "on"), (NOW_S - 10.0, "off")]))

    def count(self, _device: str, target: str) -> object:
        return target, self.begin_s

    def revision(self, _device: str, _target: str) -> int:
        return self.revisions

    def extent(self, _device: str, target: str) -> tuple[float, float] | None:
        return (self.begin_s, NOW_S - 1.0) if target == "v1" else None


def fed(source: Source, *styles: Style) -> Feed:
    feed = Feed()
    feed.look_at(source)
    feed.follow(styles)
    return feed


def test_without_a_source_there_is_nothing() -> None:
    feed = Feed()
    feed.follow([ONE])
    feed.look_for_earlier()
    feed.traces["a", "v1"].update(FRAME)
    assert len(feed.traces["a", "v1"].points[0]) == 0
    assert (feed.counts(), feed.whole([ONE], NOW_S, 100), feed.marks(FRAME)) == ([], None, [])
    assert feed.events(FRAME) == {"a": ()}


def test_a_curve_that_stays_keeps_its_trace() -> None:
    feed = fed(Source(), ONE, TWO)
    before = dict(feed.traces)
    feed.follow([TWO])
    assert feed.traces == {("b", "v2"): before["b", "v2"]}


def test_earlier_readings_are_read_when_they_are_known() -> None:
    source = Source()
    feed = fed(source, ONE)
    trace = feed.traces["a", "v1"]
    feed.look_for_earlier()
    trace.update(FRAME)
    assert trace.points[0][0] == NOW_S - 50
    source.begin_s, source.revisions = NOW_S - 80.0, 1
    feed.look_for_earlier()
    trace.update(FRAME)
    assert trace.points[0][0] == NOW_S - 80
    reads = len(source.asked)
    feed.look_for_earlier()
    trace.update(FRAME)
    assert source.asked[reads][1] > NOW_S - 5  # only the open column


def test_all_is_read_again_when_readings_were_deleted() -> None:
    source = Source()
    feed = fed(source, ONE)
    trace = feed.traces["a", "v1"]
    trace.update(FRAME)
    source.begin_s = NOW_S - 10.0
    feed.read_again()
    assert trace.update(FRAME) is not None
    assert trace.points[0][0] == NOW_S - 10


def test_a_curve_asks_for_as_many_columns_as_it_is_wide() -> None:
    source = Source()
    fed(source, ONE).traces["a", "v1"].update(FRAME)
    ((target, from_s, to_s, columns),) = source.asked
    assert target == "v1"
    assert columns == to_s - from_s >= 100


def test_texts_are_read_for_boxes_and_not_for_curves() -> None:
    source, texts = Source(), Style("v1", "", "", "", device="a", is_text=True)
    feed = fed(source, texts, TWO)
    assert (set(feed.traces), set(feed.states)) == ({("b", "v2")}, {("a", "v1")})
    assert len(feed.counts()) == 4
    trace = feed.states["a", "v1"]
    trace.update(FRAME, (), "v1")
    assert source.asked == [("v1", FRAME.from_s, FRAME.to_s, FRAME.last - FRAME.first + 1)]
    assert [box.text for box in trace.boxes] == ["on", "off"]
    feed.follow([texts])
    assert feed.states == {("a", "v1"): trace}
    whole = feed.whole([texts], NOW_S, 50)
    assert whole is not None
    assert (whole.period, whole.curves) == (Period(source.begin_s, NOW_S), [])
    nothing = Feed()
    nothing.follow([texts])
    nothing.states["a", "v1"].update(FRAME, (), "v1")
    assert nothing.states["a", "v1"].boxes == ()


def test_the_whole_begins_with_the_first_reading_and_ends_now() -> None:
    whole = fed(Source(), ONE, TWO).whole([ONE, TWO], NOW_S + 50.0, 25)
    assert whole is not None
    assert whole.period == Period(NOW_S - 50, NOW_S + 50)
    assert [curve.style for curve in whole.curves] == [ONE, TWO]
    assert 10 <= len(whole.curves[0].points[0]) <= 30  # two points for each column of four seconds


def test_the_whole_breaks_where_a_board_was_away() -> None:
    source = Source()
    source.timelines.happened("a", Event(1, EventKind.LOST, (NOW_S - 40) * 10**6, (NOW_S - 20) * 10**6))
    whole = fed(source, ONE).whole([ONE], NOW_S, 50)
    assert whole is not None
    assert whole.curves[0].gaps


def test_the_whole_is_none_while_nothing_is_known() -> None:
    assert fed(Source(), TWO).whole([TWO], NOW_S, 25) is None


def test_counts_change_with_readings_and_with_what_happened() -> None:
    source = Source()
    feed = fed(source, ONE)
    before = feed.counts()
    source.begin_s -= 1
    after = feed.counts()
    source.timelines.mark("a", NOW_S, "")
    assert len({str(before), str(after), str(feed.counts())}) == 3


def test_readings_after_a_period_are_nothing_new_in_it_but_earlier_ones_are() -> None:
    source = Source()
    feed = fed(source, ONE)
    before = feed.counts(NOW_S - 2)
    source.begin_s -= 1
    assert feed.counts(NOW_S - 2) == before
    assert feed.counts(NOW_S) != before
    source.revisions += 1
    assert feed.counts(NOW_S - 2) != before


def test_the_whole_is_read_again_only_for_new_readings_other_curves_or_another_width() -> None:
    source = Source()
    feed = fed(source, ONE, TWO)

    def reads(now_s: float, columns: int = 25, *styles: Style) -> int:
        source.asked.clear()
        whole = feed.whole(styles or [ONE], now_s, columns)
        assert whole is not None
        assert whole.period == Period(source.begin_s, now_s)
        assert [curve.style for curve in whole.curves] == list(styles or [ONE])
        return len(source.asked)

    assert [reads(NOW_S), reads(NOW_S + 10), reads(NOW_S + 10, 50)] == [1, 0, 1]
    assert [reads(NOW_S, 50, ONE, TWO), reads(NOW_S, 50, ONE, TWO)] == [2, 0]
    source.begin_s -= 1
    assert [reads(NOW_S, 50, ONE, TWO), reads(NOW_S, 50, ONE, TWO)] == [2, 0]
    feed.look_at(source)
    assert reads(NOW_S, 50, ONE, TWO) == 2
