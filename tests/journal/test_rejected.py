"""Rejected lines: the last thousand and all counts survive restarts, and a flood of them costs little."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal import deleting, rejected
from app.journal import writer as writer_module
from app.journal.file.schema import open_for_reading
from app.journal.journal import Journal
from app.journal.owner import Owner
from app.journal.rejected import KEPT, RejectedLines
from app.journal.steps import carry_out
from app.journal.streams.stream import read_devices
from app.journal.writer import JournalWriter
from app.messages.message import Message
from app.security import redaction
from app.wire.batches import Intake, Rejected
from app.wire.datastreams import Reason
from app.wire.readings import Grammar
from tests.journal.test_journal import batch, opened


def wrong(text: str, at_us: int = 1_000_000) -> Rejected:
    intake = Intake(Grammar())
    intake.feed(b"# first\n", 0)
    found = intake.feed(text.encode(), at_us).rejected
    assert found
    return found


def told(lines: RejectedLines) -> list[tuple[int, str, Reason]]:
    return [(line.received_at_us, line.text, line.reason) for line in lines.lines()]


def parts(path: Path) -> list[int]:
    connection = sqlite3.connect(path)
    found = [count for (count,) in connection.execute("SELECT count FROM rejected ORDER BY part")]
    connection.close()
    return found


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 700), st.sampled_from(["go on", "commit", "restart"])), max_size=12))
def test_the_last_lines_and_all_counts_survive(chunks: list[tuple[int, str]]) -> None:
    said: list[str] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "j.db"
        journal = opened(path)
        lines = rejected.read(journal.reader(), "board")
        for size, then in chunks:
            texts = [
                f"v{256 + (len(said) + n) % 3}=1" if n % 2 else f"no {len(said) + n}" for n in range(size)
            ]
            said += texts
            lines.add(wrong("".join(f"{text}\n" for text in texts)))
            if then != "go on":
                journal.write([], [], unwritten=[lines.take()])
            if then == "restart":
                journal.close()
                journal = opened(path)
                lines = rejected.read(journal.reader(), "board")
            assert [text for _, text, _ in told(lines)] == said[-KEPT:]
            reasons = Counter(
                Reason.NO_ASSIGNMENT if text.startswith("no") else Reason.WRONG_PIN for text in said
            )
            assert dict(lines.reasons()) == reasons
        journal.close()
        kept = parts(path)
    assert sum(kept[1:]) < KEPT


def test_lines_are_kept_until_a_thousand_newer_ones_have_come() -> None:
    lines = RejectedLines("board")
    first = wrong("no\n")
    held = weakref.ref(first.received_at_us)
    lines.add(first)
    del first
    lines.add(wrong("v256=1\n" * (KEPT - 1)))
    for found in (told(lines), lines.take().lines):
        assert len(found) == KEPT
        assert found[0][1] == "no"
    lines.add(wrong("v256=2\n"))
    assert len(told(lines)) == KEPT
    assert held() is None


@pytest.mark.parametrize("sizes", [[1003], [600, 403], [2, 1000, 1]])
def test_the_last_thousand_lines_are_shown_and_written(sizes: list[int]) -> None:
    lines = RejectedLines("board")
    first = 0
    for size in sizes:
        lines.add(wrong("".join(f"no {n}\n" for n in range(first, first + size))))
        first += size
    for found in (told(lines), lines.take().lines):
        assert [text for _, text, _ in found] == [f"no {n}" for n in range(3, 1003)]


def test_a_row_is_deleted_when_a_thousand_newer_lines_are_in_the_journal(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.bind("other", b"")
    mine, others = RejectedLines("board"), RejectedLines("other")
    for lines, size in ((mine, 7), (others, 8), (mine, 600), (mine, 400)):
        lines.add(wrong("v256=1\n" * size))
        journal.write([("board", batch("v1=1\n"))], [], unwritten=[lines.take()])
    assert parts(tmp_path / "j.db") == [8, 600, 400]
    journal.close()


def test_devices_have_lines_of_their_own(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.bind("other", b"")
    mine, others = RejectedLines("board"), RejectedLines("other")
    mine.add(wrong("v256=1\n", 5))
    others.add(wrong("v1=nan\n\xff\n", 6))
    journal.write([("board", batch("v1=1\n"))], [], unwritten=[mine.take(), others.take()])
    assert told(rejected.read(journal.reader(), "board")) == [(5, "v256=1", Reason.WRONG_PIN)]
    (first, second) = rejected.read(journal.reader(), "other").lines()
    assert (first.text, first.reason, second.reason) == ("v1=nan", Reason.NOT_A_NUMBER, Reason.NO_ASSIGNMENT)
    assert "sensor" in str(first.hint)
    assert read_devices(journal.reader()) == ["board", "other"]
    journal.close()


def test_a_token_in_a_line_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "known", redaction.Redaction())
    redaction.learn(["abcdefgh"])
    journal = opened(tmp_path / "j.db")
    lines = RejectedLines("board")
    lines.add(wrong("my token is abcdefgh\n"))
    assert lines.lines()[0].text == "my token is [token]"
    assert lines.lines()[0].hint == Message("hint_token_in_line")
    journal.write([], [], unwritten=[lines.take()])
    journal.close()
    assert b"abcdefgh" not in (tmp_path / "j.db").read_bytes()


def test_the_most_frequent_reason_comes_first() -> None:
    lines = RejectedLines("board", counts=[(Reason.TOO_LONG, 2)])
    lines.add(wrong("v256=1\n" * 3 + "v1=nan\n"))
    assert lines.reasons() == ((Reason.WRONG_PIN, 3), (Reason.TOO_LONG, 2), (Reason.NOT_A_NUMBER, 1))


def test_deleting_data_deletes_rejected_lines_too(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    lines = RejectedLines("board", [(1, "v256=0", Reason.WRONG_PIN)], [(Reason.WRONG_PIN, 1)])
    lines.add(wrong("v256=1\n"))
    journal.write([], [], unwritten=[lines.take()])
    lines.add(wrong("v256=2\n"))
    carry_out(deleting.delete_data(journal, "board"))
    lines.forget()
    journal.write([], [], unwritten=[lines.take()])
    for found in (lines, rejected.read(journal.reader(), "board")):
        assert (found.lines(), found.reasons()) == ([], ())
    # No row is left, not even an empty one, and a device that is not in the journal gets none.
    stranger = RejectedLines("stranger")
    stranger.add(wrong("v256=3\n"))
    journal.write([], [], unwritten=[stranger.take()])
    assert parts(tmp_path / "j.db") == []
    journal.close()


def test_lines_without_times_are_an_error() -> None:
    lines = RejectedLines("board")
    found = wrong("v256=1\nv256=2\n")
    lines.add(found._replace(received_at_us=found.received_at_us[1:]))
    with pytest.raises(ValueError, match="zip"):
        lines.lines()


def test_an_older_journal_has_no_rejected_lines(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    connection = sqlite3.connect(path)
    connection.executescript(Path(__file__).with_name("version_1.sql").read_text())
    connection.close()
    reader = open_for_reading(path)
    assert rejected.read(reader, "board").lines() == []
    assert read_devices(reader) == ["board", "other"]
    reader.close()


class Commits:
    """A journal with a writer; `wait` waits for the next commit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = opened(path)
        self.lines = RejectedLines("board")
        self.done = threading.Semaphore(0)
        self.writer = JournalWriter(self.journal, lambda _: self.done.release())

    def wait(self) -> None:
        assert self.done.acquire(timeout=60)

    def stop(self) -> None:
        assert self.writer.stop(60)
        self.journal.close()


