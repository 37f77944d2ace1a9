"""The commands about readings that are not in the cloud: `pending`, `refused`, `resend` and `discard`.

Invariants: looking works beside a running bridge and changes nothing; what changes a journal needs it alone.
Without a bench file the account that a device's newest reading was meant for counts as its present one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from app.commands.output import as_json_text, say
from app.config.bench_file import BenchConfig
from app.config.loading import load
from app.journal import decisions
from app.journal.export.rows import iso_time
from app.journal.file.schema import one_instant
from app.journal.journal import Journal, JournalError
from app.journal.streams import unsettled
from app.journal.streams.stream import Stream, read_streams
from app.messages.languages import text_of
from app.security import tokens
from app.wire.datastreams import Value

_WITH_ACCOUNTS = 2
"""The version of the tables that tell accounts apart."""


def _place(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name a journal, and one of its devices."""
    for option in (
        click.option("--device", help="This device alone."),
        click.option("--journal", "path", type=click.Path(path_type=Path), help="Instead of a bench file."),
        click.argument("bench_file", required=False, type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@click.command()
@_place
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each datastream.")
def pending(bench_file: Path | None, path: Path | None, device: str | None, as_json: bool) -> int:
    """What waits to be sent, for each datastream."""
    place, _ = _journal_of(bench_file, path)
    with one_instant(place, version=_WITH_ACCOUNTS) as connection:
        waiting = [stream for stream in _streams(connection, place, device) if stream.pending]
        for stream in waiting:
            oldest = unsettled.oldest(connection, stream)
            since = iso_time(oldest.received_at_us) if oldest else None
            if as_json:
                entry = {"device": stream.device, "target": stream.target, "pending": stream.pending}
                click.echo(as_json_text({**entry, "oldest": since}))
            else:
                click.echo(f"{stream.device}  {stream.target}  {stream.pending} pending, since {since}")
    if not waiting and not as_json:
        say("Nothing waits.")
    return 0


@click.command()
@_place
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each reading.")
def refused(bench_file: Path | None, path: Path | None, device: str | None, as_json: bool) -> int:
    """The readings that the cloud did not take, each with the cloud's reason."""
    place, _ = _journal_of(bench_file, path)
    count = 0
    with one_instant(place, version=_WITH_ACCOUNTS) as connection:
        for stream in _streams(connection, place, device):
            for reading, reason in unsettled.refused(connection, stream):
                count += 1
                entry = {
                    "id": reading.id,
                    "received_at": iso_time(reading.received_at_us),
                    "device": stream.device,
                    "target": reading.target,
                    "value": _plain(reading.value),
                    "reason": str(reason),
                    "code": reason.code,
                }
                click.echo(as_json_text(entry) if as_json else "  ".join(map(str, entry.values())))
    if not as_json:
        say(f"{count} readings were refused." if count else "No reading was refused.")
    return 0


@click.command()
@_place
@click.option("--id", "ids", type=int, multiple=True, help="This reading; may be given again.")
@click.option("--target", help="All of this datastream, such as v1.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--held", is_flag=True, help="What was meant for another token or server goes here.")
def resend(
    bench_file: Path | None,
    path: Path | None,
    device: str | None,
    ids: tuple[int, ...],
    target: str | None,
    everything: bool,
    held: bool,
) -> int:
    """Send refused readings once more: the next run sends them first. Or let held ones go."""
    refused_ones = bool(ids or target or everything)
    if not (refused_ones or held):
        raise click.UsageError("say which: --id N, --target v1, --all, or --held")
    if refused_ones and held:
        raise click.UsageError("--held goes alone: run pinbridge resend once more for what was refused")
    place, config = _journal_of(bench_file, path)
    if held and config is None:
        raise click.UsageError("--held needs the bench file, which names the account they are to go to")
    with _bound(place, config) as journal:
        if held:
            freed = sum(decisions.send_here(journal, name) for name in _names(journal, place, device))
            say(f"{freed} readings that were held go to the present account.")
            return 0
        count = sum(
            decisions.resend(journal, name, target, set(ids) if ids else None)
            for name in _names(journal, place, device)
        )
    say(f"{count} readings wait to be sent once more.")
    return 0


@click.command()
@_place
@click.option("--all", "everything", is_flag=True, help="All that waits, not only what is held.")
def discard(bench_file: Path | None, path: Path | None, device: str | None, everything: bool) -> int:
    """Give up readings that are held: meant for another token or server, or of a device that has left."""
    place, config = _journal_of(bench_file, path)
    with _bound(place, config) as journal:
        count = sum(
            decisions.discard(journal, name, everything=everything) for name in _names(journal, place, device)
        )
    say(f"{count} readings given up: they stay in the journal as expired.")
    return 0


@contextmanager
def opened(path: Path) -> Iterator[Journal]:
    """A journal to change. Raises JournalError where there is none, or a bridge works on it."""
    if not path.exists():
        raise JournalError("verbatim", text=f"{path}: there is no such journal")
    with closing(Journal(path)) as journal:
        if journal.warning:
            say(text_of(journal.warning))
        yield journal


@contextmanager
def _bound(path: Path, config: BenchConfig | None) -> Iterator[Journal]:
    """The same with each device bound to its account; a device that has left the bench file to none."""
    with opened(path) as journal:
        if config is None:
            for name in journal.devices():
                journal.bind(name, journal.last_account(name))
        else:
            for device in config.device:
                token = tokens.resolve(device)
                journal.bind(device.name, journal.fingerprint(device.server, token) if token else b"")
        yield journal


def _journal_of(bench_file: Path | None, path: Path | None) -> tuple[Path, BenchConfig | None]:
    if (bench_file is None) == (path is None):
        raise click.UsageError("give a bench file, or --journal FILE")
    if bench_file is None:
        assert path is not None  # noqa: S101 - one of the two is given
        return path, None
    config = load(bench_file)
    return Path(config.bench.journal), config


def _names(journal: Journal, path: Path, device: str | None) -> list[str]:
    known = journal.devices()
    return known if device is None else _known(path, device, known)


def _streams(connection: sqlite3.Connection, path: Path, device: str | None) -> list[Stream]:
    streams = read_streams(connection)
    names = {stream.device for stream in streams}
    if device is not None:
        _known(path, device, sorted(names))
    return [stream for stream in streams if device in (None, stream.device)]


def _plain(value: Value) -> Value:
    """100 where the journal has 100.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _known(path: Path, device: str, known: list[str]) -> list[str]:
    if device not in known:
        raise click.UsageError(f"{path}: holds no device {device}: there is {', '.join(known) or 'none'}")
    return [device]
