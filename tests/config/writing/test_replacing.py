"""The content of a file is replaced as a whole, and the earlier one is kept."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.config.writing import replacing
from app.config.writing.replacing import replace_file, sync, sync_folder

posix = pytest.mark.skipif(
    sys.platform == "win32", reason="permissions and folders are other things on Windows"
)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_file_has_no_earlier_content(tmp_path: Path) -> None:
    replace_file(tmp_path / "a", b"1", tmp_path / "b")
    assert files(tmp_path) == {"a": b"1"}
    replace_file(tmp_path / "a", b"2", tmp_path / "b")
    assert files(tmp_path) == {"a": b"2", "b": b"1"}
    replace_file(tmp_path / "a", b"3", tmp_path / "b")
    assert files(tmp_path) == {"a": b"3", "b": b"2"}


@posix
def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    path.chmod(0o640)
    replace_file(path, b"2", tmp_path / "b")
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, tmp_path / "b")] == [0o640, 0o640]


def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    path.chmod(0o444)
    with pytest.raises(PermissionError):
        replace_file(path, b"2", tmp_path / "b")
    assert files(tmp_path) == {"a": b"1"}
    path.chmod(0o644)


def test_a_file_that_may_not_be_written_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError):
        replace_file(path, b"2", tmp_path / "b")
    assert files(tmp_path) == {"a": b"1"}


@pytest.mark.parametrize("failing", range(4))
def test_nothing_is_lost_and_nothing_left_if_a_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    steps = iter(range(4))

    def failing_at(plain: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any) -> Any:
            if next(steps) == failing:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return plain(*arguments)

        return step

    monkeypatch.setattr(replacing, "sync", failing_at(sync))
    monkeypatch.setattr(Path, "replace", failing_at(Path.replace))
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"2", tmp_path / "b")
    assert files(tmp_path) == {"a": b"1"} | ({"b": b"1"} if failing == 3 else {})


@posix
def test_the_content_is_on_the_disk_before_it_has_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    steps: list[tuple[bool, int, bytes]] = []
    plain = os.fsync

    def fsync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        is_folder = stat.S_ISDIR(status.st_mode)
        steps.append((is_folder, 0 if is_folder else status.st_size, path.read_bytes()))
        plain(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    replace_file(path, b"22", tmp_path / "b")
    assert steps == [(False, 2, b"1"), (False, 1, b"1"), (True, 0, b"22")]


@posix
def test_a_drive_that_cannot_sync_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(number: int) -> Callable[[int], None]:
        def fsync(_: int) -> None:
            raise OSError(number, os.strerror(number))

        return fsync

    monkeypatch.setattr(os, "fsync", refuse(errno.EINVAL))
    replace_file(tmp_path / "a", b"1", tmp_path / "b")
    monkeypatch.setattr(os, "fsync", refuse(errno.EIO))
    with pytest.raises(OSError, match="Input/output"):
        sync_folder(tmp_path)
