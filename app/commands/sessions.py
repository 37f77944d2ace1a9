"""The commands for raw sessions: `record` and `replay`."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from app.bench.bench import Bench
from app.bench.session import not_forwarded_reason
from app.boards.link import Link
from app.boards.recordings.format import Header, Record, RecordingError, RecordingReader
from app.boards.recordings.recorder import Recorder
from app.boards.recordings.replay import judge
from app.boards.sink import NullSink
from app.boards.sources import open_source
from app.commands import checking
from app.commands.bridge import ask_for_token
from app.commands.options import (
    AS_IN_A_FILE,
    Finite,
    bench_of,
    device_of,
    device_of_bench,
    device_options,
    given,
)
from app.commands.output import as_json_text, print_ledger, say
from app.commands.run import run, stop_on_signals
from app.config.addresses import REPLAY, recording_path
from app.config.bench_file import DeviceConfig, UnknownPins
from app.messages.languages import text_of
from app.messages.message import verbatim
from app.program import logs
from app.security import tokens
from app.wire.readings import Grammar, Kind

_LOOK_S = 0.1


@click.command()
@click.option("--port", required=True, help=AS_IN_A_FILE)
@click.option("--baud-rate", type=int, help=AS_IN_A_FILE)
@click.option("--reset-on-connect/--no-reset-on-connect", default=None, help=AS_IN_A_FILE)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The recording; in a folder: named by date.",
)
@click.option("--for", "for_s", type=Finite(min=0), help="End after this many seconds.")
def record(output: Path, for_s: float | None, **device: Any) -> int:
    """Record what a board says, byte by byte, until Ctrl+C."""
    entry = device_of({**given(device), "name": "board"})
    if recording_path(entry.port):
        raise click.UsageError(f"{entry.port} is a recording already: name the port of a board")
    if not output.is_dir() and output.exists():
        raise click.UsageError(f"{output} is there already and is left as it is: name another file")
    logs.start(())
    stop = stop_on_signals()
    recorder = Recorder(entry, output)
    recorder.start(None if output.is_dir() else output)
    status = recorder.status()
    if not status:
        raise click.UsageError(text_of(recorder.trouble or verbatim("")))
    link = Link(entry, Grammar(), NullSink(), recorder.tap(open_source))
    started_s = time.monotonic()
    link.start()
    told = ""
    while not stop.wait(_LOOK_S) and not recorder.trouble:
        state = link.status()
        if state.state != told:
            told = state.state
            say(text_of(state.message) if state.message else "")
        if for_s is not None and time.monotonic() - started_s >= for_s:
            break
    link.stop()
    recorder.stop()
    took_s = time.monotonic() - started_s
    if recorder.trouble:
        say(text_of(recorder.trouble))
    size = Path(status.path).stat().st_size
    click.echo(f"{status.path}: {size} bytes in {took_s:.1f} s, {link.counts.lines} lines")
    return 1 if recorder.trouble else 0


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--speed", type=Finite(min=0), default=1.0, help="Times as fast as it came; 0: without a pause."
)
@click.option(
    "--bench", "bench_file", type=click.Path(path_type=Path), help="Play it as a board of this bench."
)
@click.option("--device", "of_device", help="The device of the bench file.")
@click.option("--forward", is_flag=True, help="To servers beyond this computer too.")
@click.option("--journal", help="Keep the readings in this file.")
@click.option("--json", "as_json", is_flag=True, help="Verdicts as one object a line, or the ledger as one.")
@device_options("port", "baud_rate", "reset_on_connect", "line_end", "record", "forward")
def replay(
    file: Path,
    speed: float,
    bench_file: Path | None,
    of_device: str | None,
    forward: bool,
    journal: str | None,
    as_json: bool,
    **options: Any,
) -> int:
    """A recorded session as a board: its verdicts, or with a server its way to the cloud."""
    device = _replayed(file, _header(file), bench_file, of_device, given(options))
    stop = stop_on_signals()
    not_forwarded = None if forward else not_forwarded_reason(device)
    if not journal and (not_forwarded or not device.server):
        logs.start(())
        if not_forwarded:
            say(text_of(not_forwarded))
        return _print_verdicts(file, speed, device, as_json, stop)
    found = {device.name: tokens.resolve_or_ask(device, ask_for_token())}
    logs.start(found.values())
    with tempfile.TemporaryDirectory() as folder:
        config = bench_of(device, journal or str(Path(folder) / "replay.db"))
        bench = Bench(config, found, replay_speed=speed, forward_replays=forward)
        status, exit_status = run(bench, stop, say, until_ended=True)
    print_ledger(status, as_json=as_json)
    return exit_status


def _header(file: Path) -> Header:
    try:
        with file.open("rb") as stream:
            return RecordingReader(stream).header
    except OSError as error:
        raise click.UsageError(f"{file}: cannot be read: {error.strerror}") from None
    except RecordingError as error:
        raise click.UsageError(f"{file}: is no Pinbridge recording: {error}") from None


def _replayed(
    file: Path, header: Header, bench_file: Path | None, name: str | None, options: dict[str, Any]
) -> DeviceConfig:
    """The device that a recording stands for."""
    port = f"{REPLAY}{file.absolute()}"
    if not bench_file:
        if name is not None:
            raise click.UsageError("--device names a device of a bench file: give --bench BENCH.toml too")
        return device_of({"name": header.device, **options, "port": port})
    if options:
        raise click.UsageError("give --bench, or --server and the other options, not both")
    device = device_of_bench(bench_file, name)
    return msgspec.structs.replace(device, port=port, organisation="", record=False)


def _print_verdicts(
    file: Path, speed: float, device: DeviceConfig, as_json: bool, stop: threading.Event
) -> int:
    """A verdict for each line, as `check` prints it."""
    grammar = Grammar(device.datastream, reject_unknown=device.unknown_pins is UnknownPins.REJECT)
    tally = dict.fromkeys(Kind, 0)
    with file.open("rb") as stream:
        reader = RecordingReader(stream)
        for number, verdict in enumerate(judge(_paced(reader, speed, stop), grammar), 1):
            tally[verdict.kind] += 1
            as_told = checking.as_json(number, verdict)
            click.echo(as_json_text(as_told) if as_json else checking.in_words(number, verdict))
    said = ", ".join(f"{count} {kind}" for kind, count in tally.items())
    say(f"{sum(tally.values())} lines: {said}.")
    if reader.unread_bytes:
        say(f"The last {reader.unread_bytes} bytes of the recording are cut or damaged, and were left out.")
    return 0


def _paced(records: Iterable[Record], speed: float, stop: threading.Event) -> Iterator[Record]:
    """The records, each when it is due, until `stop` is set."""
    due_s = time.monotonic()
    for entry in records:
        if speed:
            due_s += entry.gap_us / 1e6 / speed
            stop.wait(min(max(0.0, due_s - time.monotonic()), threading.TIMEOUT_MAX))
        if stop.is_set():
            return
        yield entry
