"""A journal has one program that writes it, and any number of readers."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from app.journal.file.lock import JournalLock
from app.journal.journal import Journal, JournalError
from tests.journal.file.test_schema import exported, next_file
from tests.journal.outboxes import outbox
from tests.journal.test_journal import batch, opened

HOLD = """
import sys
from functools import partial
from pathlib import Path
from app.journal.journal import Journal
journal = Journal(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_second_program_reports_which_process_has_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(JournalError, match=rf"another Pinbridge \(process {other.pid}\) works on this"):
            Journal(path)
        assert exported(path).count("\n") == 1
        other.kill()
        other.wait()
        opened(path).close()


def test_the_same_program_cannot_open_it_twice_even_by_another_name(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    (tmp_path / "link.db").symlink_to(tmp_path / "j.db")
    for name in ("j.db", "link.db"):
        with pytest.raises(JournalError, match="another Pinbridge"):
            Journal(tmp_path / name)
    journal.close()
    opened(tmp_path / "j.db").close()


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match=r"cannot be written: .*choose another folder"):
        JournalLock(tmp_path / "file" / "j.db")


def test_a_lock_makes_the_folders_that_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "j.db"
    lock = JournalLock(path)
    assert path.with_name("j.db.pinbridge-lock").read_text() == str(os.getpid())
    lock.release()


def test_the_process_number_of_the_last_holder_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "j.db.pinbridge-lock").write_text("1234567890")
    lock = JournalLock(tmp_path / "j.db")
    assert (tmp_path / "j.db.pinbridge-lock").read_text() == str(os.getpid())
    lock.release()
    # On a full disk the old number is removed all the same.
    monkeypatch.setattr(os, "write", lambda file, _: fail(errno.ENOSPC, file))
    JournalLock(tmp_path / "j.db").release()
    assert (tmp_path / "j.db.pinbridge-lock").read_text() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_every_user_may_read_which_process_has_the_journal(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        JournalLock(tmp_path / "j.db").release()
    finally:
        os.umask(before)
    assert (tmp_path / "j.db.pinbridge-lock").stat().st_mode & 0o777 == 0o644


def test_a_lock_is_released_once(tmp_path: Path) -> None:
    lock = JournalLock(tmp_path / "j.db")
    lock.release()
    # The descriptor's number may belong to another file by now, which must stay open.
    other = os.open(os.devnull, os.O_RDONLY)
    lock.release()
    os.close(other)


@pytest.mark.parametrize("error", [errno.EACCES, errno.EAGAIN, errno.EDEADLK])
def test_every_error_number_of_a_taken_lock_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    refuse(monkeypatch, error)
    (tmp_path / "j.db.pinbridge-lock").write_text("no number")
    free = next_file()
    with pytest.raises(JournalError) as told:
        JournalLock(tmp_path / "j.db")
    assert str(told.value) == (
        f"{tmp_path / 'j.db'}: another Pinbridge works on this journal: stop that one first"
    )
    assert (tmp_path / "j.db.pinbridge-lock").read_text() == "no number"
    # No file is left open.
    assert next_file() == free


def test_a_journal_opens_on_a_file_system_without_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, errno.ENOLCK)
    JournalLock(tmp_path / "j.db").release()


def refuse(monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    """Make the system refuse every lock with the error number `error`."""
    monkeypatch.setattr("msvcrt.locking" if sys.platform == "win32" else "fcntl.flock", partial(fail, error))


def fail(error: int, *_: object) -> None:
    raise OSError(error, os.strerror(error))


def test_a_file_that_is_no_journal_gets_no_lock_beside_it(tmp_path: Path) -> None:
    (tmp_path / "j.db").write_text("my homework")
    with pytest.raises(JournalError, match="not a Pinbridge journal"):
        Journal(tmp_path / "j.db")
    assert [file.name for file in tmp_path.iterdir()] == ["j.db"]


def test_reading_drops_no_lock_of_the_writer(tmp_path: Path) -> None:
    """Without the lock, another program would take itself for the last user, and delete the writer's log."""
    path = tmp_path / "j.db"
    journal = opened(path)
    journal.write([("board", batch("v1=1\n"))], [])
    exported(path)
    outbox(journal).pending(1, 1, 1)
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM meta'); c.close()"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    assert (tmp_path / "j.db-wal").exists()
    journal.write([("board", batch("v1=2\n"))], [])
    assert exported(path).count("\n") == 3
    journal.close()


@pytest.mark.parametrize("content", ["", "no number", "1 2", "1" * 21, "-1"])
def test_a_file_that_is_no_lock_of_pinbridge_is_locked_but_not_written(tmp_path: Path, content: str) -> None:
    path = tmp_path / "j.db.pinbridge-lock"
    path.write_text(content)
    lock = JournalLock(tmp_path / "j.db")
    with pytest.raises(JournalError, match="another Pinbridge works on this journal"):
        JournalLock(tmp_path / "j.db")
    lock.release()
    assert path.read_text() == content


def test_a_file_with_two_names_is_locked_but_not_written(tmp_path: Path) -> None:
    (tmp_path / "number.txt").write_text("1234")
    (tmp_path / "j.db.pinbridge-lock").hardlink_to(tmp_path / "number.txt")
    JournalLock(tmp_path / "j.db").release()
    assert (tmp_path / "number.txt").read_text() == "1234"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
@pytest.mark.parametrize("kind", ["folder", "pipe", "link to a file", "link to nothing"])
def test_what_is_no_file_is_no_lock(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "j.db.pinbridge-lock"
    (tmp_path / "number.txt").write_text("12")
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link to a file":
            path.symlink_to("number.txt")
        case _:
            path.symlink_to("nowhere")
    with pytest.raises(JournalError) as raised:
        JournalLock(tmp_path / "j.db")
    assert str(raised.value) == (
        f"{tmp_path}/j.db: {path} is not part of this journal, but has a name that the journal needs: "
        "move it to another folder, or name another journal"
    )
    assert (tmp_path / "number.txt").read_text() == "12"
    assert not (tmp_path / "nowhere").exists()
