"""The commands that take readings out of a journal: `export` and `delete`."""

from __future__ import annotations

import glob
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from app.commands.output import progress_bar, say
from app.commands.readings import opened
from app.journal import decisions
from app.journal.export.file import export_file
from app.journal.export.rows import Selection, export
from app.messages.languages import text


@click.command("export")
@click.option("--journal", required=True, type=click.Path(path_type=Path), help="The journal's file.")
@click.option("--device", help="This device alone.")
@click.option("--from", "from_", help="From this time on, ISO 8601; UTC where it names no zone.")
@click.option("--to", "to_", help="Up to this time, itself excluded.")
@click.option("--separator", default=",", show_default=True, help="One character between the cells.")
@click.option("--decimal", default=".", show_default=True, type=click.Choice([".", ","]), help="In numbers.")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True),
    help="The file to write; -: standard output.",
)
def export_command(
    journal: Path,
    device: str | None,
    from_: str | None,
    to_: str | None,
    separator: str,
    decimal: str,
    output: str,
) -> int:
    """The journal as CSV, in the order of arrival."""
    separator = "\t" if separator == r"\t" else separator
    if len(separator) != 1 or separator in '"\r\n' or "\ud800" <= separator <= "\udfff":
        raise click.UsageError("--separator is one character, such as ; or ,")
    if separator == decimal:
        raise click.UsageError(
            "--separator and --decimal are the same: with --decimal , choose --separator ;"
        )
    selection = Selection(device, _microseconds("--from", from_), _microseconds("--to", to_))
    with progress_bar("Exporting") as tell:
        if output == "-":
            if sys.stdout is None:
                raise click.UsageError("standard output is closed: name a file with --output")
            exported = export(
                journal, sys.stdout, selection, separator=separator, decimal=decimal, progress=tell
            )
        else:
            if Path(output).exists() and journal.exists() and Path(output).samefile(journal):
                raise click.UsageError(f"{output}: is the journal itself: name another file")
            try:
                exported = export_file(
                    journal, Path(output), selection, separator=separator, decimal=decimal, progress=tell
                )
            except OSError as error:
                raise click.UsageError(f"{output}: cannot be written: {error.strerror}") from None
    say(f"{exported.readings} readings exported.")
    for damage in exported.unreadable:
        say(text("about", subject=str(journal), message=damage))
    return 1 if exported.unreadable else 0


@click.command("delete")
@click.option("--journal", "path", required=True, type=click.Path(path_type=Path), help="The journal's file.")
@click.option("--device", help="This device alone.")
@click.option("--yes", is_flag=True, help="Really: what is deleted does not come back.")
def delete_command(path: Path, device: str | None, yes: bool) -> int:
    """Delete the readings of a device, or of all, from the journal, sent or not."""
    if not yes:
        raise click.UsageError(f"this deletes readings from {path} for good, sent or not: add --yes")
    with opened(path) as journal:
        known = journal.devices()
        if device is not None and device not in known:
            raise click.UsageError(f"{path}: holds no device {device}: there is {', '.join(known) or 'none'}")
        deleted = decisions.delete_data(journal, *([device] if device else known))
    say(f"{deleted} readings deleted.")
    for copy in sorted(path.absolute().parent.glob(f"{glob.escape(path.stem)}.damaged-*")):
        say(f"{copy} was set aside when the journal was damaged, and may hold more: delete it yourself.")
    return 0


def _microseconds(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option} {text}: write a time such as 2026-07-01T12:00:00") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round(at.timestamp() * 1_000_000)
