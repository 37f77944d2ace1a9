"""The timelines of a journal with its writer: markers, earlier runs, other names, deleting."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import InvalidValueError
from app.journal import deleting
from app.journal import writer as writer_module
from app.journal.devices import change_devices
from app.journal.journal import Account, Journal
from app.journal.owner import Owner
from app.journal.steps import carry_out
from app.journal.timeline import timelines as timelines_module
from app.journal.timeline.rows import read_events, read_markers
from app.journal.timeline.timelines import Timelines
from app.journal.writer import JournalWriter
from app.security import redaction
from app.wire.timeline import MAX_NOTE, EventKind, Marker
from tests.journal.test_journal import batch, opened
from tests.journal.timeline.loading import load
from tests.journal.timeline.test_growing import said
from tests.waiting import wait_until

S = 1_000_000
EVER = 1e12


class Rig:
    """A journal with its writer and timelines; `again` closes and opens it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now_s = 1000.0
        self._open()

    def _open(self) -> None:
        self.journal = opened(self.path)
        self.commits = 0
        self.writer = JournalWriter(self.journal, self._on_commit)
        self.timelines = Timelines(self.journal, self.writer, lambda: round(self.now_s * 1e6))
        self.writer.start()

    def _on_commit(self, _written: object) -> None:
        self.commits += 1

    def again(self) -> None:
        self.close()
        self._open()

    def close(self) -> None:
        assert self.writer.stop(60)
        self.journal.close()

    def loaded(self, device: str = "board") -> None:
        load(self.timelines, device)

    def notes(self, device: str = "board", from_s: float = 0, to_s: float = EVER) -> list[str]:
        return [marker.note for marker in self.timelines.read(device, from_s, to_s).markers]

    def kinds(self, device: str = "board") -> list[str]:
        return [str(event.kind) for event in self.timelines.read(device, 0, EVER).events]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "j.db")
    yield made
    made.close()


def test_markers_are_set_changed_and_removed(rig: Rig) -> None:
    versions = [rig.timelines.version("board")]
    late = rig.timelines.mark("board", 20.5, "  the lamp\n goes on ")
    early = rig.timelines.mark("", 10, "class 7b")
    other = rig.timelines.mark("other", 15, "not here")
    assert late == Marker(1, "board", 20_500_000, "the lamp goes on")
    versions.append(rig.timelines.version("board"))
    assert rig.timelines.read("board", 10, 20.5).markers == (early, late)
    assert rig.notes("other") == ["class 7b", "not here"]
    assert rig.notes(from_s=10.1, to_s=20.4) == []
    late = rig.timelines.change_mark(late, at_s=5)
    late = rig.timelines.change_mark(late, note="the lamp")
    assert rig.timelines.read("board", 0, 20).markers == (Marker(1, "board", 5_000_000, "the lamp"), early)
    versions.append(rig.timelines.version("board"))
    rig.timelines.remove_mark(other)
    assert rig.notes("other") == ["class 7b"]
    versions.append(rig.timelines.version("board"))
    assert versions == sorted(set(versions))


def test_markers_of_earlier_runs_can_be_changed_and_keep_their_numbers(rig: Rig) -> None:
    for note in ("one", "two", "three"):
        rig.timelines.mark("board", 1, note)
    rig.again()
    rig.loaded()
    markers = rig.timelines.read("board", 0, EVER).markers
    assert [(marker.number, marker.note) for marker in markers] == [(1, "one"), (2, "two"), (3, "three")]
    rig.timelines.remove_mark(markers[1])
    rig.timelines.change_mark(markers[2], note="3")
    assert rig.timelines.mark("board", 2, "four").number == 4
    rig.again()
    rig.loaded()
    assert rig.notes() == ["one", "3", "four"]


def test_a_marker_that_is_removed_while_others_are_read_stays_removed(rig: Rig) -> None:
    marker = rig.timelines.mark("board", 1, "one")
    rig.again()
    rig.timelines.remove_mark(marker)
    rig.loaded()
    assert rig.notes() == []


