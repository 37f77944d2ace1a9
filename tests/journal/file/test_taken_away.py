"""A journal whose files are taken away while it is open continues in a new file, with all readings.

Files of others that are in the way stay as they are.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.journal import deleting
from app.journal.file import rescue
from app.journal.file.lock import JournalLock
from app.journal.journal import Journal, JournalError
from app.journal.owner import Owner
from app.journal.steps import carry_out
from app.journal.writer import JournalWriter
from app.messages.message import verbatim
from app.wire.streams import Fate, Run
from tests.journal.file.sound import exported
from tests.journal.outboxes import outbox
from tests.journal.test_journal import batch, opened, values
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps an open file from being taken away")

OTHER = b"my homework, which is not a journal"


def delete(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("old.db"))


def remove_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def rename_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def delete_all(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def delete_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def delete_index(path: Path) -> None:
    path.with_name(f"{path.name}-shm").unlink()


def replace(path: Path) -> None:
    path.unlink()
    path.write_bytes(OTHER)


def overwrite(path: Path) -> None:
    path.write_bytes(OTHER)


def put_folder_there(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "homework").write_bytes(OTHER)


def put_journal_there(path: Path) -> None:
    with closing(opened(path.with_name("other.db"))) as other:
        other.write([("board", batch("v9=1\n"))], [])
    path.with_name("other.db").replace(path)
    path.with_name("homework").write_bytes(OTHER)


def overwrite_with_journal(path: Path) -> None:
    put_journal_there(path.with_name("its.db"))
    shutil.copy(path.with_name("its.db"), path)


def put_link_there(path: Path) -> None:
    path.unlink()
    path.with_name("homework").write_bytes(OTHER)
    path.symlink_to("nowhere.db")


def replace_log(path: Path) -> None:
    replace(path.with_name(f"{path.name}-wal"))


def put_rollback_there(path: Path) -> None:
    path.unlink()
    path.with_name(f"{path.name}-journal").write_bytes(OTHER)


GONE = (delete, rename, remove_folder, rename_folder, delete_all, delete_log, delete_index)
TAKEN = (
    replace,
    overwrite,
    put_folder_there,
    put_journal_there,
    overwrite_with_journal,
    put_link_there,
    replace_log,
    put_rollback_there,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a journal in a folder of its own."""
    return tmp_path / "bench" / "j.db"


def filled(path: Path) -> Journal:
    """A journal with four readings: two pending ones, and two with a fate."""
    journal = opened(path)
    journal.write([("board", batch("v1=1\nv1=2\nv1=3\n"))], [])
    journal.write(
        [("board", batch("v2=hello\n"))], [Run(1, 1, 1, Fate.FORWARDED), Run(1, 2, 2, Fate.REFUSED)]
    )
    return journal


def all_of(path: Path) -> list[tuple[str, str, str]]:
    return [(row["target"], row["value"], row["fate"]) for row in exported(path)[0]]


READINGS = [
    ("v1", "1", "forwarded"),
    ("v1", "2", "refused"),
    ("v1", "3", "pending"),
    ("v2", "hello", "pending"),
]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("take", GONE)
def test_a_journal_that_is_gone_is_written_again_to_its_path(
    path: Path, take: Callable[[Path], None]
) -> None:
    journal = filled(path)
    assert not journal.return_to_place()
    take(path)
    assert journal.is_taken_away
    assert journal.return_to_place()
    assert not journal.is_taken_away
    assert not journal.return_to_place()
    assert journal.was_taken_away
    assert journal.path == path
    assert str(journal.warning).endswith(
        "was deleted, renamed or replaced while Pinbridge was using it. All readings of the journal are now "
        f"in a new file, {path}"
    )
    journal.write([("board", batch("v1=4\n"))], [Run(1, 3, 3, Fate.FORWARDED)])
    assert values(journal, "v1") == [4]
    assert [stream.counts().pending for stream in journal.streams()] == [1, 1]
    journal.close()
    names = {file.name for file in path.parent.iterdir()} - {"old.db", "j.db.pinbridge-lock"}
    assert names == {"j.db"}
    settled = [(target, value, "forwarded" if value == "3" else fate) for target, value, fate in READINGS]
    assert all_of(path) == [*settled, ("v1", "4", "pending")]
    again = opened(path)
    assert again.warning is None
    assert values(again, "v1") == [4]
    again.close()


@pytest.mark.parametrize("take", TAKEN)
def test_what_is_in_the_way_stays_and_the_journal_continues_beside_it(
    path: Path, take: Callable[[Path], None]
) -> None:
    journal = filled(path)
    take(path)
    before = tree(path.parent)
    noticed_late = take in (overwrite, overwrite_with_journal)
    if noticed_late:
        # Nothing has noticed it when the next readings come.
        journal.write([("board", batch("v1=4\n"))], [])
    assert journal.return_to_place()
    place = journal.path
    assert place.name.startswith("j.rescued-")
    assert f"All readings of the journal are now in {place}: write this path" in str(journal.warning)
    assert not journal.return_to_place()
    journal.write([("board", batch("v2=5\n"))], [])
    assert outbox(journal).pending(2, 1, 9)[-1].value == 5
    journal.close()
    expected = [*READINGS, *([("v1", "4", "pending")] if noticed_late else []), ("v2", "5", "pending")]
    assert all_of(place) == expected
    after = tree(path.parent)
    others = {
        name
        for name, content in before.items()
        if content == OTHER or (take is put_journal_there and name == str(path))
    }
    assert others
    assert {name: after.get(name) for name in others} == {name: before[name] for name in others}
    assert path.is_symlink() == (take is put_link_there)
    assert not path.with_name("nowhere.db").exists()


