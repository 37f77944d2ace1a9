"""The command that examines this machine: `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from app.commands.options import Finite
from app.commands.output import as_json_text, say
from app.config.bench_file import BenchConfig
from app.config.loading import load, with_paths
from app.doctor import computer, places, ports, roads
from app.doctor.finding import Finding, Grade

_BLYNK = "https://blynk.cloud"
_SIGNS = {Grade.OK: "ok   ", Grade.NOTE: "note ", Grade.WRONG: "WRONG"}


@click.command()
@click.argument("bench_file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--listen",
    "listen_s",
    default=4.0,
    show_default=True,
    type=Finite(min=0),
    help="With a bench file: hear each board for so many seconds; 0 opens no port.",
)
@click.option("--reach", is_flag=True, help="Also ask the servers whether they answer.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
def doctor(bench_file: Path | None, listen_s: float, reach: bool, as_json: bool) -> int:
    """What on this machine would keep the bridge from working, and the mend."""
    config = load(bench_file) if bench_file else with_paths(BenchConfig(), Path.cwd())
    findings = []
    for finding in _examine(config, listen_s, reach):
        findings.append(finding)
        if not as_json:
            click.echo(f"{_SIGNS[finding.grade]}  {finding.message!s}")
    wrong = sum(finding.grade is Grade.WRONG for finding in findings)
    if as_json:
        click.echo(as_json_text({"ok": not wrong, "findings": findings}))
    else:
        say({0: "Nothing is wrong.", 1: "One thing is wrong."}.get(wrong, f"{wrong} things are wrong."))
    return 1 if wrong else 0


def _examine(config: BenchConfig, listen_s: float, reach: bool) -> Iterator[Finding]:
    yield computer.python()
    yield computer.clock()
    yield computer.keyring_present()
    yield computer.window()
    yield from ports.ports()
    yield from ports.boards_without_port()
    yield from ports.grabbers()
    yield from places.journal(Path(config.bench.journal), config.bench.max_journal_mb)
    for device in config.device:
        yield roads.token(device)
    if config.device and listen_s:
        say(f"Listening for {listen_s:g} s…")
        for device, heard in roads.listen(config.device, listen_s):
            yield roads.board(device, heard)
    if reach:
        yield from roads.reach({device.server for device in config.device if device.server} or {_BLYNK})
