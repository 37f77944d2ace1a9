"""What happened to ports becomes rows of the console: that of the present run, each once and in order."""

from __future__ import annotations

import pytest

from app.wire.timeline import Event, EventKind
from tests.ui.console.rows import AT_US, BOARD, lines, sent, texts_of
from tests.ui.fake_timelines import FakeTimelines
from ui.console.happened import Happened
from ui.console.log import Happening, Log, News, RowKind


def event(number: int, kind: EventKind, detail: str = "", *, at_us: int = 0) -> Event:
    """An event, by default a second after the one before."""
    begins_us = at_us or AT_US + number * 1_000_000
    return Event(number, kind, begins_us, begins_us, detail=detail)


def timelines(*events: Event) -> FakeTimelines:
    made = FakeTimelines()
    for each in events:
        made.happened(BOARD, each)
    return made


def words(happened: Happened, source: FakeTimelines) -> list[str]:
    return [each.words for each in happened.new(source, BOARD)]


@pytest.mark.parametrize(
    ("kind", "detail", "expected"),
    [
        (EventKind.CONNECTED, "COM5", "connected: COM5"),
        (EventKind.TAKEN_BACK, "", "port opened again after its release"),
        (EventKind.LOST, "COM5", "unplugged"),
        (EventKind.LOST, "socket://10.0.0.7:23", "connection lost"),
        (EventKind.RELEASED, "", "port released"),
        (EventKind.NOT_OPENED, "busy", "port in use by another program"),
        (EventKind.NOT_OPENED, "no_permission", "no permission to open the port"),
        (EventKind.NOT_OPENED, "ambiguous", "waiting for you to choose the board"),
        (EventKind.RESTARTED, "watchdog", "board restarted by its watchdog"),
    ],
)
def test_each_kind_has_its_words(kind: EventKind, detail: str, expected: str) -> None:
    assert words(Happened(), timelines(event(1, kind, detail))) == [expected]


def test_only_the_present_run_is_shown_and_nothing_about_lines_and_the_cloud() -> None:
    source = timelines(
        *(event(1, EventKind.CONNECTED, "COM5"), event(2, EventKind.RELEASED)),
        *(event(3, EventKind.NOT_RUNNING), event(4, EventKind.CLOSED), event(5, EventKind.CONNECTED, "COM5")),
        *(event(6, EventKind.REJECTED), event(7, EventKind.CLOSED), event(8, EventKind.CLOCK_SET)),
    )
    assert words(Happened(), source) == ["connected: COM5", "port closed"]


def test_each_event_is_shown_once() -> None:
    happened, source = Happened(), timelines(event(1, EventKind.CONNECTED, "COM5"))
    assert words(happened, source) == ["connected: COM5"]
    assert words(happened, source) == []
    source.happened(BOARD, event(2, EventKind.RELEASED))
    assert words(happened, source) == ["port released"]
    # What lasts gets a new number when the data of the board are deleted.
    source.events[BOARD] = []
    source.happened(BOARD, event(3, EventKind.RELEASED, at_us=AT_US + 2_000_000))
    assert words(happened, source) == []
    happened.keep_only(["cellar"])
    assert words(happened, source) == ["port released"]


def test_what_happened_is_among_the_lines_at_its_time() -> None:
    log = Log()
    came = [*lines(1, "v1=1", at_us=AT_US), *lines(2, "v1=2", at_us=AT_US + 9)]
    times_us = (AT_US - 1, AT_US + 5, AT_US + 20)
    happened = [
        Happening(at_us, words)
        for at_us, words in zip(times_us, ("connected", "unplugged", "-"), strict=True)
    ]
    log.add([News(BOARD, came, happened=happened)])
    assert texts_of(log) == ["connected", "v1=1", "unplugged", "v1=2", "-"]
    assert log.tag(0).kind is RowKind.EVENT
    assert (log.newest(BOARD), log.missing(BOARD)) == (2, 0)
    log.add([News(BOARD, (), [sent(1, 2, "led=1")], [Happening(AT_US - 1, "a"), Happening(AT_US + 1, "b")])])
    assert texts_of(log)[-3:] == ["a", "led=1", "b"]
