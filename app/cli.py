"""The command line: parses, calls, prints.

Invariants: scripts read standard output, people read standard error; a usage or bench file error is one line
and exit status 2, without a traceback; Qt is imported by the commands that open the window alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TextIO

import click
import msgspec

from app import __version__, checking, logs, tokens
from app.bench import Bench, BenchError, serial_ports
from app.config import BenchConfig, BenchSection, ConfigError, DeviceConfig, UnknownPins, load, with_journal
from app.demo import DRAIN_S, demo, is_whole
from app.journal.export import Selection, export
from app.journal.schema import JournalError
from app.run import drain, in_words, run, stop_on_signals
from app.status import ledger
from app.tokens import TokenError
from app.wire.readings import Grammar, Kind

_USAGE_ERRORS = (ConfigError, BenchError, TokenError, JournalError)


def main() -> NoReturn:
    """The console script: never returns, exits with the interface's status."""
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        _say(f"pinbridge: {error.format_message()}")
        sys.exit(2)
    except _USAGE_ERRORS as error:
        _say(f"pinbridge: {error}")
        sys.exit(2)
    except click.Abort:
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


@click.group(invoke_without_command=True)
@click.version_option(__version__, prog_name="pinbridge")
@click.pass_context
def cli(context: click.Context) -> int:
    """Reads lines such as v1=100 from boards, plots them, and forwards each to Blynk. Opens the window."""
    return _window(None) if context.invoked_subcommand is None else 0


@cli.command()
@click.argument("bench_file", required=False, type=click.Path(path_type=Path))
def gui(bench_file: Path | None) -> int:
    """Open the window."""
    return _window(bench_file)


@cli.command("demo")
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop the board after this time."
)
@click.option("--headless", is_flag=True, help="Without a window.")
@click.option(
    "--screenshot", type=click.Path(path_type=Path), help="Save a picture of the window at the end."
)
def demo_command(seconds: float | None, headless: bool, screenshot: Path | None) -> int:
    """A simulated board, a local cloud and the window: no account, no hardware."""
    logs.start(())
    stop = stop_on_signals()
    with demo() as show:
        _say(f"The local cloud is at {show.cloud_url}/: open it in a browser.")
        bench = show.bench()
        if screenshot and not _has_screen():
            # Qt can paint a window that nobody sees.
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if headless or not _has_screen():
            bench.start()
            stop.wait(seconds)
        else:
            from ui.application import run_window

            run_window(bench=bench, seconds=seconds, screenshot=screenshot)
        drain(bench, stop, DRAIN_S)
        arrived = show.arrived()
        bench.stop()
        status = bench.status()
    click.echo(_json(ledger(status)))
    _say(f"The local cloud holds {arrived} readings.")
    return 0 if is_whole(status, arrived) else 1


