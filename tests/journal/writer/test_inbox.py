"""The writer's inbox is limited to a number of bytes; `unwritten` says how many readings it holds."""

from __future__ import annotations

import numpy as np
import pytest

from app.journal import writer as writer_module
from app.journal.journal import Journal
from app.journal.owner import Owner
from app.journal.writer import JournalWriter
from app.messages.message import Message
from app.wire.batches import Batch
from tests.journal.test_journal import batch
from tests.journal.writer.disk import SOON_S, Clock, Disk, ignore


def test_a_writer_begins_with_nothing_to_do(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = JournalWriter(journal, ignore)
    assert writer.flush(0)
    assert writer.trouble is None
    assert writer.unwritten == 0
    for most, has_room in ((0, False), (1, True)):
        monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", most)
        assert writer.has_room is has_room


@pytest.mark.parametrize(("size", "has_room"), [(47_999_999, True), (48_000_000, False)])
def test_the_inbox_holds_48_mb_and_the_batch_that_exceeds_them(
    journal: Journal, size: int, has_room: bool
) -> None:
    writer = JournalWriter(journal, ignore)
    text = "x" * (size - 680)
    writer.append(
        Owner("board"), Batch(["v1"], np.zeros(1, np.uint16), np.array([np.nan]), {0: text}, np.array([5]))
    )
    assert writer.has_room is has_room


@pytest.mark.parametrize(
    ("text", "size"), [("v1=1\nv1=2\n", 640), ("v1=hello\n", 685), ("v1=1\nv2=hello\nv3=!\n", 786)]
)
def test_the_inbox_is_full_when_its_batches_take_so_many_bytes(
    journal: Journal, disk: Disk, monkeypatch: pytest.MonkeyPatch, text: str, size: int
) -> None:
    """Waiting batches and those being written count alike, because both are in memory."""
    monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", 2 * size)
    writer = JournalWriter(journal, ignore)
    disk.goes_on.clear()
    writer.start()
    writer.append(Owner("board"), batch(text))
    disk.wait()
    assert writer.has_room
    writer.append(Owner("board"), batch(text))
    assert not writer.has_room
    monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", 2 * size + 1)
    assert writer.has_room
    assert writer.unwritten == 2 * text.count("\n")
    disk.goes_on.set()
    assert writer.flush(SOON_S)
    assert writer.unwritten == 0
    for most, has_room in ((0, False), (1, True)):
        monkeypatch.setattr(writer_module, "MAX_INBOX_BYTES", most)
        assert writer.has_room is has_room
    assert writer.stop(SOON_S)


def test_the_bytes_of_waiting_lines_are_counted_for_each_device(journal: Journal, disk: Disk) -> None:
    journal.bind("other", b"")
    writer = JournalWriter(journal, ignore)
    assert writer.unwritten_bytes() == {}
    disk.goes_on.clear()
    writer.start()
    writer.append(Owner("board"), batch("v1=1\nv2=23\n"))
    disk.wait()
    writer.append(Owner("other"), batch("v1=hello\n"))
    writer.append(Owner("board"), batch("v1=4\n"))
    assert writer.unwritten_bytes() == {"board": 16, "other": 9}
    disk.goes_on.set()
    assert writer.flush(SOON_S)
    assert writer.unwritten_bytes() == {}
    assert writer.stop(SOON_S)


def test_the_waiting_readings_are_counted_for_each_owner_whatever_its_name(
    journal: Journal, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.bind("other", b"")
    clock = Clock(monkeypatch)
    writer = JournalWriter(journal, ignore)
    board, other = Owner("board"), Owner("other")
    assert writer.unwritten_of(board) == (0, None)
    disk.goes_on.clear()
    writer.start()
    writer.append(board, batch("v1=1\nv2=23\n"))
    disk.wait()
    clock.now_s += 9
    writer.append(other, batch("v1=hello\n"))
    writer.append(board, batch("v1=4\n"))
    board.name = "renamed"
    assert (writer.unwritten_of(board), writer.unwritten_of(other)) == ((3, None), (1, None))
    disk.goes_on.set()
    assert writer.flush(SOON_S)
    assert (writer.unwritten_of(board), writer.unwritten_of(other)) == ((0, None), (0, None))
    assert writer.stop(SOON_S)


@pytest.mark.parametrize(("seconds", "stalls"), [(9.9, False), (10, True)])
@pytest.mark.parametrize("is_taken", [True, False])
def test_a_commit_that_does_not_end_is_reported(
    journal: Journal,
    disk: Disk,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    stalls: bool,
    is_taken: bool,
) -> None:
    """The oldest reading counts, whether the writer has taken it already or not."""
    clock = Clock(monkeypatch)
    writer, board = JournalWriter(journal, ignore), Owner("board")
    disk.goes_on.clear()
    if is_taken:
        writer.start()
    writer.append(board, batch("v1=1\n"))
    if is_taken:
        disk.wait()
    clock.now_s += seconds
    writer.append(board, batch("v1=2\n"))
    told = Message("journal_stalled", path=str(journal.path)) if stalls else None
    assert writer.trouble == told
    assert writer.unwritten_of(board) == (2, told)
    assert writer.unwritten_of(Owner("other")) == (0, None)
    disk.goes_on.set()
    if not is_taken:
        writer.start()
    assert writer.flush(SOON_S)
    assert writer.trouble is None
    assert writer.stop(SOON_S)
