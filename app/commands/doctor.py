"""The command that examines this computer: `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from app.commands.options import Finite
from app.commands.output import say, show, show_json
from app.commands.translated import FILE, Command, argument, option
from app.config.addresses import BLYNK
from app.config.bench_file import BenchConfig
from app.config.loading import load, with_paths
from app.doctor import computer, devices, places, ports
from app.doctor.finding import Finding, Grade
from app.messages.languages import text, text_of
from app.messages.message import Message

_GRADES = {Grade.OK: "grade_ok", Grade.NOTE: "grade_note", Grade.WRONG: "grade_wrong"}


@click.command(cls=Command, help="help_doctor")
@argument("bench_file", required=False, type=FILE)
@option(
    "--listen",
    "listen_s",
    default=4.0,
    show_default=True,
    type=Finite(min=0),
    help="help_doctor_listen",
)
@option("--reach", is_flag=True, help="help_doctor_reach")
@option("--json", "as_json", is_flag=True, help="help_json_object")
def doctor(bench_file: Path | None, listen_s: float, reach: bool, as_json: bool) -> int:
    """Check whether the program can work on this computer. Print the findings, with a fix for each problem.

    Listens to each board of the bench file for `listen_s` seconds; if that is 0, no port is opened. With
    `reach`, also asks the servers whether they answer. Returns exit status 1 if there is a problem.
    """
    config = load(bench_file) if bench_file else with_paths(BenchConfig(), Path.cwd())
    findings = []
    for finding in _examine(config, listen_s, reach):
        findings.append(finding)
        if not as_json:
            show(_in_words(finding))
    wrong = sum(finding.grade is Grade.WRONG for finding in findings)
    if as_json:
        show_json({"ok": not wrong, "findings": [_as_json(finding) for finding in findings]})
    else:
        say(text("doctor_finds_wrong", count=wrong) if wrong else text("doctor_finds_nothing"))
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
    servers = {device.server for device in config.device if device.server} or {BLYNK}
    if proxy := devices.proxy(servers):
        yield proxy
    for device in config.device:
        yield devices.token(device)
    if config.device and listen_s:
        say(text("doctor_listens", seconds=listen_s))
        for device, heard in devices.listen(config.device, listen_s):
            yield devices.board(device, heard)
    if reach:
        yield from devices.reach(servers)


def _in_words(finding: Finding) -> str:
    """A finding as `doctor` prints it: its grade, then its message."""
    width = max(len(text(code)) for code in _GRADES.values())
    return f"{text(_GRADES[finding.grade]):{width}}  {text_of(finding.message)}"


def _as_json(finding: Finding) -> dict[str, Any]:
    """A finding as `doctor --json` prints it."""
    entry: dict[str, Any] = {
        "check": finding.check,
        "grade": finding.grade,
        "sentence": str(finding.message),
        "code": _code(finding.message),
    }
    return {**entry, "device": finding.device} if finding.device else entry


def _code(message: Message) -> str:
    """The code of `message`. For a message with the code `about`, the code of the message inside it."""
    inner = message.params.get("message")
    return inner.code if message.code == "about" and isinstance(inner, Message) else message.code
