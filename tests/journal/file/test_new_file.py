"""A new file appears whole under its name, and no name is taken from another file."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.journal.file import schema
from app.journal.file.new_file import make, move
from tests.journal.test_journal import opened

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses a taken name by itself")


def fail(number: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@posix
def test_the_content_and_then_the_name_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    steps: list[tuple[str, bool, bool]] = []
    for name in ("fsync", "link", "unlink"):
        plain = getattr(os, name)

        def noted(*arguments: Any, name: str = name, plain: Callable[..., Any] = plain, **how: Any) -> Any:
            is_folder = name == "fsync" and os.fstat(arguments[0]).st_ino == tmp_path.stat().st_ino
            steps.append((name, is_folder, path.exists()))
            if name == "fsync" and not is_folder:
                assert os.fstat(arguments[0]).st_size == 3
            return plain(*arguments, **how)

        monkeypatch.setattr(os, name, noted)
    make(path, b"new")
    assert [step for step in steps if step[0] != "unlink"] == [
        ("fsync", False, False),
        ("link", False, False),
        ("fsync", True, True),
    ]
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"new", [path])


@pytest.mark.parametrize("kind", ["file", "folder", "link", "broken link"])
def test_a_name_that_is_taken_stays_as_it_is(tmp_path: Path, kind: str) -> None:
    path, target, source = tmp_path / "a", tmp_path / "target", tmp_path / "source"
    target.write_text("homework")
    source.write_text("mine")
    match kind:
        case "file":
            path.write_text("theirs")
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(target)
        case _:
            path.symlink_to("nowhere")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FileExistsError):
        make(path, b"new")
    with pytest.raises(FileExistsError):
        move(source, path)
    assert sorted(tmp_path.iterdir()) == before
    assert (target.read_text(), source.read_text()) == ("homework", "mine")
    assert kind != "file" or path.read_text() == "theirs"


@posix
@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK])
def test_without_hard_links_a_free_name_is_taken_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "link", fail(number))
    make(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    (tmp_path / "b").symlink_to("nowhere")
    for name in ("a", "b"):
        with pytest.raises(FileExistsError):
            make(tmp_path / name, b"newer")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a", "b"]


@posix
def test_a_drive_that_cannot_sync_is_used_and_a_failing_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", fail(errno.EINVAL))
    make(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    for number in (errno.EIO, errno.ENOSPC):
        monkeypatch.setattr(os, "fsync", fail(number))
        with pytest.raises(OSError, match=os.strerror(number)):
            make(tmp_path / "b", b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


@posix
def test_a_folder_that_may_not_be_read_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ = os.open

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        if path == tmp_path:
            raise PermissionError
        return open_(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    make(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_journal_that_cannot_be_made_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", fail(errno.ENOSPC))
    with pytest.raises(schema.JournalError, match="the disk is full: make room on it"):
        schema.open_for_writing(tmp_path / "j.db")
    assert list(tmp_path.iterdir()) == []


def test_a_new_journal_is_whole_before_sqlite_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.db"
    seen: list[list[str]] = []
    connect = sqlite3.connect

    def noted(database: Any, *arguments: Any, **how: Any) -> Any:
        if database == path:
            seen.append(sorted(entry.name for entry in tmp_path.iterdir()))
            content = path.read_bytes()
            assert schema.is_header_of_journal(content[:100])
            with closing(connect(":memory:")) as copy:
                # SQLite reads a database in memory only in the mode before WAL.
                copy.deserialize(content[:18] + b"\1\1" + content[20:])
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert copy.execute("SELECT count(*) FROM meta").fetchone() == (1,)
        return connect(database, *arguments, **how)

    monkeypatch.setattr(sqlite3, "connect", noted)
    opened(path).close()
    assert seen == [["j.db", "j.db.pinbridge-lock"]]
    assert connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)
