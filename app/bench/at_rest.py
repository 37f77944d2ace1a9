"""Renames devices in the journal of a bench that does not run, as it was noted when the bench file was saved.

Invariants: readings, fates and used budgets follow a device to its new name, as in a running bench; no
journal is created only to rename devices; a note is kept until the journal has the names.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.bench.budgets import renamed_budgets
from app.bench.changing import renames
from app.bench.errors import BenchError
from app.config.bench_file import BenchConfig
from app.errors import message_of
from app.journal.devices import change_devices
from app.journal.journal import Journal, JournalError
from app.journal.noted_names import forget, note, noted, withdraw
from app.journal.streams.stream import read_device_numbers

__all__ = ["forget", "note", "open_journal", "rename_at_rest", "withdraw"]


def rename_at_rest(config: BenchConfig) -> None:
    """Give the devices of `config` the noted names in its journal. Does nothing if there is no journal.

    Raises BenchError, and changes nothing, if that is not possible, such as while another program uses the
    journal.
    """
    path = Path(config.bench.journal)
    if not path.exists() or not noted(path):
        forget(path)
        return
    try:
        open_journal(config).close()
    except JournalError as error:
        raise BenchError("bench_not_changed", message=error.message) from None


def open_journal(config: BenchConfig) -> Journal:
    """Open the journal of `config`, or create it, and give its devices the noted names.

    A name that is not in `config`, because the bench file was edited meanwhile, is given to no device.
    Raises JournalError, or BenchError if the names cannot be written.
    """
    path = Path(config.bench.journal)
    journal = Journal(path)
    try:
        present = read_device_numbers(journal.reader())
        known = {device.name for device in config.device}
        wanted = {number: name for number, name in noted(path).items() if name in known}
        changed = {new: old for number, new in wanted.items() if (old := present.get(number, new)) != new}
        names = renames(changed, config, journal.devices()).names
        if names:
            change_devices(journal, {}, renamed=names, usage=renamed_budgets(names))
    except (sqlite3.Error, JournalError) as error:
        journal.close()
        raise BenchError("bench_not_changed", message=message_of(error)) from None
    forget(path)
    return journal