def test_a_long_note_is_refused_and_a_token_is_hidden(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "known", redaction.Redaction())
    redaction.learn(["abcdefgh"])
    assert rig.timelines.mark("board", 1, "token abcdefgh").note == "token [token]"
    rig.timelines.mark("board", 1, "x" * MAX_NOTE)
    with pytest.raises(InvalidValueError, match="may have 500 characters at most"):
        rig.timelines.mark("board", 1, "x" * (MAX_NOTE + 1))
    assert len(rig.notes()) == 2


def test_events_of_earlier_runs_are_read_in_another_thread(rig: Rig) -> None:
    line = rig.timelines.of("board")
    rig.timelines.begin(line)
    rig.now_s = 1010
    line.happened(EventKind.CONNECTED, 1005 * S, "COM5")
    rig.timelines.end(line)
    rig.again()
    rig.now_s = 1100
    line = rig.timelines.of("board")
    rig.timelines.begin(line)
    assert [event.kind for event in line.between(0, 1 << 62)] == ["not_running", "closed"]
    rig.loaded()
    assert rig.kinds() == ["closed", "connected", "not_running", "closed"]
    seam = rig.timelines.read("board", 1050, 1060).events
    assert [(event.at_us, event.until_us) for event in seam] == [(1010 * S, 1100 * S)]
    assert rig.kinds("stranger") == []