@pytest.mark.parametrize("take", [put_journal_there, overwrite_with_journal])
def test_a_journal_that_was_put_there_can_be_opened_without_damage(
    path: Path, take: Callable[[Path], None]
) -> None:
    journal = filled(path)
    take(path)
    journal.return_to_place()
    journal.close()
    its = opened(path)
    assert its.warning is None
    its.close()
    assert all_of(path) == [("v9", "1", "pending")]


def test_a_renamed_journal_has_all_readings_under_its_new_name_too(path: Path) -> None:
    journal = filled(path)
    rename(path)
    journal.return_to_place()
    journal.close()
    assert all_of(path.with_name("old.db")) == READINGS


def test_pending_readings_that_were_overwritten_are_counted(path: Path) -> None:
    journal = filled(path)
    journal.write([("board", batch("v1=4\n" * 200_000))], [])
    journal.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.close()
    journal = opened(path)
    overwrite(path)
    assert journal.return_to_place()
    assert str(journal.warning) == (
        f"{path}: was overwritten while Pinbridge was using it. 200,002 pending readings could not be "
        f"rescued and will not be sent. The journal continues in a new file, {journal.path}"
    )
    first = journal.streams()[0].counts()
    assert (first.readings, first.expired, first.pending) == (200_003, 200_001, 0)
    journal.write([("board", batch("v1=5\n"))], [])
    assert values(journal, "v1") == [5]
    journal.close()
    assert path.read_bytes() == OTHER


def test_a_second_loss_is_noticed_like_the_first(path: Path) -> None:
    journal = filled(path)
    replace(path)
    journal.return_to_place()
    first = journal.path
    delete(first)
    assert journal.return_to_place()
    assert journal.path == first
    # The user still has to write the other path into the bench file.
    assert "write this path as journal" in str(journal.warning)
    replace(first)
    assert journal.return_to_place()
    assert journal.path not in (path, first)
    journal.close()
    assert all_of(journal.path) == READINGS


def test_without_room_for_a_new_journal_it_is_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = filled(path)
    delete(path)

    def no_room(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(rescue, "_copy_pages", no_room)
    told = r"a new journal cannot be written \(database or disk is full\): make room"
    for _ in range(2):
        with pytest.raises(JournalError, match=told):
            journal.return_to_place()
        assert not list(path.parent.glob("*.new*"))
    monkeypatch.undo()
    assert journal.return_to_place()
    journal.close()
    assert all_of(path) == READINGS


def test_the_new_journal_is_locked(path: Path) -> None:
    for take in (remove_folder, replace):
        journal = filled(path)
        take(path)
        journal.return_to_place()
        with pytest.raises(JournalError, match="another Pinbridge"):
            JournalLock(journal.path)
        journal.close()
        JournalLock(journal.path).release()


def test_a_journal_that_the_program_itself_rewrites_is_in_place(path: Path) -> None:
    journal = filled(path)
    for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
        journal.execute(statement)
        assert not journal.is_taken_away
    carry_out(deleting.delete_data(journal, "board"))
    assert not journal.return_to_place()
    journal.begin_anew(verbatim("page 7 is wrong"))
    assert not journal.return_to_place()
    journal.write([("board", batch("v1=4\n"))], [])
    assert not journal.return_to_place()
    journal.close()
    path.unlink()
    assert not journal.is_taken_away


def test_no_thread_reads_a_file_that_was_put_there(path: Path) -> None:
    """SQLite would combine another database with the journal's log, which is still beside it."""
    for take in (replace, put_journal_there, overwrite_with_journal):
        journal = filled(path)
        journal.close()
        journal = opened(path)
        take(path)
        with pytest.raises(JournalError):
            values(journal, "v1")
        journal.return_to_place()
        assert values(journal, "v1") == [3]
        journal.close()
        shutil.rmtree(path.parent)


def test_a_journal_behind_a_link_is_watched_behind_it(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)
    filled(path).close()
    journal = opened(link)
    assert not journal.return_to_place()
    for take in (delete_log, delete, rename):
        take(path)
        assert journal.return_to_place()
        assert journal.path == path
        assert link.is_symlink()
        assert path.is_file()
    link.unlink()
    link.symlink_to("bench/old.db")
    assert journal.return_to_place()
    assert journal.path.name.startswith("j.rescued-")
    journal.close()
    assert all_of(journal.path) == READINGS
    assert link.is_symlink()


def test_the_writer_notices_a_loss_between_commits_and_before_it_ends(path: Path) -> None:
    told: list[str] = []
    journal = filled(path)
    writer = JournalWriter(journal, lambda _: None, on_new_file=lambda: told.append("new file"))
    writer.start()
    delete(path)
    wait_until(lambda: bool(told))
    assert path.exists()
    # A forwarder begins again, because it may have found less than there is in the meantime.
    assert {stream.generation for stream in journal.streams()} == {1}
    delete(path)
    writer.append(Owner("board"), batch("v1=4\n"))
    assert writer.stop(60)
    journal.close()
    assert all_of(path) == [*READINGS, ("v1", "4", "pending")]


def test_readings_wait_while_there_is_no_place_for_the_journal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.writer._RETRY_S", 0.01)
    journal = filled(path)
    writer = JournalWriter(journal, lambda _: None)
    shutil.rmtree(path.parent)
    path.parent.write_text("a file has the name of the folder")
    writer.append(Owner("board"), batch("v1=4\n"))
    writer.start()
    wait_until(lambda: writer.trouble is not None)
    assert writer.unwritten == 1
    path.parent.unlink()
    assert writer.flush(60)
    assert writer.trouble is None
    assert writer.stop(60)
    journal.close()
    assert all_of(path) == [*READINGS, ("v1", "4", "pending")]
