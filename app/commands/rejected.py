"""The command that prints the rejected lines: `rejected`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.commands.chosen_journal import journal_of, names_in
from app.commands.output import say, show, show_json
from app.commands.translated import FILE, Command, argument, option
from app.journal import rejected
from app.journal.export.cells import iso_time
from app.journal.file.schema import one_instant
from app.journal.rejected import RejectedLines
from app.journal.streams.stream import read_devices
from app.messages.languages import text, text_of
from app.messages.message import Message
from app.messages.visible import visible
from app.wire.readings import Grammar

_SHOWN = 120


@click.command("rejected", cls=Command, help="help_rejected")
@argument("bench_file", required=False, type=FILE)
@option("--journal", type=FILE, help="help_journal_instead")
@option("--device", "name", help="help_only_device")
@option("--json", "as_json", is_flag=True, help="help_json_object")
def rejected_command(bench_file: Path | None, journal: Path | None, name: str | None, as_json: bool) -> int:
    """Print the newest rejected lines of the device `name` (None: of all devices), each with its hint."""
    path, config = journal_of(bench_file, journal)
    grammars = {device.name: device.grammar() for device in config.device} if config else {}
    with one_instant(path) as connection:
        names = names_in(read_devices(connection), path, name)
        found = {device: rejected.read(connection, device) for device in names}
    if as_json:
        entries = [
            _as_json(device, lines, grammars.get(device, Grammar())) for device, lines in found.items()
        ]
        show_json({"devices": entries})
        return 0
    for device, lines in found.items():
        for line in lines.lines(grammars.get(device, Grammar())):
            at = datetime.fromtimestamp(line.received_at_us / 1e6)
            show(f"{at:%Y-%m-%d %H:%M:%S} {device}: {_shown(line.text)}")
            show(f"    {line.reason}: {text_of(line.hint)}")
        counts = tuple(
            Message("rejected_for_reason", number=count, reason=str(reason))
            for reason, count in lines.reasons()
        )
        if counts:
            say(text("rejected_of_device", device=device, counts=counts))
        else:
            say(text("nothing_rejected", device=device))
    return 0


def _as_json(device: str, lines: RejectedLines, grammar: Grammar) -> dict[str, Any]:
    return {
        "name": device,
        "counts": dict(lines.reasons()),
        "lines": [
            {
                "received_at": iso_time(line.received_at_us),
                "text": line.text,
                "reason": line.reason,
                "hint": str(line.hint),
                "hint_code": line.hint.code,
            }
            for line in lines.lines(grammar)
        ],
    }


def _shown(text: str) -> str:
    """`text` on one line of the terminal, shortened."""
    return visible(text.strip() if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
