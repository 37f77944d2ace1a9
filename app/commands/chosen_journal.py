"""Which journal a command works on, and on which of its devices.

Invariants: a journal is opened for a change only if no bridge uses it. Without a bench file, a device's
present account is the one that its newest reading was meant for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.commands.errors import CommandError
from app.commands.output import say
from app.config.bench_file import BenchConfig
from app.config.loading import load
from app.journal.journal import Journal, JournalError
from app.messages.languages import text_of
from app.security import tokens


def journal_of(bench_file: Path | None, path: Path | None) -> tuple[Path, BenchConfig | None]:
    """The path of the journal, and the bench file if that names it. Raises CommandError."""
    if (bench_file is None) == (path is None):
        raise CommandError("bench_file_or_journal")
    if bench_file is None:
        assert path is not None  # noqa: S101 - one of the two is given
        return path, None
    config = load(bench_file)
    return Path(config.bench.journal), config


def names_in(known: list[str], path: Path, device: str | None) -> list[str]:
    """The devices that a command works on: `device` alone, or all of `known` for None.

    Raises CommandError if `device` is not among them.
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
    """A journal, opened for a change. Raises JournalError if there is none, or if a bridge uses it."""
    if not path.exists():
        raise JournalError("journal_not_there", path=str(path))
    with closing(Journal(path)) as journal:
        if journal.warning:
            say(text_of(journal.warning))
        yield journal


@contextmanager
def bound(path: Path, config: BenchConfig | None) -> Iterator[Journal]:
    """As `opened`, with each device bound to its account; one that has left the bench file has none."""
    with opened(path) as journal:
        if config is None:
            for name in journal.devices():
                journal.bind(name, journal.last_account(name))
        else:
            for device in config.device:
                token = tokens.resolve(device)
                journal.bind(device.name, journal.fingerprint(device.server, token) if token else b"")
        yield journal
