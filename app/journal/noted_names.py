"""Notes the new names of devices, from before a bench file is saved until the journal has them too.

A bench file and its journal cannot be changed at once. The note is a file beside the journal. It says which
device of the journal, by its number, gets which name. So a program that starts after a crash finds what is
left to do, and doing it twice changes nothing. While the bench file still has the content from before the
saving, the note stands for the names of that content.

Invariants: a note is on the disk before the bench file is; nothing is noted for a journal that does not
exist; a file that is no note is neither replaced nor deleted.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from app.config.writing.replacing import write_file
from app.journal.file.schema import JournalError, open_for_reading
from app.journal.streams.stream import read_device_numbers

SUFFIX = ".pinbridge-names"
"""The note is named after the journal."""


class _Note(msgspec.Struct, frozen=True):
    """What is in the file. Both mappings are from a device's number in the journal to its name."""

    bench_file: str
    before: str
    """The digest of the bench file before it was saved."""
    names: dict[int, str]
    earlier: dict[int, str]
    """The names that were noted before, and count if the bench file was not saved."""


def note(journal: Path, bench_file: Path, renamed: Mapping[str, str]) -> None:
    """Note that devices get other names in `journal`, because `bench_file` is about to be saved.

    `renamed` maps new names to those in the present content of `bench_file`. What was noted before, and is
    not in the journal yet, is kept. Raises OSError if the note cannot be written.
    """
    place = _place(journal)
    if not renamed or not journal.exists() or (place.exists() and _read(place) is None):
        return
    earlier = noted(journal)
    try:
        with closing(open_for_reading(journal)) as connection:
            present = read_device_numbers(connection) | earlier
    except (JournalError, sqlite3.Error):
        return  # Where no name can be read, none can be changed.
    numbers = {name: number for number, name in present.items()}
    names = earlier | {numbers[old]: new for new, old in renamed.items() if old in numbers}
    if names:
        content = _Note(str(bench_file.absolute()), _digest(bench_file), names, earlier)
        write_file(place, msgspec.json.encode(content))


def noted(journal: Path) -> dict[int, str]:
    """The names that devices of `journal` are to get, by their numbers; empty if there is no note."""
    found = _read(_place(journal))
    if found is None:
        return {}
    return found.earlier if _digest(Path(found.bench_file)) == found.before else found.names


def withdraw(journal: Path) -> None:
    """Note only what was noted before the last `note`, because the bench file could not be saved."""
    found = _read(_place(journal))
    if found is None or not found.earlier:
        forget(journal)
    else:
        with suppress(OSError):  # As long as the bench file is as it was, the note stands for these names.
            write_file(
                _place(journal), msgspec.json.encode(msgspec.structs.replace(found, names=found.earlier))
            )


def forget(journal: Path) -> None:
    """Delete the note beside `journal`, because the journal has the names."""
    place = _place(journal)
    if _read(place) is not None:
        with suppress(OSError):
            place.unlink()


def _place(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}{SUFFIX}")


def _read(place: Path) -> _Note | None:
    try:
        return msgspec.json.decode(place.read_bytes(), type=_Note)
    except (OSError, msgspec.DecodeError):
        return None


def _digest(path: Path) -> str:
    """A digest of the file's content; empty if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
