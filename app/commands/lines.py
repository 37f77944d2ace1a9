"""The commands that judge the lines of a file and list the serial ports: `check` and `ports`."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from app.bench.bench import serial_ports
from app.commands import checking
from app.commands.errors import CommandError
from app.commands.options import device_of_bench
from app.commands.output import say, show, show_json
from app.commands.translated import FILE, Command, argument, option
from app.messages.languages import text
from app.wire.readings import Grammar, Kind


@click.command(cls=Command, help="help_check")
@argument("file", type=click.File("rb"), default="-")
@option("--bench", "bench_file", type=FILE, help="help_check_bench")
@option("--device", "name", help="help_bench_device")
@option("--json", "as_json", is_flag=True, help="help_check_json")
def check(file: BinaryIO, bench_file: Path | None, name: str | None, as_json: bool) -> int:
    """Print a verdict for each line of a file. Returns exit status 1 if a line is rejected.

    With `bench_file`, the lines are judged by the datastreams of its device `name`, or of its only device if
    `name` is None.
    """
    rejected = 0
    for number, verdict in enumerate(checking.verdicts(file, _grammar(bench_file, name)), 1):
        rejected += verdict.kind is Kind.REJECTED
        if as_json:
            show_json(checking.as_json(number, verdict))
        else:
            show(checking.in_words(number, verdict))
    if not as_json and rejected:
        say(text("lines_rejected", count=rejected))
    return 1 if rejected else 0


@click.command(cls=Command, help="help_ports")
@option("--json", "as_json", is_flag=True, help="help_ports_json")
def ports(as_json: bool) -> int:
    """List the serial ports of this computer."""
    found = serial_ports()
    if as_json:
        keys = ("name", "description", "vid_pid", "serial_number", "location")
        show_json([dict(zip(keys, port, strict=True)) for port in found])
        return 0
    for port in found:
        details = "  ".join(filter(None, (port.description, port.hwid, port.location)))
        show(f"{port.device}  {details}")
    if not found:
        say(text("no_port_there"))
    return 0


def _grammar(bench_file: Path | None, name: str | None) -> Grammar:
    if not bench_file:
        if name is not None:
            raise CommandError("device_needs_bench_file")
        return Grammar()
    return device_of_bench(bench_file, name).grammar()
