"""The timeline of a device, in memory and as rows of the journal."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.journal import deleting
from app.journal.file.schema import open_for_reading
from app.journal.journal import Journal
from app.journal.steps import carry_out
from app.journal.timeline import rows
from app.journal.timeline.device import DeviceTimeline
from app.journal.timeline.rows import last_numbers, read_events, seam_before
from app.messages.message import Message, verbatim
from app.security import redaction
from app.wire.timeline import Event, EventKind
from tests.journal.test_journal import batch, opened
from tests.journal.timeline.test_growing import said

S = 1_000_000
FIRST = 1_700_000_000 * S
WHY = Message("cloud_internal_error")


class Rig:
    """A journal with the timeline of a device; `restart` opens it anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = opened(path)
        self.made()

    def made(self) -> None:
        self.changes = 0
        numbers = itertools.count(last_numbers(self.journal.reader()).event + 1)
        self.line = DeviceTimeline("board", lambda: next(numbers), self._changed)

    def _changed(self, line: DeviceTimeline) -> None:
        assert line is self.line
        self.changes += 1

    def begin(self, at_s: float) -> None:
        at_us = round(at_s * S)
        self.line.begin(at_us, seam_before(self.journal.reader(), "board", at_us))

    def commit(self) -> list[Event]:
        """Write what is new. What is in the file must then be what is in memory."""
        self.journal.write([], [], unwritten=[self.line.take()])
        stored = read_events(self.journal.reader(), "board")
        assert tuple(stored) == self.line.between(-(1 << 62), 1 << 62)
        return stored

    def restart(self, at_s: float, *, killed: bool = False) -> None:
        if not killed:
            self.line.end(round(at_s * S) - 5 * S)
        self.journal.write([], [], unwritten=[self.line.take()])
        self.journal.close()
        self.journal = opened(self.path)
        last = last_numbers(self.journal.reader()).event
        self.made()
        earlier = read_events(self.journal.reader(), "board", last)
        self.begin(at_s)
        self.line.load(earlier)

    def told(self) -> list[tuple[object, ...]]:
        """The kind, begin and end of each event, in seconds."""
        return [(str(e.kind), e.at_us / S, e.until_us and e.until_us / S) for e in self.commit()]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "j.db")
    yield made
    made.journal.close()


def test_a_port_is_away_for_one_reason_at_a_time(rig: Rig) -> None:
    rig.begin(100)
    line = rig.line
    line.happened(EventKind.CLOSED, 101 * S)
    line.happened(EventKind.NOT_OPENED, 102 * S, "busy")
    line.happened(EventKind.NOT_OPENED, 103 * S, "busy")
    line.happened(EventKind.CLOSED, 104 * S)
    line.happened(EventKind.CONNECTED, 105 * S, "COM5")
    line.happened(EventKind.LOST, 106 * S, "COM5")
    line.happened(EventKind.CLOSED, 107 * S)
    assert rig.told()[-1] == ("lost", 106, None)
    line.happened(EventKind.CONNECTED, 108 * S, "COM5")
    line.happened(EventKind.RELEASED, 109 * S)
    line.happened(EventKind.CONNECTED, 110 * S, "COM5")
    line.happened(EventKind.RESTARTED, 111 * S, "watchdog")
    line.clock_set(50 * S, -61 * S)
    assert rig.told() == [
        ("closed", 100, 102),
        ("not_opened", 102, 104),
        ("closed", 104, 105),
        ("connected", 105, 105),
        ("lost", 106, 108),
        ("connected", 108, 108),
        ("released", 109, 110),
        ("taken_back", 110, 110),
        ("restarted", 111, 111),
        ("clock_set", 50, 50),
    ]
    last = rig.commit()[-1]
    assert (last.count, rig.commit()[1].detail, rig.commit()[3].detail) == (-61 * S, "busy", "COM5")


