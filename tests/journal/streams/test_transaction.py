"""Changes are complete: each reading is settled and counted once; a dropped stream leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.journal import decisions, deleting
from app.journal.journal import Journal
from app.journal.rejected import RejectedLines, Unwritten
from app.journal.steps import carry_out
from app.messages.message import verbatim
from app.wire.streams import Fate, Run, Usage
from tests.journal.test_journal import batch, opened
from tests.journal.test_rejected import wrong


def test_an_answer_settles_only_pending_readings_and_nothing_of_a_dropped_stream(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\nv1=2\nv1=3\n"))], [])
    with journal.transaction() as change:
        for run, count in (
            (Run(1, 2, 2, Fate.FORWARDED), 1),
            (Run(1, 1, 9, Fate.REFUSED, "no"), 2),
            (Run(1, 1, 3, Fate.FORWARDED), 0),
            (Run(2, 1, 1, Fate.FORWARDED), 0),
        ):
            assert change.settle(run) == count
    (stream,) = journal.streams()
    assert (stream.forwarded, stream.refused, stream.pending) == (1, 2, 0)
    journal.close()


def test_a_dropped_stream_leaves_no_row(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\nv2=2\n"))], [])
    journal.write([], [Run(1, 1, 1, Fate.REFUSED, "no")])
    carry_out(decisions.resend(journal, "board"))
    journal.bind("board", b"another account")
    journal.write([("board", batch("v1=3\n"))], [])
    journal.close()
    journal = Journal(tmp_path / "j.db")
    assert carry_out(deleting.delete_data(journal, "board")) == 3
    for table in ("device", "stream", "segment", "settled", "meant", "resent"):
        assert journal.execute(f"SELECT * FROM {table}") == []
    journal.close()


def test_a_commit_with_lines_is_synced_and_one_that_only_settles_is_not(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    lines = RejectedLines("board")

    def rejected() -> Unwritten:
        lines.add(wrong("v256=1\n"))
        return lines.take()

    def level() -> int:
        return int(journal.execute("PRAGMA synchronous")[0][0])

    changes: list[tuple[Callable[[], object], int]] = [
        (lambda: journal.write([("board", batch("v1=1\n"))], []), 2),
        (
            lambda: journal.write(
                [], [Run(1, 1, 1, Fate.REFUSED)], [Usage("messages of school", "2026-11", 1)]
            ),
            1,
        ),
        (lambda: journal.write([], [], unwritten=[rejected()]), 2),
        (lambda: journal.write([], []), 1),
        (lambda: carry_out(decisions.resend(journal, "board")), 2),
        (lambda: journal.write([], [Run(1, 1, 1, Fate.FORWARDED)]), 1),
        (lambda: journal.bind("board", b"another"), 2),
    ]
    for change, expected in changes:
        change()
        assert level() == expected
    journal.close()


def streams(path: Path) -> list[tuple[int, str, str]]:
    """The number, device and target of each stream in the file."""
    journal = Journal(path)
    found = [(stream.stream, stream.device, stream.target) for stream in journal.streams()]
    journal.close()
    return found


def test_other_devices_keep_every_stream(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.bind("gone", b"")
    journal.write(
        [("board", batch("v1=1\n")), ("gone", batch("v1=1\nv2=2\n")), ("board", batch("v2=2\n"))], []
    )
    journal.close()
    journal = opened(tmp_path / "j.db")
    assert carry_out(deleting.delete_data(journal, "gone")) == 2
    assert [stream.stream for stream in journal.streams()] == [1, 4]
    journal.close()
    assert streams(tmp_path / "j.db") == [(1, "board", "v1"), (4, "board", "v2")]


def test_in_a_new_file_a_stream_keeps_its_number_and_its_device(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.bind("other", b"")
    journal.write([("other", batch("v1=1\nv2=2\n")), ("board", batch("v1=1\n"))], [])
    journal.close()
    # A device that has left the bench keeps its streams too; a device without readings gets its first.
    journal = opened(tmp_path / "j.db")
    journal.bind("new", b"")
    journal.write([], [Run(3, 1, 1, Fate.REFUSED, "no")])
    assert carry_out(decisions.resend(journal, "board")) == 1
    journal.begin_anew(verbatim("page 7 is wrong"))
    assert sorted(journal.devices()) == ["board", "new", "other"]
    assert [stream.resent for stream in journal.streams()] == [0, 0, 0]
    journal.write([("new", batch("v1=1\n"))], [])
    journal.close()
    assert streams(tmp_path / "j.db") == [
        (1, "other", "v1"),
        (2, "other", "v2"),
        (3, "board", "v1"),
        (4, "new", "v1"),
    ]
