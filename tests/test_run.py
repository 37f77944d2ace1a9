"""`app.run`: what a person is told while a bench runs, what ends it, and how it is counted in the end.

The bench is scripted: it has one status after the other, so that each rule stands alone.
"""

from __future__ import annotations

import signal
import threading
import types
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from app.bench import Bench
from app.run import drain, in_words, run, stop_on_signals
from app.status import (
    BenchStatus,
    CloudState,
    CloudStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
)
from app.wire.batches import LineCounts

GOOD = LinkStatus(LinkState.GOOD, "lines come in.")
GONE = LinkStatus(LinkState.NO_SUCH_PORT, "COM7 went away.")
WAITS = CloudStatus(CloudState.WAITING, "The network is down.")
TAKES = CloudStatus(CloudState.IDLE, "All is sent.", last_success_us=1)


def device(name: str = "a", **fields: Any) -> DeviceStatus:
    lone = DeviceStatus(
        name, "COM7", "", LinkStatus(), CloudStatus(), LineCounts(), 0, 0, JournalCounts(), ()
    )
    return msgspec.structs.replace(lone, **fields)


def bench(*devices: DeviceStatus, warnings: Sequence[str] = ()) -> BenchStatus:
    return BenchStatus("Bench", devices, "b.db", 0, tuple(warnings))


def counts(**figures: int) -> JournalCounts:
    return JournalCounts(readings=sum(figures.values()) - figures.get("held", 0), **figures)


class Scripted(Bench):
    """A bench with a status for before the start, one for each look, and the last one for the end."""

    def __init__(
        self,
        *statuses: BenchStatus,
        idle_s: Sequence[float | None] = (),
        lost_readings: int = 0,
        unwritten: Sequence[int] = (),
    ) -> None:
        self.statuses = list(statuses)
        self.inbox = list(unwritten)
        self.silences = list(idle_s)
        self.lost_readings = lost_readings
        self.done: list[str] = []

    def start(self) -> None:
        self.done.append("start")

    def stop(self) -> None:
        self.done.append("stop")

    def stop_boards(self) -> None:
        self.done.append("stop boards")

    @property
    def unwritten(self) -> int:
        return self.inbox.pop(0) if self.inbox else 0

    def idle_s(self) -> float | None:
        return self.silences.pop(0) if self.silences else None

    def status(self) -> BenchStatus:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