def test_outages_that_follow_each_other_soon_are_one(rig: Rig) -> None:
    rig.line.cloud(None, 1 * S)
    assert rig.changes == 0
    for reason, at_s in ((WHY, 2), (WHY, 3), (None, 4), (None, 5), (WHY, 13), (None, 14), (WHY, 24)):
        rig.line.cloud(reason, at_s * S)
    assert rig.told() == [("cloud_down", 2, 14), ("cloud_down", 24, None)]
    assert [(event.count, event.reason) for event in rig.commit()] == [(2, WHY), (1, WHY)]
    assert rig.changes == 5


def test_a_token_in_the_words_of_the_cloud_is_not_kept(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "known", redaction.Redaction())
    redaction.learn(["abcdefgh"])
    rig.line.cloud(verbatim("no such token: abcdefgh"), 1)
    assert [str(event.reason) for event in rig.commit()] == ["no such token: [token]"]


def test_rejected_lines_and_lost_bytes_are_counted(rig: Rig) -> None:
    for at_s in (1, 2):
        rejected = said("v1=nan\nhi\n", at_s * S)[1]
        assert rejected
        rig.line.reject(rejected)
    rig.line.lose(300, 3 * S)
    rig.line.lose(700, 4 * S)
    accepted = said("v1=1\n", 5 * S)[0]
    assert accepted
    rig.line.accepted(accepted)
    rig.line.lose(1, 6 * S)
    found = [(e.kind, e.target, e.count, e.at_us // S, e.until_us and e.until_us // S) for e in rig.commit()]
    assert found == [
        ("rejected", "v1", 2, 1, 2),
        ("rejected", "", 2, 1, 2),
        ("bytes_lost", "", 1000, 3, 4),
        ("bytes_lost", "", 1, 6, 6),
    ]


def test_between_two_runs_is_a_seam(rig: Rig) -> None:
    rig.begin(100)
    assert rig.told() == [("closed", 100, None)]
    rig.restart(200)
    assert rig.told() == [("closed", 100, 195), ("not_running", 195, 200), ("closed", 200, None)]
    rig.line.end(250 * S)
    rig.line.end(260 * S)
    rig.line.is_alive(270 * S)
    rig.begin(300)  # The device has left the bench meanwhile, and is back.
    assert rig.told()[2:] == [("closed", 200, 250), ("not_running", 250, 300), ("closed", 300, None)]


@pytest.mark.parametrize("sign", ["reading", "event", "life", "reading of another device"])
def test_a_run_that_was_killed_ends_with_its_last_sign_of_life(rig: Rig, sign: str) -> None:
    rig.begin(100)
    rig.line.happened(EventKind.CONNECTED, 101 * S, "COM5")
    rig.line.cloud(WHY, 102 * S)
    rig.line.happened(EventKind.LOST, 103 * S, "COM5")
    rig.commit()
    match sign:
        case "reading" | "reading of another device":
            device = "board" if sign == "reading" else "other"
            rig.journal.bind(device, b"")
            rig.journal.write([(device, batch("v1=1\n", 150 * S))], [])
        case "event":
            rig.line.happened(EventKind.RESTARTED, 150 * S, "crash")
        case "life":
            rig.line.is_alive(150 * S)
    rig.restart(200, killed=True)
    rig.restart(300, killed=True)
    ended = [told for told in rig.told() if told[0] != "restarted"]
    assert ended == [
        ("closed", 100, 101),
        ("connected", 101, 101),
        ("cloud_down", 102, 150),
        ("lost", 103, 150),
        ("not_running", 150, 200),
        ("closed", 200, 200),
        ("not_running", 200, 300),
        ("closed", 300, None),
    ]


def test_a_sign_of_life_from_the_future_does_not_count(rig: Rig) -> None:
    """The clock was wrong in the run before."""
    rig.begin(100)
    rig.journal.write([("board", batch("v1=1\n", 900 * S))], [])
    rig.restart(200, killed=True)
    assert rig.told()[1] == ("not_running", 100, 200)


def test_of_a_run_before_there_were_timelines_the_last_reading_is_known(rig: Rig) -> None:
    assert seam_before(rig.journal.reader(), "board", 9 * S) is None
    rig.journal.write([("board", batch("v1=1\n", 5 * S))], [])
    rig.begin(9)
    assert rig.told() == [("not_running", 5, 9), ("closed", 9, None)]


def test_deleted_data_is_forgotten_but_the_run_and_what_lasts_go_on(rig: Rig) -> None:
    rig.begin(100)
    rig.line.cloud(WHY, 101 * S)
    rig.line.happened(EventKind.RESTARTED, 102 * S, "crash")
    rig.commit()
    rig.line.happened(EventKind.RESTARTED, 103 * S, "crash")
    carry_out(deleting.delete_data(rig.journal, "board"))
    # The writer may commit once more before the timeline forgets.
    rig.journal.write([], [], unwritten=[rig.line.take()])
    rig.line.forget()
    assert rig.told() == [("closed", 100, None), ("cloud_down", 101, None)]
    rig.line.cloud(None, 120 * S)
    rig.line.happened(EventKind.CONNECTED, 121 * S, "COM5")
    assert rig.told() == [("closed", 100, 121), ("cloud_down", 101, 120), ("connected", 121, 121)]
    rig.restart(200)
    assert rig.told()[3] == ("not_running", 195, 200)
    idle = DeviceTimeline("board", lambda: 1 << 40, lambda _: None)
    idle.cloud(WHY, 1)
    idle.cloud(None, 2)
    idle.forget()
    assert idle.between(0, 9) == ()


def test_a_device_that_is_not_in_the_journal_gets_no_rows(rig: Rig) -> None:
    rig.line.device = "stranger"
    rig.begin(100)
    rig.journal.write([], [], unwritten=[rig.line.take()])
    assert rig.journal.execute("SELECT count(*) FROM event") == [(0,)]


def test_events_of_a_period_are_found_by_their_begin_and_end(rig: Rig) -> None:
    rig.line.happened(EventKind.LOST, 10 * S, "COM5")
    rig.line.happened(EventKind.CONNECTED, 20 * S, "COM5")
    rig.line.happened(EventKind.LOST, 30 * S, "COM5")
    assert len(rig.line.between(-(1 << 80), 1 << 80)) == 3
    seen = [
        [e.at_us // S for e in rig.line.between(a * S, b * S)]
        for a, b in ((0, 9), (11, 12), (20, 29), (99, 99))
    ]
    assert seen == [[], [10], [10, 20], [30]]


def test_many_rejected_lines_push_out_no_other_events(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "KEPT", 5)
    rig.line.happened(EventKind.RESTARTED, 1 * S, "crash")
    for at_s in range(10):
        rejected, accepted = said("v1=nan\n", 2 * at_s * S)[1], said("v1=1\n", (2 * at_s + 1) * S)[0]
        assert rejected
        assert accepted
        rig.line.reject(rejected)
        rig.line.accepted(accepted)
    other = opened(rig.path.with_name("k.db"))
    other.write([], [], unwritten=[rig.line.take()])
    with other.transaction() as change:
        rows.bound(change.connection)
    stored = read_events(other.reader(), "board")
    assert [e.at_us // S for e in stored] == [1, 10, 12, 14, 16, 18]
    assert tuple(stored) == rig.line.between(0, 99 * S)
    other.close()


def test_an_older_journal_has_no_timeline(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript((Path(__file__).parents[1] / "version_1.sql").read_text())
    connection.close()
    reader = open_for_reading(path)
    assert (read_events(reader, "board"), rows.read_markers(reader)) == ([], [])
    reader.close()


def test_steps_of_the_clock_in_an_older_journal_become_events(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    shutil.copy(Path(__file__).parents[1] / "golden" / "version-6.journal", path)
    journal = Journal(path)
    (event,) = read_events(journal.reader(), "board")
    assert (event.kind, event.count, event.until_us) == ("clock_set", -3_600_000_000, event.at_us)
    journal.close()
