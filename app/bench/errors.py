"""The error of a bench."""

from __future__ import annotations

from app.errors import PinbridgeError
from app.journal.file.schema import JournalError


class BenchError(PinbridgeError, ValueError):
    """The bench cannot be started, cannot be changed, or cannot carry out a request."""


def of_journal(error: JournalError) -> BenchError:
    """The BenchError that says the same as `error`."""
    return BenchError(error.message.code, **error.message.params)
