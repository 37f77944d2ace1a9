"""The commands that look at what boards say and where: `check` and `ports`."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from app.bench.bench import serial_ports
from app.commands import checking
from app.commands.options import device_of_bench
from app.commands.output import as_json_text, say
from app.config.bench_file import UnknownPins
from app.wire.readings import Grammar, Kind


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--bench", "bench_file", type=click.Path(path_type=Path), help="Judge as this bench file says.")
@click.option("--device", "name", help="The device of the bench file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check(file: BinaryIO, bench_file: Path | None, name: str | None, as_json: bool) -> int:
    """A verdict for each line of a file."""
    rejected = 0
    for number, verdict in enumerate(checking.verdicts(file, _grammar(bench_file, name)), 1):
        rejected += verdict.kind is Kind.REJECTED
        click.echo(
            as_json_text(checking.as_json(number, verdict)) if as_json else checking.in_words(number, verdict)
        )
    if not as_json and rejected:
        say("1 line was rejected." if rejected == 1 else f"{rejected} lines were rejected.")
    return 1 if rejected else 0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def ports(as_json: bool) -> int:
    """The serial ports of this computer."""
    found = serial_ports()
    if as_json:
        keys = ("name", "description", "vid_pid", "serial_number", "location")
        click.echo(as_json_text([dict(zip(keys, port, strict=True)) for port in found]))
        return 0
    for port in found:
        details = "  ".join(filter(None, (port.description, port.hwid, port.location)))
        click.echo(f"{port.device}  {details}")
    if not found:
        say("No serial port: plug a board in, with a cable that carries data.")
    return 0


def _grammar(bench_file: Path | None, name: str | None) -> Grammar:
    if not bench_file:
        if name is not None:
            raise click.UsageError("--device names a device of a bench file: give --bench BENCH.toml too")
        return Grammar()
    device = device_of_bench(bench_file, name)
    return Grammar(device.datastream, reject_unknown=device.unknown_pins is UnknownPins.REJECT)
