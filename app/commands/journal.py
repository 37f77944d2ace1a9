"""The commands that look into a journal: `export`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from app.commands.output import say
from app.journal.export import Selection, export


@click.command("export")
@click.option("--journal", required=True, type=click.Path(path_type=Path))
@click.option("--device", help="This device alone.")
@click.option("--from", "from_", help="From this time on, ISO 8601; UTC where it names no zone.")
@click.option("--to", "to_", help="Up to this time, itself excluded.")
@click.option("--separator", default=",", show_default=True, help="One character between the cells.")
@click.option("--decimal", default=".", show_default=True, type=click.Choice([".", ","]))
@click.option("--output", required=True, type=click.Path(dir_okay=False, allow_dash=True))
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
    if len(separator) != 1 or separator in '"\r\n':
        raise click.UsageError("--separator is one character, such as ; or ,")
    if separator == decimal:
        raise click.UsageError(
            "--separator and --decimal are the same: with --decimal , choose --separator ;"
        )
    selection = Selection(device, _microseconds("--from", from_), _microseconds("--to", to_))
    count = 0

    def write(stream: TextIO) -> None:
        nonlocal count
        count = export(journal, stream, selection, separator=separator, decimal=decimal)

    if output == "-":
        write(sys.stdout)
    else:
        try:
            with Path(output).open("w", encoding="utf-8", newline="") as stream:
                write(stream)
        except OSError as error:
            raise click.UsageError(f"{output}: cannot be written: {error.strerror}") from None
    say(f"{count} readings exported.")
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
