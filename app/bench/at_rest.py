"""Renames devices in the journal of a bench that does not run.

Invariants: readings, fates and used budgets follow a device to its new name, as in a running bench; no
journal is created.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from app.bench.budgets import renamed_budgets
from app.bench.changing import renames
from app.bench.errors import BenchError
from app.config.bench_file import BenchConfig
from app.errors import message_of
from app.journal.devices import change_devices
from app.journal.journal import Journal, JournalError


def rename_at_rest(config: BenchConfig, renamed: Mapping[str, str]) -> None:
    """Rename devices in the journal of `config`; `renamed` maps names in `config` to those in the journal.

    Does nothing if there is no journal yet. Raises BenchError, and changes nothing, if that is not possible,
    such as while another program uses the journal.
    """
    path = Path(config.bench.journal)
    known = {device.name for device in config.device}
    present = {new: old for new, old in renamed.items() if new in known and new != old}
    if not present or not path.exists():
        return
    try:
        journal = Journal(path)
        try:
            names = renames(present, config, journal.devices()).names
            change_devices(journal, {}, renamed=names, usage=renamed_budgets(names))
        finally:
            journal.close()
    except (sqlite3.Error, JournalError) as error:
        raise BenchError("bench_not_changed", message=message_of(error)) from None
