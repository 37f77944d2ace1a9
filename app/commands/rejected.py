"""The command that tells why a line did not arrive: `rejected`.

Invariant: what a board said reaches the terminal as text, and commands it nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.commands.output import as_json_text, say
from app.config.loading import load
from app.journal import rejected
from app.journal.export.rows import iso_time
from app.journal.file.schema import one_instant
from app.journal.rejected import RejectedLines
from app.journal.streams.stream import read_devices

_SHOWN = 120


@click.command("rejected")
@click.argument("bench_file", required=False, type=click.Path(path_type=Path))
@click.option("--journal", type=click.Path(path_type=Path), help="A journal, in place of a bench file.")
@click.option("--device", "name", help="This device alone.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rejected_command(bench_file: Path | None, journal: Path | None, name: str | None, as_json: bool) -> int:
    """The last lines that were no good, of all runs: why did it not arrive yesterday?"""
    if bool(bench_file) == bool(journal):
        raise click.UsageError("give a bench file, or --journal FILE")
    path = Path(load(bench_file).bench.journal) if bench_file else journal
    with one_instant(path or Path()) as connection:
        known = read_devices(connection)
        if name is not None and name not in known:
            raise click.UsageError(f"the journal knows no device {name}, but: {', '.join(known) or 'none'}")
        found = {device: rejected.read(connection, device) for device in known if name in (None, device)}
    if as_json:
        click.echo(as_json_text({"devices": [_rejected_as_json(*entry) for entry in found.items()]}))
        return 0
    for device, lines in found.items():
        for line in lines.lines():
            at = datetime.fromtimestamp(line.received_at_us / 1e6)
            click.echo(
                f"{at:%Y-%m-%d %H:%M:%S} {device}: {_shown(line.text)}\n    {line.reason}: {line.hint}"
            )
        counts = ", ".join(f"{count} {reason}" for reason, count in lines.reasons())
        say(f"{device}: {counts or 'nothing was rejected'}.")
    return 0


def _rejected_as_json(device: str, lines: RejectedLines) -> dict[str, Any]:
    return {
        "name": device,
        "counts": dict(lines.reasons()),
        "lines": [
            {
                "received_at": iso_time(line.received_at_us),
                "text": line.text,
                "reason": line.reason,
                "hint": str(line.hint),
            }
            for line in lines.lines()
        ],
    }


def _shown(text: str) -> str:
    """A line for a person: no control characters, and no longer than one looks at."""
    cut = text.strip() if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(char if char.isprintable() else "\ufffd" for char in cut)
