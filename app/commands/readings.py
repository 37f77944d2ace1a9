"""The commands about readings that are not in the cloud: `pending`, `refused`, `resend` and `discard`.

Invariants: `pending` and `refused` change nothing. They work even if another process has the journal open for
changes. `resend` and `discard` change the journal. They fail if another process has the journal open for
changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from app.commands.chosen_journal import bound, carried_out, journal_of, names_in
from app.commands.errors import CommandError
from app.commands.options import Whole
from app.commands.output import say, show, show_json
from app.commands.translated import FILE, Command, argument, option
from app.journal import decisions
from app.journal.export.cells import iso_time
from app.journal.file.schema import one_instant
from app.journal.steps import Steps
from app.journal.streams import unsettled
from app.journal.streams.stream import Stream, read_streams
from app.messages.languages import text, text_of
from app.wire.datastreams import Value

_WITH_ACCOUNTS = 2
"""The first version of the journal's tables that stores accounts as ranges of readings."""


def _place(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add to `command` the parameters that select a bench file or a journal, and optionally a device."""
    for add in (
        option("--device", help="help_only_device"),
        option("--journal", "path", type=FILE, help="help_journal_instead"),
        argument("bench_file", required=False, type=FILE),
    ):
        command = add(command)
    return command


@click.command(cls=Command, help="help_pending")
@_place
@option("--json", "as_json", is_flag=True, help="help_pending_json")
def pending(bench_file: Path | None, path: Path | None, device: str | None, as_json: bool) -> int:
    """For each stream of readings, print how many are pending, and when the oldest of these arrived.

    `path` is the journal; if it is None, the journal of `bench_file` is used. If `device` is not None, only
    the streams of that device are printed.
    """
    place, _ = journal_of(bench_file, path)
    with one_instant(place, version=_WITH_ACCOUNTS) as connection:
        waiting = [stream for stream in _streams(connection, place, device) if stream.pending]
        for stream in waiting:
            oldest = unsettled.oldest(connection, stream)
            since = iso_time(oldest.received_at_us) if oldest else None
            if as_json:
                entry = {"device": stream.device, "target": stream.target, "pending": stream.pending}
                show_json({**entry, "oldest": since})
            else:
                show(_in_words(stream, since))
    if not waiting and not as_json:
        say(text("nothing_pending"))
    return 0


@click.command(cls=Command, help="help_refused")
@_place
@option("--json", "as_json", is_flag=True, help="help_refused_json")
def refused(bench_file: Path | None, path: Path | None, device: str | None, as_json: bool) -> int:
    """Print the readings that the cloud refused, each with the cloud's reason."""
    place, _ = journal_of(bench_file, path)
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
                }
                if as_json:
                    show_json({**entry, "reason": str(reason), "code": reason.code})
                else:
                    show("  ".join([*map(str, entry.values()), text_of(reason)]))
    if not as_json:
        say(text("readings_refused", count=count) if count else text("no_reading_refused"))
    return 0


@click.command(cls=Command, help="help_resend")
@_place
@option("--id", "ids", type=Whole(), multiple=True, help="help_resend_id")
@option("--target", help="help_resend_target")
@option("--all", "everything", is_flag=True, help="help_resend_all")
@option("--held", is_flag=True, help="help_resend_held")
def resend(
    bench_file: Path | None,
    path: Path | None,
    device: str | None,
    ids: tuple[int, ...],
    target: str | None,
    everything: bool,
    held: bool,
) -> int:
    """Make refused readings pending again, or assign held readings to the present account of their device."""
    refused_ones = bool(ids or target or everything)
    if not (refused_ones or held):
        raise CommandError("resend_which")
    if refused_ones and held:
        raise CommandError("resend_held_alone")
    place, config = journal_of(bench_file, path)
    if held and config is None:
        raise CommandError("resend_held_without_bench_file")
    with bound(place, config) as journal:
        names = names_in(journal.devices(), place, device)
        if held:
            freed = carried_out(
                text("label_resending"), (decisions.send_here(journal, name) for name in names)
            )
            say(text("held_go_here", count=freed))
            return 0
        chosen = set(ids) if ids else None
        count = carried_out(
            text("label_resending"), (decisions.resend(journal, name, target, chosen) for name in names)
        )
    say(text("readings_to_resend", count=count))
    return 0


@click.command(cls=Command, help="help_discard")
@_place
@option("--all", "everything", is_flag=True, help="help_discard_all")
@option("--refused", "refused_ones", is_flag=True, help="help_discard_refused")
def discard(
    bench_file: Path | None, path: Path | None, device: str | None, everything: bool, refused_ones: bool
) -> int:
    """Discard the held readings; with `everything`, discard all pending readings. Their fate becomes expired.

    With `refused_ones`, discard the refused readings, and the others only with `everything`. `path` is the
    journal; if it is None, the journal of `bench_file` is used. If `device` is not None, only readings of
    that device are discarded.
    """
    place, config = journal_of(bench_file, path)
    with bound(place, config) as journal:
        names = names_in(journal.devices(), place, device)

        def steps() -> Iterator[Steps]:
            for name in names:
                if refused_ones:
                    yield decisions.discard_refused(journal, name)
                if everything or not refused_ones:
                    yield decisions.discard(journal, name, everything=everything)

        count = carried_out(text("label_discarding"), steps())
    say(text("readings_discarded", count=count))
    return 0


def _streams(connection: sqlite3.Connection, path: Path, device: str | None) -> list[Stream]:
    streams = read_streams(connection)
    names = names_in(sorted({stream.device for stream in streams}), path, device)
    return [stream for stream in streams if stream.device in names]


def _in_words(stream: Stream, since: str | None) -> str:
    """The text about the pending readings of `stream`. `since` is the time at which the oldest one arrived.

    `since` is None if that time is lost because the journal was damaged.
    """
    name = {"device": stream.device, "target": stream.target}
    if since is None:
        return text("pending_since_unknown", **name, count=stream.pending)
    return text("pending_of_datastream", **name, count=stream.pending, since=since)


def _plain(value: Value) -> Value:
    """`value`, but as an int if it is a whole number, because the journal stores 100 as 100.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
