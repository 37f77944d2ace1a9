"""The commands that record the bytes of a board and replay a recording: `record` and `replay`."""

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
from app.bench.forwarding import not_forwarded_reason
from app.boards.link import Link
from app.boards.recordings.format import Header, Record, RecordingError, RecordingReader
from app.boards.recordings.recorder import Recorder
from app.boards.recordings.replay import judge
from app.boards.sink import NullSink
from app.boards.sources import open_source
from app.commands import checking
from app.commands.bridge import ask_for_token
from app.commands.errors import CommandError
from app.commands.options import (
    AS_IN_A_FILE,
    SERIAL_KEYS,
    Finite,
    bench_of,
    device_of,
    device_of_bench,
    device_options,
    given,
)
from app.commands.output import print_ledger, say, show, show_json
from app.commands.running.run import run, stop_on_signals
from app.commands.translated import FILE, Command, argument, option
from app.config.addresses import REPLAY, check_path, recording_path
from app.config.bench_file import DeviceConfig
from app.errors import InvalidValueError
from app.messages.languages import text, text_of
from app.program import logs
from app.security import tokens
from app.wire.readings import Grammar, Kind

_LOOK_S = 0.1


@click.command(cls=Command, help="help_record")
@option("--port", required=True, help=AS_IN_A_FILE)
@device_options(only=SERIAL_KEYS)
@option("--output", required=True, type=FILE, help="help_record_output")
@option("--for", "for_s", type=Finite(min=0), help="help_end_after")
def record(output: Path, for_s: float | None, **device: Any) -> int:
    """Record every byte that a board sends, until Ctrl+C or for `for_s` seconds."""
    entry = device_of({**given(device), "name": "board"})
    if recording_path(entry.port):
        raise CommandError("port_is_recording", port=entry.port)
    if not output.is_dir() and output.exists():
        raise CommandError("output_exists", path=str(output))
    logs.start(())
    stop = stop_on_signals()
    recorder = Recorder(entry, output)
    recorder.start(None if output.is_dir() else output)
    status = recorder.status()
    if not status:
        trouble = recorder.trouble
        assert trouble  # noqa: S101 - it says why the recording has not started
        raise CommandError.of(trouble)
    link = Link(entry, Grammar(), NullSink(), recorder.tap(open_source))
    started_s = time.monotonic()
    link.start()
    shown = ""
    while not stop.wait(_LOOK_S) and not recorder.trouble:
        state = link.status()
        if state.state != shown:
            shown = state.state
            say(text_of(state.message) if state.message else "")
        if for_s is not None and time.monotonic() - started_s >= for_s:
            break
    link.stop()
    recorder.stop()
    took_s = time.monotonic() - started_s
    if recorder.trouble:
        say(text_of(recorder.trouble))
    if recorder.ended:
        size = Path(status.path).stat().st_size
        show(text("recorded", path=status.path, size=size, seconds=took_s, count=link.counts.lines))
    return 1 if recorder.trouble else 0


@click.command(cls=Command, help="help_replay")
@argument("file", type=FILE)
@option("--speed", type=Finite(min=0), default=1.0, help="help_replay_speed")
@option("--bench", "bench_file", type=FILE, help="help_replay_bench")
@option("--device", "of_device", help="help_bench_device")
@option("--forward", is_flag=True, help="help_replay_forward")
@option("--journal", help="help_replay_journal")
@option("--json", "as_json", is_flag=True, help="help_replay_json")
@device_options("port", *SERIAL_KEYS, "line_end", "record", "forward")
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
    """Play a recording.

    If the readings are to be journalled or sent, the recording takes the place of a board on a bench.
    Otherwise, only a verdict for each line is printed.
    """
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
        check_path(str(file.absolute()), "FILE")
        with file.open("rb") as stream:
            return RecordingReader(stream).header
    except OSError as error:
        raise CommandError("recording_not_read", path=str(file), words=error.strerror or "") from None
    except InvalidValueError as error:
        raise CommandError.of(error.message) from None
    except RecordingError as error:
        raise CommandError("replay_needs_recording", path=str(file), message=error.message) from None


def _replayed(
    file: Path, header: Header, bench_file: Path | None, name: str | None, options: dict[str, Any]
) -> DeviceConfig:
    """The configuration of a device that plays the recording `file`. Raises CommandError.

    With `bench_file`, the settings come from a device in the bench file: the device `name` or, if `name` is
    None, the only device. Without `bench_file`, the settings come from `options`. If `options` has no name
    for the device, the device gets the name in `header`.
    """
    port = f"{REPLAY}{file.absolute()}"
    if not bench_file:
        if name is not None:
            raise CommandError("device_needs_bench_file")
        return device_of({"name": header.device, **options, "port": port})
    if options:
        raise CommandError("bench_or_options")
    device = device_of_bench(bench_file, name)
    return msgspec.structs.replace(device, port=port, organisation="", record=False)


def _print_verdicts(
    file: Path, speed: float, device: DeviceConfig, as_json: bool, stop: threading.Event
) -> int:
    """Print a verdict for each line of a recording, in the format of the command `check`."""
    grammar = device.grammar()
    tally = dict.fromkeys(Kind, 0)
    with file.open("rb") as stream:
        reader = RecordingReader(stream)
        for number, verdict in enumerate(judge(_paced(reader, speed, stop), grammar), 1):
            tally[verdict.kind] += 1
            if as_json:
                show_json(checking.as_json(number, verdict))
            else:
                show(checking.in_words(number, verdict))
    say(
        text(
            "lines_judged",
            count=sum(tally.values()),
            accepted=tally[Kind.ACCEPTED],
            rejected=tally[Kind.REJECTED],
            comments=tally[Kind.COMMENT],
            blank=tally[Kind.BLANK],
            partial=tally[Kind.PARTIAL],
        )
    )
    if reader.unread_bytes:
        say(text("recording_ends_damaged", count=reader.unread_bytes))
    return 0


def _paced(records: Iterable[Record], speed: float, stop: threading.Event) -> Iterator[Record]:
    """Yield each record when it is due, until `stop` is set.

    `speed` is a multiple of the original speed; 0 means without pauses.
    """
    due_s = time.monotonic()
    for entry in records:
        if speed:
            due_s += entry.gap_us / 1e6 / speed
            stop.wait(min(max(0.0, due_s - time.monotonic()), threading.TIMEOUT_MAX))
        if stop.is_set():
            return
        yield entry
