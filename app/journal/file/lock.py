"""Locks a file beside an open journal, so that only one program at a time can write the journal.

Invariants: the operating system releases the lock when the program ends, even after a crash; reading needs no
lock; the journal's own file is not opened here, because closing it would drop SQLite's locks on it; a file
that Pinbridge did not make is not written to.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from app.journal.file.schema import JournalError

SUFFIX = ".pinbridge-lock"
"""The lock file is named after the journal. No other program uses such a name: many use `NAME.lock`."""
_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_MOST_DIGITS = 20


class JournalLock:
    """The lock that a program holds while a journal is open for writing."""

    def __init__(self, journal: Path) -> None:
        """Take the lock. Raises JournalError if another program has it or the lock file cannot be created."""
        path = journal.with_name(f"{journal.name}{SUFFIX}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink() or (path.exists() and not path.is_file()):
                raise JournalError("journal_beside_foreign_file", path=str(journal), other=str(path))
            file, is_new = _open(path)
        except OSError as error:
            raise JournalError(
                "journal_cannot_be_written", path=str(journal), words=str(error.strerror)
            ) from None
        try:
            _lock(file)
        except OSError as error:
            if error.errno in _TAKEN:
                process = _holder(file)
                os.close(file)
                raise _in_use(str(journal), process) from None
            # This file system has no locks. Go on without one; `folder_warnings` warns of such drives.
        else:
            if is_new or _is_own(file):
                # The process id is only for the error message above. On a full disk, the lock works without.
                with suppress(OSError):
                    os.truncate(file, 0)
                    os.write(file, str(os.getpid()).encode())
        self._file: int | None = file

    def release(self) -> None:
        """Release the lock, so that another program can open the journal. A second call does nothing."""
        if self._file is not None:
            os.close(self._file)
        # Forget the closed descriptor, because its number may be given to another file.
        self._file = None


def _open(path: Path) -> tuple[int, bool]:
    """Open the file at `path`; the second value is whether it was created. Raises OSError."""
    with suppress(FileExistsError):
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644), True
    return os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)), False


def _is_own(file: int) -> bool:
    """Whether the file has only the process id of another Pinbridge, and no second name."""
    return os.fstat(file).st_nlink == 1 and _holder(file) is not None


def _holder(file: int) -> int | None:
    """The id of the process that holds the lock, read from the lock file; None if the file contains no id."""
    os.lseek(file, 0, os.SEEK_SET)
    number = os.read(file, _MOST_DIGITS + 1)
    os.lseek(file, 0, os.SEEK_SET)
    return int(number) if number.isdigit() and len(number) <= _MOST_DIGITS else None


def _in_use(path: str, process: int | None) -> JournalError:
    if process is None:
        return JournalError("journal_in_use", path=path)
    return JournalError("journal_in_use_by_process", path=path, process=process)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 20
    """The offset of the byte to lock: after the file's end, because Windows forbids reading a locked byte."""

    def _lock(file: int) -> None:
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