class Looks(threading.Event):
    """Stops a run, or a drain, after so many looks; nobody waits."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.waits_s: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits_s.append(timeout)
        if len(self.waits_s) > self.count:
            self.set()
        return self.is_set()


def said(*statuses: BenchStatus, before: BenchStatus | None = None) -> list[str]:
    """What a person is told at one look after the other."""
    told: list[str] = []
    scripted = Scripted(before or bench(device()), *statuses)
    run(scripted, Looks(len(statuses)), told.append)
    return told


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        # The port: each state once, again when it comes back; nothing of one that is closed or has ended.
        ([bench(device())], []),
        ([bench(device(link=GOOD)), bench(device(link=GOOD))], ["a: lines come in."]),
        (
            [bench(device(link=link)) for link in (GOOD, GONE, GOOD)],
            ["a: lines come in.", "a: COM7 went away.", "a: lines come in."],
        ),
        ([bench(device(link=LinkStatus(LinkState.ENDED, "It has ended.")))], []),
        ([bench(device(link=GOOD), device("b", link=GOOD))], ["a: lines come in.", "b: lines come in."]),
        # The cloud: when it needs a person, and when it is well again.
        ([bench(device(cloud=TAKES))] * 2, ["a: the cloud takes readings."]),
        ([bench(device(cloud=CloudStatus(CloudState.SENDING, "Sending.")))], []),
        (
            [bench(device(cloud=cloud)) for cloud in (WAITS, WAITS, TAKES, TAKES, WAITS, TAKES)],
            ["a: The network is down.", "a: the cloud takes readings."] * 2,
        ),
        (
            [bench(device(cloud=CloudStatus(CloudState.PAUSED, "Invalid token.", last_success_us=1)))] * 2,
            ["a: Invalid token."],
        ),
        # Loss is told once, with the figure as it stood.
        (
            [bench(device(lost_bytes=lost)) for lost in (0, 5, 9)],
            ["a: 5 bytes were dropped so far: the disk does not keep pace with the board."],
        ),
        # Figures that have moved are no news, other words are.
        (
            [
                bench(device(cloud=CloudStatus(warning=text)))
                for text in (
                    "",
                    "12 lines/s too many, for 3 min.",
                    "1,500 lines/s too many, for 2 h.",
                    "v1 is stuck.",
                )
            ],
            ["a: 12 lines/s too many, for 3 min.", "a: v1 is stuck."],
        ),
        (
            [
                bench(device(cloud=CloudStatus(forecast=f"It lasts until {day}.")))
                for day in ("2026-11-01", "2026-12-24")
            ],
            ["a: It lasts until 2026-11-01."],
        ),
        (
            [
                bench(
                    device(cloud=CloudStatus(forecast="F.", warning="W.")),
                    device("b", cloud=CloudStatus(warning="W.")),
                )
            ],
            ["a: W.", "a: F.", "b: W."],
        ),
        # Warnings of the bench: once, and once more that they are over.
        (
            [bench(warnings=warnings) for warnings in (["3 MB left"], ["2 MB left"], [], ["1 MB left"])],
            ["3 MB left", "This is over: 3 MB left", "1 MB left"],
        ),
        (
            [bench(warnings=warnings) for warnings in (["a", "b"], ["b"])],
            ["a", "b", "This is over: a"],
        ),
        # The figures of a name are no figures: two names are two pieces of news.
        (
            [
                bench(warnings=[f'device "board {number}": 7 of 9 for 3 min' for number in (1, 2)]),
                bench(warnings=[f'device "board {number}": 8 of 9 for 4 h' for number in (1, 2)]),
                bench(warnings=['device "board 1": 9 of 9 for 5 s']),
            ],
            [
                'device "board 1": 7 of 9 for 3 min',
                'device "board 2": 7 of 9 for 3 min',
                'This is over: device "board 2": 7 of 9 for 3 min',
            ],
        ),
        (
            [bench(warnings=[f"recordings/board-{number}.pbrec: Full." for number in (1, 2)])],
            ["recordings/board-1.pbrec: Full.", "recordings/board-2.pbrec: Full."],
        ),
        (
            [
                bench(device(cloud=CloudStatus(warning=f"{pins} stuck.")))
                for pins in ("v1 is", "v2 is", "v1 is")
            ],
            ["a: v1 is stuck.", "a: v2 is stuck."],
        ),
        # The cloud's own words may tell the time.
        (
            [
                bench(
                    device(
                        cloud=CloudStatus(warning=f'ds7 is stuck ({{"at":"2026-11-26T18:00:0{second}Z"}}).')
                    )
                )
                for second in (1, 2)
            ],
            ['a: ds7 is stuck ({"at":"2026-11-26T18:00:01Z"}).'],
        ),
        # Port, loss and cloud of a device are told apart; whatever it is called, nothing of it is "over".
        (
            [
                bench(
                    device(
                        "warning lamp",
                        link=GOOD,
                        lost_bytes=5,
                        cloud=msgspec.structs.replace(TAKES, warning="W."),
                    )
                )
            ]
            * 2,
            [
                "warning lamp: W.",
                "warning lamp: lines come in.",
                "warning lamp: 5 bytes were dropped so far: the disk does not keep pace with the board.",
                "warning lamp: the cloud takes readings.",
            ],
        ),
        # What waits for a person's word: once for each device.
        (
            [
                bench(
                    device(counts=counts(pending=1500, held=1500)),
                    device("b", counts=counts(pending=2, held=2)),
                )
            ]
            * 2,
            [
                f"{name}: {held} of its readings are held, for they were meant for another token or server: "
                "pinbridge resend --held sends them here, pinbridge discard gives them up."
                for name, held in (("a", "1,500"), ("b", "2"))
            ],
        ),
        (
            [
                bench(
                    device(
                        orphan=True, link=GOOD, cloud=TAKES, lost_bytes=1, counts=counts(pending=3, held=3)
                    )
                )
            ],
            [
                "a: it has left the bench file, and 3 of its readings are held: "
                "pinbridge discard --device gives them up."
            ],
        ),
        ([bench(device(orphan=True, counts=counts(pending=3)))], []),
        # The cloud's warnings of one that has left are nobody's business, those of the next one are.
        (
            [bench(device(orphan=True, cloud=CloudStatus(warning="W.")), device("b", link=GOOD))],
            ["b: lines come in."],
        ),
    ],
)
def test_what_a_person_should_know_is_said_once(statuses: list[BenchStatus], told: list[str]) -> None:
    assert said(*statuses) == told


def test_what_was_refused_before_this_run_is_no_news() -> None:
    news = "a: the cloud does not take some readings: pinbridge refused lists them and why."
    two, three = bench(device(counts=counts(refused=2))), bench(device(counts=counts(refused=3)))
    assert said(two, before=two) == []
    assert said(two, three, three, before=two) == [news]
    assert said(two, before=bench()) == [news]


FINE = bench(device(counts=counts(forwarded=2)))


@pytest.mark.parametrize(
    ("before", "last", "status"),
    [
        (bench(), FINE, 0),
        (bench(), bench(device(counts=counts(pending=1))), 1),
        (bench(), bench(device(counts=counts(pending=1, held=1))), 1),
        (bench(), bench(device(lost_bytes=1)), 1),
        (bench(), bench(device(), device("b", lost_bytes=1)), 1),
        (bench(), bench(device(counts=counts(refused=1))), 1),
        (bench(), bench(device(counts=counts(expired=1, superseded=1))), 0),
        (bench(device(counts=counts(refused=1))), bench(device(counts=counts(refused=1))), 0),
        (bench(device(counts=counts(refused=1))), bench(device(counts=counts(refused=2))), 1),
        # What a device that has left the bench file still has is no matter of this run.
        (bench(), bench(device(orphan=True, lost_bytes=1, counts=counts(pending=1))), 0),
        (bench(device("b")), bench(device("b", orphan=True, counts=counts(refused=1))), 1),
    ],
)
def test_the_exit_status_tells_whether_all_is_where_it_should_be(
    before: BenchStatus, last: BenchStatus, status: int
) -> None:
    scripted = Scripted(before, last, idle_s=[5.0])
    assert run(scripted, Looks(9), lambda _: None, until_idle_s=5.0) == (last, status)
    assert scripted.done == ["start", "stop"]
    # A person who ends it has been told.
    assert run(Scripted(before, last), Looks(0), lambda _: None) == (last, 0)


def test_what_could_not_be_written_at_the_end_is_told_and_is_1() -> None:
    told: list[str] = []
    last = bench(warnings=["7 readings could not be written"])
    assert run(Scripted(bench(), last, lost_readings=7), Looks(0), told.append) == (last, 1)
    assert told == ["7 readings could not be written"]


def test_what_is_refused_at_the_last_moment_is_told_too() -> None:
    told: list[str] = []
    last = bench(device(counts=counts(refused=1)))
    scripted = Scripted(bench(), FINE, last, idle_s=[0.0])
    assert run(scripted, Looks(9), told.append, until_idle_s=0.0) == (last, 1)
    assert told == ["a: the cloud does not take some readings: pinbridge refused lists them and why."]


def looks_of(scripted: Scripted, **ends: Any) -> int | None:
    """After how many looks a run ends by itself; None where it does not."""
    stop = Looks(20)
    run(scripted, stop, lambda _: None, **ends)
    assert set(stop.waits_s) == {0.1}
    return None if stop.is_set() else len(stop.waits_s)


def test_silence_ends_a_run_once_it_has_lasted() -> None:
    silences = [None, 2.9, None, 3.0, 4.0]
    assert looks_of(Scripted(FINE, idle_s=silences), until_idle_s=3.0) == 4
    assert looks_of(Scripted(FINE, idle_s=[None, 0.0]), until_idle_s=0.0) == 2
    assert looks_of(Scripted(FINE, idle_s=[9.0] * 30)) is None


def test_time_ends_a_run_whatever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = iter([100.0, 100.0, 104.9, 105.0, 106.0])
    monkeypatch.setattr("app.run.time", types.SimpleNamespace(monotonic=lambda: next(now_s)))
    scripted = Scripted(FINE)
    assert looks_of(scripted, for_s=5.0) == 3
    assert looks_of(Scripted(FINE)) is None


def test_recordings_that_have_been_played_and_sent_end_a_run() -> None:
    ended = LinkStatus(LinkState.ENDED, "")
    plays, is_over = bench(device(link=ended), device("b", link=GOOD)), bench(device(link=ended))
    left = bench(device(link=ended), device("b", orphan=True, link=GOOD))
    assert looks_of(Scripted(FINE, plays, is_over, idle_s=[1.0] * 9), until_ended=True) == 2
    assert looks_of(Scripted(FINE, left, idle_s=[None, None, 0.0]), until_ended=True) == 3
    assert looks_of(Scripted(FINE, is_over, idle_s=[1.0] * 30)) is None
    # What is sent is asked for after the end: the last of it would be missed otherwise.
    assert looks_of(Scripted(FINE, plays, is_over, idle_s=[1.0, None, 1.0]), until_ended=True) == 3


def test_a_run_that_breaks_stops_its_bench() -> None:
    scripted = Scripted(bench(device(link=GOOD)))

    def say(_: str) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        run(scripted, Looks(5), say)
    assert scripted.done == ["start", "stop"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_stop_a_run(number: signal.Signals) -> None:
    signal.signal(number, lambda *_: None)
    stop = stop_on_signals()
    assert not stop.is_set()
    signal.raise_signal(number)
    assert stop.is_set()


def test_a_drain_waits_until_all_is_sent_or_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, sent = bench(device(), device("b", counts=counts(pending=1))), FINE
    now_s = [0.0]

    class Clock(Looks):
        def wait(self, timeout: float | None = None) -> bool:
            now_s[0] += timeout or 0.0
            return super().wait(timeout)

    monkeypatch.setattr("app.run.time", types.SimpleNamespace(monotonic=lambda: now_s[0]))
    for statuses, unwritten, looks, at_most_s, waited in (
        ([sent], [], 9, 1.0, 0),
        ([waits, waits, sent], [], 9, 1.0, 2),
        ([sent], [2, 2], 9, 1.0, 2),
        ([waits, sent], [2], 9, 1.0, 2),
        ([waits], [], 99, 0.35, 4),
        ([waits], [], 2, 1.0, 3),
        ([waits], [], 99, 0.0, 0),
    ):
        scripted, stop = Scripted(*statuses, unwritten=unwritten), Clock(looks)
        drain(scripted, stop, at_most_s)
        assert scripted.done == ["stop boards"]
        assert len(stop.waits_s) == waited


def test_the_ledger_in_words() -> None:
    figures = JournalCounts(21, 1, 2, 3, 4, 11, 5)
    one = device(lines=LineCounts(1, 2, 3, 4, 5), lost_bytes=6, cloud=CloudStatus(requests=7), counts=figures)
    assert in_words(bench(one, device("b"))) == [
        "a: 15 lines (1 accepted, 2 rejected, 3 comments, 4 blank, 5 partial), 7 requests, 6 bytes lost",
        "  journal: 21 readings = 1 forwarded + 2 superseded + 3 refused + 4 expired + 11 pending (5 held)",
        "b: 0 lines (0 accepted, 0 rejected, 0 comments, 0 blank, 0 partial), 0 requests, 0 bytes lost",
        "  journal: 0 readings = 0 forwarded + 0 superseded + 0 refused + 0 expired + 0 pending (0 held)",
    ]
