"""One program per journal: a lock file beside it, locked for as long as the journal is open.

Invariants: the operating system releases the lock when its holder ends, however it ends; reading needs no
lock; the journal's own file is not opened here, because closing it would drop SQLite's locks on it.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from app.journal.file.schema import JournalError

_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


class JournalLock:
    """The right to write a journal."""

    def __init__(self, journal: Path) -> None:
        """Take the lock. Raises JournalError if another program has it, or if there can be no lock file."""
        path = journal.with_name(f"{journal.name}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
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
            # The file system has no locks, as on some network drives: `folder_warnings` warns about those.
        else:
            # The number is only for the error message above: the lock holds without it on a full disk.
            with suppress(OSError):
                os.truncate(file, 0)
                os.write(file, str(os.getpid()).encode())
        self._file: int | None = file

    def release(self) -> None:
        """Let another program have the journal. A second call does nothing."""
        if self._file is not None:
            os.close(self._file)
        # From now on the descriptor's number may belong to another file.
        self._file = None


def _holder(file: int) -> int | None:
    """The number of the process that holds the lock; None if the file does not say."""
    number = os.read(file, os.fstat(file).st_size)
    return int(number) if number.isdigit() else None


def _in_use(path: str, process: int | None) -> JournalError:
    if process is None:
        return JournalError("journal_in_use", path=path)
    return JournalError("journal_in_use_by_process", path=path, process=process)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 20
    """Windows prevents reading of a locked byte too, so a byte beyond the end of the file is locked."""

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