def test_a_lone_line_is_durable_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "_SOURCES_S", 3600.0)
    commits = Commits(tmp_path / "j.db")
    commits.writer.start()
    commits.writer.reject(commits.lines, wrong("v256=1\n"))
    commits.wait()
    assert parts(commits.path) == [1]
    commits.stop()


def test_a_flood_is_one_row_a_second_and_complete_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "_SOURCES_S", 3600.0)
    commits = Commits(tmp_path / "j.db")
    commits.writer.start()
    commits.writer.reject(commits.lines, wrong("v256=0\n"))
    commits.wait()
    for number in range(300):
        commits.writer.reject(commits.lines, wrong(f"v256={number}\n" * 20))
        # Readings are committed at once, and the rejected lines are not committed with them.
        commits.writer.append(Owner("board"), batch(f"v1={number}\n"))
    assert commits.writer.flush(60)
    assert parts(commits.path) == [1]
    commits.stop()
    assert parts(commits.path) == [KEPT]
    journal = Journal(commits.path)
    found = rejected.read(journal.reader(), "board")
    journal.close()
    assert found.reasons() == ((Reason.WRONG_PIN, 6001),)
    assert [line.text for line in found.lines()] == [f"v256={n}" for n in range(250, 300) for _ in range(20)]


def test_the_next_row_follows_when_its_time_has_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "_SOURCES_S", 0.02)
    commits = Commits(tmp_path / "j.db")
    commits.writer.start()
    for number in range(3):
        commits.writer.reject(commits.lines, wrong(f"v256={number}\n"))
        commits.wait()
    commits.stop()
    assert parts(commits.path) == [1, 1, 1]


def test_the_lines_of_each_target_are_counted_until_they_are_forgotten() -> None:
    lines = RejectedLines("board")
    assert lines.of_targets() == {}
    lines.add(wrong("v1=nan\nv1=\nv2=nan\nv256=1\n", 5))
    lines.add(wrong("v1=nan\n", 6))
    found = {
        target: (kept.reason, kept.count, kept.received_at_us) for target, kept in lines.of_targets().items()
    }
    assert found == {"v1": (Reason.NOT_A_NUMBER, 3, 6), "v2": (Reason.NOT_A_NUMBER, 1, 5)}
    lines.forget()
    assert lines.of_targets() == {}


def test_a_board_that_invents_targets_fills_no_memory() -> None:
    lines = RejectedLines("board")
    lines.add(wrong("".join(f"ds{n}=nan\n" for n in range(1, 1000))))
    assert len(lines.of_targets()) == 300
    lines.add(wrong("ds1=nan\n"))
    assert lines.of_targets()["ds1"].count == 2
