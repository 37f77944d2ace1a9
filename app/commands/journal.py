"""The commands that export or delete the readings of a journal: `export` and `delete`."""

from __future__ import annotations

import glob
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from app.commands.chosen_journal import carried_out, names_in, opened
from app.commands.errors import CommandError
from app.commands.output import progress_bar, say, stream_of_data
from app.commands.translated import FILE, Command, option
from app.config.loading import load
from app.journal.deleting import delete_data
from app.journal.export.file import export_file
from app.journal.export.form import FileKind, Form, Layout, TimeForm
from app.journal.export.headings import labels_of_bench
from app.journal.export.rows import Selection, export
from app.journal.export.timeline import export_events, export_markers
from app.journal.file.schema import JournalDamaged, one_instant
from app.journal.streams.stream import read_devices
from app.messages.languages import text

LAYOUTS, TIMES, KINDS = (tuple(map(str, kind)) for kind in (Layout, TimeForm, FileKind))
"""The words for `--layout`, `--time` and `--format`."""


@click.command("export", cls=Command, help="help_export")
@option("--journal", required=True, type=FILE, help="help_journal")
@option("--device", "devices", multiple=True, help="help_only_devices")
@option("--from", "from_", help="help_export_from")
@option("--to", "to_", help="help_export_to")
@option(
    "--layout",
    default=str(Layout.LONG),
    show_default=True,
    type=click.Choice(LAYOUTS),
    help="help_export_layout",
)
@option(
    "--time", default=str(TimeForm.UTC), show_default=True, type=click.Choice(TIMES), help="help_export_time"
)
@option("--bench", type=FILE, help="help_export_bench")
@option("--format", "kind", type=click.Choice(KINDS), help="help_export_format")
@option("--separator", default=",", show_default=True, help="help_export_separator")
@option(
    "--decimal", default=".", show_default=True, type=click.Choice([".", ","]), help="help_export_decimal"
)
@option(
    "--output",
    required=True,
    type=click.Path(allow_dash=True, readable=False),
    help="help_export_output",
)
@option("--markers", type=FILE, help="help_export_markers")
@option("--events", type=FILE, help="help_export_events")
def export_command(
    journal: Path,
    devices: tuple[str, ...],
    from_: str | None,
    to_: str | None,
    layout: str,
    time: str,
    bench: Path | None,
    kind: str | None,
    separator: str,
    decimal: str,
    output: str,
    markers: Path | None,
    events: Path | None,
) -> int:
    """Write the readings of a journal as a table, in the order of arrival."""
    by_name = FileKind.PARQUET if output.lower().endswith(".parquet") else FileKind.CSV
    form = Form(
        Layout(layout),
        TimeForm(time),
        FileKind(kind or by_name),
        "\t" if separator == r"\t" else separator,
        decimal,
    )
    _check_form(form, output)
    config = load(bench) if bench else None
    labels = labels_of_bench(config.device) if config else {}
    in_bench = {device.name for device in config.device} if config else set()
    _check_devices([device for device in devices if device not in in_bench], journal)
    selection = Selection(
        frozenset(devices) or None, _microseconds("--from", from_), _microseconds("--to", to_)
    )
    with progress_bar(text("label_exporting")) as tell:
        if output == "-":
            if sys.stdout is None:
                raise CommandError("standard_output_closed")
            exported = export(journal, stream_of_data(sys.stdout), selection, form, labels, progress=tell)
        else:
            try:
                exported = export_file(journal, Path(output), selection, form, labels, progress=tell)
            except OSError as error:
                raise CommandError("file_not_written", path=output, words=error.strerror or "") from None
    say(text("readings_exported", count=exported.readings))
    if markers:
        count = _written(markers, partial(export_markers, journal, markers, selection, separator))
        say(text("markers_exported", count=count))
    if events:
        count = _written(events, partial(export_events, journal, events, selection, separator))
        say(text("events_exported", count=count))
    for message in exported.unreadable:
        say(text("about", subject=str(journal), message=message))
    return 1 if exported.unreadable else 0


@click.command("delete", cls=Command, help="help_delete")
@option("--journal", "path", required=True, type=FILE, help="help_journal")
@option("--device", help="help_only_device")
@option("--yes", is_flag=True, help="help_delete_yes")
def delete_command(path: Path, device: str | None, yes: bool) -> int:
    """Delete all data of one device or of all devices, including readings that are not sent yet."""
    if not yes:
        raise CommandError("delete_needs_yes", path=str(path))
    with opened(path) as journal:
        names = names_in(journal.devices(), path, device)
        deleted = carried_out(text("label_deleting"), [delete_data(journal, *names, of_bench=device is None)])
    say(text("readings_deleted", count=deleted))
    for copy in sorted(path.absolute().parent.glob(f"{glob.escape(path.stem)}.damaged-*")):
        say(text("damaged_copy_left", path=str(copy)))
    return 0


def _written(path: Path, write: Callable[[], int]) -> int:
    """What `write` returns, which writes the file `path`. Raises CommandError if it cannot be written."""
    try:
        return write()
    except OSError as error:
        raise CommandError("file_not_written", path=str(path), words=error.strerror or "") from None


def _check_devices(devices: Sequence[str], journal: Path) -> None:
    """Raise CommandError if one of `devices` is not in the journal.

    What a damaged journal holds is only known when its readings are read.
    """
    if not devices:
        return
    try:
        with one_instant(journal) as connection:
            known = read_devices(connection)
    except JournalDamaged:
        return
    for device in devices:
        names_in(known, journal, device)


def _check_form(form: Form, output: str) -> None:
    """Raise CommandError if no table of this form can be written to `output`."""
    separator = form.separator
    if len(separator) != 1 or separator in '"\r\n' or "\ud800" <= separator <= "\udfff":
        raise CommandError("separator_no_character")
    if separator == form.decimal:
        raise CommandError("separator_is_decimal")
    if form.kind is FileKind.PARQUET and output == "-":
        raise CommandError("parquet_needs_file")


def _microseconds(option: str, time: str | None) -> int | None:
    if time is None:
        return None
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        raise CommandError("time_unreadable", option=option, time=time) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round(at.timestamp() * 1_000_000)
