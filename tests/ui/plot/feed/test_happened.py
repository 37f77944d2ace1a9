"""What happened is read when it has changed, or when the view leaves what was read."""

from __future__ import annotations

from app.messages.message import Message
from app.wire.timeline import Event, EventKind, Timeline
from tests.ui.fake_timelines import FakeTimelines
from ui.plot.feed.happened import Happened, Mark
from ui.plot.time_view import Frame

NOW_S = 1_790_000_000
FRAME = Frame(1.0, NOW_S - 100, NOW_S - 1)


class Counted(FakeTimelines):
    """Timelines that record how often they are read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[tuple[float, float]] = []

    def read(self, device: str, from_s: float, to_s: float) -> Timeline:
        self.reads.append((from_s, to_s))
        return super().read(device, from_s, to_s)


def event(number: int, kind: EventKind, at_s: float, until_s: float | None) -> Event:
    until_us = None if until_s is None else round(until_s * 1e6)
    return Event(number, kind, round(at_s * 1e6), until_us, reason=Message("verbatim", text="why"))


def looking(timelines: FakeTimelines) -> Happened:
    happened = Happened()
    happened.look_at(timelines)
    return happened


def test_without_timelines_nothing_has_happened() -> None:
    happened = Happened()
    assert (happened.versions(["board"]), happened.marks(["board"], FRAME)) == ([], [])
    assert happened.events("board", FRAME) == ()


def test_a_timeline_is_read_once_while_the_view_stays_near() -> None:
    timelines = Counted()
    happened = looking(timelines)
    for by in (0, 1, 50, 100):
        happened.events("board", FRAME._replace(first=FRAME.first + by, last=FRAME.last + by))
    assert timelines.reads == [(NOW_S - 200, NOW_S + 100)]
    happened.events("board", FRAME._replace(first=FRAME.first + 101, last=FRAME.last + 101))
    happened.events("board", FRAME._replace(first=FRAME.first - 200, last=FRAME.last - 200))
    assert len(timelines.reads) == 3


def test_a_timeline_is_read_again_when_it_has_changed() -> None:
    timelines = Counted()
    happened = looking(timelines)
    before = happened.versions(["board"])
    assert happened.events("board", FRAME) == ()
    lost = event(1, EventKind.LOST, NOW_S - 50, None)
    timelines.happened("board", lost)
    assert happened.versions(["board"]) != before
    assert happened.events("board", FRAME) == (lost,)
    assert happened.events("another", FRAME) == ()


def test_events_that_make_no_gap_have_marks_in_the_order_of_time() -> None:
    timelines = FakeTimelines()
    timelines.happened("board", event(3, EventKind.CLOUD_DOWN, NOW_S - 20, None))
    timelines.happened("board", event(2, EventKind.RESTARTED, NOW_S - 30, NOW_S - 30))
    timelines.happened("board", event(1, EventKind.LOST, NOW_S - 40, NOW_S - 35))
    timelines.happened("board", event(4, EventKind.RESTARTED, NOW_S - 150, NOW_S - 150))
    marks = looking(timelines).marks(["board"], FRAME)
    assert [(mark.from_s, mark.to_s) for mark in marks] == [(NOW_S - 30, NOW_S - 30), (NOW_S - 20, NOW_S)]
    assert marks[0].words


def test_a_marker_of_the_whole_bench_has_one_mark_for_all_devices() -> None:
    timelines = FakeTimelines()
    everywhere, here = timelines.mark("", NOW_S - 5, "rain"), timelines.mark("b", NOW_S - 4, "heater")
    marks = looking(timelines).marks(["a", "b"], FRAME)
    assert marks == [
        Mark(NOW_S - 5, NOW_S - 5, everywhere),
        Mark(NOW_S - 4, NOW_S - 4, here),
    ]
    assert [mark.words for mark in marks] == ["rain", "heater"]
