"""Finds and opens the journal that a command works on, and selects devices in it.

Invariants: a journal is opened for changes only if no other process has it open for changes. Without a bench
file, a device is bound to the account that its newest reading was meant for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.commands.errors import CommandError
from app.commands.output import progress_bar, say
from app.config.bench_file import BenchConfig
from app.config.loading import load
from app.journal import regions
from app.journal.journal import Journal, JournalError
from app.journal.steps import Steps
from app.messages.languages import text, text_of
from app.security import tokens


def journal_of(bench_file: Path | None, path: Path | None) -> tuple[Path, BenchConfig | None]:
    """The path of the journal, and the configuration in `bench_file` (None if `path` is given instead).

    Raises CommandError unless exactly one of `bench_file` and `path` is given.
    """
    if (bench_file is None) == (path is None):
        raise CommandError("bench_file_or_journal")
    if bench_file is None:
        assert path is not None  # noqa: S101 - one of the two is given
        return path, None
    config = load(bench_file)
    return Path(config.bench.journal), config


def names_in(known: list[str], path: Path, device: str | None) -> list[str]:
    """The devices that a command works on: only `device`, or all of `known` if `device` is None.

    Raises CommandError, which names the journal `path`, if `device` is not in `known`.
    """
    if device is None:
        return known
    if device in known:
        return [device]
    if not known:
        raise CommandError("journal_without_devices", path=str(path))
    raise CommandError("device_not_in_journal", path=str(path), device=device, devices=tuple(known))


@contextmanager
def opened(path: Path) -> Iterator[Journal]:
    """Open the journal at `path` for changes.

    Raises JournalError if the journal is missing, or if another process has it open for changes.
    """
    if not path.exists():
        raise JournalError("journal_not_there", path=str(path))
    with closing(Journal(path)) as journal:
        if journal.warning:
            say(text_of(journal.warning))
        yield journal


@contextmanager
def bound(path: Path, config: BenchConfig | None) -> Iterator[Journal]:
    """Open the journal at `path` for changes, and bind devices to their accounts.

    With `config`, only its devices are bound, to the accounts that the bench file sets. Without it, each
    device of the journal is bound to the account that its newest reading was meant for.

    Raises JournalError if the journal is missing, or if another process has it open for changes. Raises
    TokenError if the token of a device is missing, invalid or not accessible.
    """
    with opened(path) as journal:
        if config is None:
            for name in journal.devices():
                journal.bind(name, journal.last_account(name))
        else:
            for device in config.device:
                regions.bind(journal, device.name, device.server, tokens.resolve(device))
        yield journal


def carried_out(label: str, decisions: Iterable[Steps]) -> int:
    """Carry out `decisions` one after another, with a progress bar. Returns how many readings were affected.

    After Ctrl+C, what has been done stays, and its number is printed.
    """
    done = before = 0
    try:
        with progress_bar(label) as tell:
            for steps in decisions:
                before = done
                for count, total in steps:
                    done = before + count
                    if tell:
                        tell(done, before + total)
    except KeyboardInterrupt:
        say(text("stopped_in_part", count=done))
        raise
    return done