def _device_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Every key of `[[device]]` as an option in kebab case."""
    for field in reversed(msgspec.structs.fields(DeviceConfig)):
        if field.name == "datastream":
            continue
        flag = f"--{field.encode_name.replace('_', '-')}"
        if field.type is bool:
            option = click.option(f"{flag}/--no-{flag[2:]}", default=None)
        elif isinstance(field.type, type) and issubclass(field.type, StrEnum):
            option = click.option(flag, type=click.Choice([str(member) for member in field.type]))
        else:
            option = click.option(flag, type=field.type)
        command = option(command)
    return command


@cli.command("run")
@click.argument("bench_file", required=False, type=click.Path(path_type=Path))
@click.option("--for", "for_s", type=click.FloatRange(min=0), help="End after this many seconds.")
@click.option(
    "--until-idle", "until_idle_s", type=click.FloatRange(min=0), help="End after this much silence."
)
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as one JSON object.")
@click.option("--journal", help="The journal's file, for a run without a bench file.")
@_device_options
def run_command(
    bench_file: Path | None,
    for_s: float | None,
    until_idle_s: float | None,
    as_json: bool,
    journal: str | None,
    **device: Any,
) -> int:
    """The bridge without a window."""
    given = {key: value for key, value in device.items() if value is not None}
    config = _config(bench_file, given, journal)
    found = {entry.name: tokens.resolve(entry) for entry in config.device}
    logs.start(found.values())
    stop = stop_on_signals()
    status, exit_status = run(Bench(config, found), stop, _say, for_s=for_s, until_idle_s=until_idle_s)
    if as_json:
        click.echo(_json(ledger(status)))
    else:
        for line in in_words(status):
            click.echo(line)
    return exit_status


@cli.command()
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
            _json(checking.as_json(number, verdict)) if as_json else checking.in_words(number, verdict)
        )
    if not as_json and rejected:
        _say(f"{rejected} lines were rejected.")
    return 1 if rejected else 0


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def ports(as_json: bool) -> int:
    """The serial ports of this computer."""
    found = serial_ports()
    if as_json:
        keys = ("name", "description", "vid_pid", "serial_number", "location")
        click.echo(_json([dict(zip(keys, port, strict=True)) for port in found]))
        return 0
    for port in found:
        details = "  ".join(filter(None, (port.description, port.hwid, port.location)))
        click.echo(f"{port.device}  {details}")
    if not found:
        _say("No serial port: plug a board in, with a cable that carries data.")
    return 0


@cli.command()
@click.option("--listen", default="127.0.0.1:8080", show_default=True, help="HOST:PORT")
@click.option("--devices", "devices_file", type=click.Path(path_type=Path), help="Devices and datastreams.")
def cloud(listen: str, devices_file: Path | None) -> int:
    """A local server that speaks the Blynk device API, for a class without internet."""
    from app.localcloud.command import parse_listen, run_cloud
    from app.localcloud.server import is_loopback

    logs.start(())
    try:
        if not is_loopback(parse_listen(listen)[0]):
            _say(f"Warning: everybody in this network can reach {listen}, and its values are not encrypted.")
        run_cloud(listen, devices_file, click.echo)
    except (ValueError, OSError) as error:
        raise click.UsageError(str(error)) from None
    return 0


@cli.command("export")
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
    _say(f"{count} readings exported.")
    return 0


def _window(bench_file: Path | None) -> int:
    config = load(bench_file) if bench_file else None
    if not _has_screen():
        raise click.UsageError("there is no screen for a window: use pinbridge run BENCH.toml")
    from ui.application import run_window

    return run_window(config=config, source=str(bench_file or ""), make_bench=_make_bench)


def _make_bench(config: BenchConfig, typed: Mapping[str, str]) -> Bench:
    """A bench with the tokens that were typed in, and those that the file names."""
    found = {device.name: typed.get(device.name) or tokens.resolve(device) for device in config.device}
    logs.start(found.values())
    return Bench(config, found)


def _config(bench_file: Path | None, device: dict[str, Any], journal: str | None) -> BenchConfig:
    """The bench that `run` was told, by a file or by options."""
    if bench_file:
        if device or journal:
            raise click.UsageError("give a bench file, or --port and the other options, not both")
        return load(bench_file)
    if "port" not in device:
        raise click.UsageError("give a bench file, or --port with --server and --auth-token")
    if "line_end" in device:
        device["line_end"] = device["line_end"].replace(r"\r", "\r").replace(r"\n", "\n")
    try:
        entry = msgspec.convert(device, DeviceConfig)
        section = BenchSection(name=entry.name, journal=journal or "")
    except (msgspec.ValidationError, ValueError) as error:
        raise click.UsageError(str(error).partition(" - at ")[0]) from None
    return with_journal(BenchConfig(bench=section, device=(entry,)), Path.cwd())


def _grammar(bench_file: Path | None, name: str | None) -> Grammar:
    if not bench_file:
        return Grammar()
    devices = load(bench_file).device
    fitting = [device for device in devices if name in (None, device.name)]
    if len(fitting) != 1:
        known = ", ".join(device.name for device in devices) or "none"
        raise click.UsageError(f"{bench_file}: name one of its devices with --device: {known}")
    device = fitting[0]
    return Grammar(device.datastream, reject_unknown=device.unknown_pins is UnknownPins.REJECT)


def _microseconds(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option} {text}: write a time such as 2026-07-01T12:00:00") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round(at.timestamp() * 1_000_000)


def _has_screen() -> bool:
    """Whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _say(text: str) -> None:
    click.echo(text, err=True)
