"""The error of a bench."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import PinbridgeError
from app.journal.file.schema import JournalError


class BenchError(PinbridgeError, ValueError):
    """The bench cannot be started, cannot be changed, or cannot carry out a request."""


def of_journal(error: JournalError) -> BenchError:
    """The BenchError that says the same as `error`."""
    return BenchError(error.message.code, **error.message.params)


@contextmanager
def while_writing(path: Path) -> Iterator[None]:
    """Raise a BenchError if the file `path` cannot be written, or if a journal cannot be used."""
    try:
        yield
    except JournalError as error:
        raise of_journal(error) from None
    except OSError as error:
        raise BenchError("file_not_written", path=str(path), words=error.strerror or "") from None