def test_a_journal_that_cannot_be_read_has_no_earlier_events(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """It may have been closed and deleted while the thread was about to read it."""
    rig.close()
    rig.path.unlink()
    told = rig.timelines.read("board", 0, EVER)
    wait_until(lambda: "cannot be read" in caplog.text)
    assert (told.events, told.markers) == ((), ())
    rig._open()


def test_a_bench_begins_although_the_last_run_cannot_be_read(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("app.journal.timeline.rows.seam_before", fails)
    rig.timelines.begin(rig.timelines.of("board"))
    assert rig.kinds() == ["closed"]


def test_nothing_is_read_from_another_file_with_the_name_of_the_journal(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.timelines.mark("board", 1, "mine")
    rig.again()
    monkeypatch.setattr(Journal, "is_taken_away", True)
    rig.loaded()
    assert rig.notes() == []


def test_events_and_markers_follow_a_device_to_its_new_name(rig: Rig) -> None:
    one, two = rig.timelines.of("board"), rig.timelines.of("other")
    rig.journal.bind("other", b"")
    rig.loaded()
    one.happened(EventKind.RESTARTED, 1 * S, "crash")
    two.happened(EventKind.CONNECTED, 2 * S, "COM6")
    rig.timelines.mark("board", 3, "the first")

    def swap(journal: Journal) -> None:
        names = {"board": "other", "other": "board"}
        change_devices(journal, {"board": Account(b""), "other": Account(b"")}, renamed=names)
        rig.timelines.rename(names)

    one.happened(EventKind.LOST, 4 * S, "COM5")
    rig.writer.submit(swap)
    one.happened(EventKind.CONNECTED, 5 * S, "COM5")
    assert (rig.kinds("other"), rig.notes("other")) == (["restarted", "lost", "connected"], ["the first"])
    assert (rig.kinds("board"), rig.notes("board")) == (["connected"], [])
    rig.again()
    rig.loaded("other")
    assert (rig.kinds("other"), rig.notes("other")) == (["restarted", "lost", "connected"], ["the first"])


def test_deleted_data_is_gone_also_what_was_on_its_way(rig: Rig) -> None:
    rig.timelines.mark("board", 1, "mine")
    rig.timelines.mark("", 1, "the bench's")
    rig.timelines.of("board").happened(EventKind.RESTARTED, 1 * S, "crash")
    rig.writer.submit(lambda journal: carry_out(deleting.delete_data(journal, "board")))
    rig.timelines.mark("board", 1, "between deleting and forgetting")
    wait_until(lambda: any(m.note.startswith("between") for m in read_markers(rig.journal.reader())))
    rig.timelines.forget("board")
    assert (rig.kinds(), rig.notes()) == ([], ["the bench's"])
    rig.timelines.mark("board", 2, "new")
    rig.again()
    rig.loaded()
    assert (rig.kinds(), rig.notes()) == ([], ["the bench's", "new"])
    rig.writer.submit(lambda journal: carry_out(deleting.delete_data(journal, "board", of_bench=True)))
    assert read_markers(rig.journal.reader()) == []


def test_what_is_read_while_it_is_deleted_is_forgotten_too(rig: Rig) -> None:
    rig.timelines.mark("board", 1, "mine")
    rig.timelines.of("board").happened(EventKind.RESTARTED, 1 * S, "crash")
    rig.again()
    events, markers = read_events(rig.journal.reader(), "board"), read_markers(rig.journal.reader())
    rig.timelines.forget("board")
    rig.timelines._markers.load(markers)
    rig.timelines.of("board").load(events)
    assert (rig.kinds(), rig.notes()) == ([], [])


def test_events_share_commits_with_readings(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "_SOURCES_S", 3600.0)
    line, owner = rig.timelines.of("board"), Owner("board")
    line.happened(EventKind.RESTARTED, 0, "crash")
    wait_until(lambda: read_events(rig.journal.reader(), "board"))

    def stored() -> int:
        return len(read_events(rig.journal.reader(), "board"))

    commits = rig.commits
    for n in range(100):
        line.happened(EventKind.RESTARTED, n * S, "crash")
    assert rig.writer.flush(60)
    assert (rig.commits, stored()) == (commits, 1)
    rig.writer.append(owner, batch("v1=1\n"))
    assert rig.writer.flush(60)
    assert (rig.commits, stored()) == (commits + 1, 101)
    # Periods of rejected lines wait for their second, because they may be a flood.
    rejected = said("v1=nan\n", 9 * S)[1]
    assert rejected
    line.reject(rejected)
    rig.writer.append(owner, batch("v1=1\n"))
    assert rig.writer.flush(60)
    assert stored() == 101
    rig.close()
    rig._open()
    assert stored() == 102


def test_a_lasting_run_is_noted_once_a_minute(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    line = rig.timelines.of("board")
    rig.timelines.begin(line)
    wait_until(lambda: read_events(rig.journal.reader(), "board"))

    def life() -> int:
        ((until_us,),) = rig.journal.reader().execute("SELECT until_us FROM event WHERE kind = 'run'")
        found: int = until_us
        return found

    rig.now_s = 1030
    assert rig.writer.submit(lambda _: rig.timelines.maintained(0.0)) == 0.0
    assert rig.writer.submit(lambda _: rig.timelines.maintained(30.0)) == 30.0
    assert life() == 1000 * S
    monkeypatch.setattr(timelines_module, "_ALIVE_S", 0.0)
    rig.writer.submit(lambda _: rig.timelines.maintained(0.0))
    assert life() == 1000 * S
    rig.writer.submit(lambda _: rig.timelines.maintained(30.0))
    wait_until(lambda: life() == 1030 * S)


def test_several_threads_lose_no_event(rig: Rig) -> None:
    line = rig.timelines.of("board")

    def talk(at_us: int) -> None:
        for n in range(200):
            line.happened(EventKind.RESTARTED, at_us + n, "crash")
            rig.timelines.mark("board", 1, f"{at_us} {n}")

    threads = [threading.Thread(target=talk, args=(number * 1000,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rig.close()
    rig._open()
    stored = read_events(rig.journal.reader(), "board")
    assert len(stored) == len({event.number for event in stored}) == 800
    assert len({marker.number for marker in read_markers(rig.journal.reader())}) == 800
