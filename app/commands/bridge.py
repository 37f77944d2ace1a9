"""The commands that run a bench: `gui`, `demo` and `run`.

Invariants: Qt is imported only by the commands that open the window, and only when they open it. What runs a
bench is imported only when a bench is made, so that the window opens sooner.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.boards.ports.registry import PortRegistry
from app.commands.errors import CommandError
from app.commands.options import Finite, bench_of, device_of, device_options, given
from app.commands.output import ask_hidden, print_ledger, say
from app.commands.running.run import drain, run, stop_on_signals
from app.commands.translated import FILE, Command, argument, option
from app.commands.window_tokens import WindowTokens
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError
from app.config.loading import load
from app.messages.languages import text
from app.messages.message import Message
from app.program import loading
from app.security import tokens

if TYPE_CHECKING:
    from app.bench.bench import Bench
    from app.bench.status import EarlierReadings
    from app.demo.demo import Demo
    from ui.application import Program


@click.command(cls=Command, help="help_gui")
@argument("bench_file", required=False, type=FILE)
@option("--show-errors", is_flag=True, help="help_gui_show_errors")
def gui(bench_file: Path | None, show_errors: bool) -> int:
    """Open the window."""
    return open_window(bench_file, show_errors=show_errors)


@click.command("demo", cls=Command, help="help_demo")
@option("--seconds", type=Finite(min=0, min_open=True), help="help_demo_seconds")
@option("--headless", is_flag=True, help="help_demo_headless")
@option("--screenshot", type=FILE, help="help_demo_screenshot")
@option("--faults", "faults_file", type=FILE, help="help_demo_faults")
def demo_command(
    seconds: float | None, headless: bool, screenshot: Path | None, faults_file: Path | None
) -> int:
    """Run a simulated board and a local cloud, and show them in the window if there is a screen."""
    # Imported only here: the server of the local cloud is slow to import.
    with loading.quickly():
        from app.demo import faults as demo_faults
        from app.demo.demo import DRAIN_S, Demo, is_whole
        from app.program import logs

    logs.start(())
    faults = demo_faults.load(faults_file) if faults_file else None
    stop = stop_on_signals()
    window = 0
    with closing(Demo(faults)) as show:
        say(text("demo_cloud_runs", url=show.cloud_url))
        if screenshot and (headless or not _has_screen()):
            # Qt can paint a window without a screen.
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if not screenshot and (headless or not _has_screen()):
            show.bench().start()
            stop.wait(seconds)
        else:
            with loading.quickly():
                from ui.application import show_demo

            window = show_demo(show, _program(), seconds=seconds, screenshot=screenshot)
        if show.is_closed:  # The user has gone on to something else in the window.
            return _ended(window, screenshot)
        bench = show.last_bench or show.bench()
        show.end_faults(bench)
        # A first Ctrl+C ends the demo; a second one ends the wait for the last readings.
        drain(bench, stop_on_signals(), DRAIN_S)
        arrived = show.arrived()
        bench.stop()
        status = bench.status()
    print_ledger(status, as_json=True)
    say(text("demo_cloud_holds", count=arrived))
    lost = not is_whole(status, arrived, show.faults.played)
    return _ended(window, screenshot) or int(lost)


@click.command("run", cls=Command, help="help_run")
@argument("bench_file", required=False, type=FILE)
@option("--for", "for_s", type=Finite(min=0), help="help_end_after")
@option("--until-idle", "until_idle_s", type=Finite(min=0), help="help_run_until_idle")
@option("--json", "as_json", is_flag=True, help="help_run_json")
@option("--journal", help="help_run_journal")
@device_options()
def run_command(
    bench_file: Path | None,
    for_s: float | None,
    until_idle_s: float | None,
    as_json: bool,
    journal: str | None,
    **device: Any,
) -> int:
    """Run a bench without the window, then print its ledger. Returns the exit status.

    Without `bench_file`, the bench has a single device, which is configured by the options in `device`.
    The bench is stopped by a signal, after `for_s` seconds, or when it has been idle for `until_idle_s`
    seconds. Each of these times may be None, which means no limit.
    """
    with loading.quickly():
        from app.bench.bench import Bench
        from app.program import logs

    config = _config(bench_file, given(device), journal)
    found = {entry.name: tokens.resolve_or_ask(entry, ask_for_token()) for entry in config.device}
    logs.start(found.values())
    stop = stop_on_signals()
    status, exit_status = run(Bench(config, found), stop, say, for_s=for_s, until_idle_s=until_idle_s)
    print_ledger(status, as_json=as_json)
    return exit_status


def _ended(status: int, screenshot: Path | None) -> int:
    """Report a picture that was not written; `status` is that of the window. Returns `status`."""
    if status:
        say(text("picture_not_written", path=str(screenshot)))
    return status


def open_window(bench_file: Path | None, *, show_errors: bool = False) -> int:
    """Show the window until the user closes it. Returns the exit status.

    Without `bench_file`, the window shows the form for a single board. If there is no console, or with
    `show_errors`, the window shows what is wrong with the bench file. Otherwise, raises ConfigError.
    """
    config, failure = None, None
    try:
        config = load(bench_file) if bench_file else None
    except ConfigError as error:
        # A program that was started by a double click has no console: on Windows, it has no standard error
        # either; on Linux, its desktop entry says so.
        if sys.stderr is not None and not (show_errors and _has_screen()):
            raise
        failure = error.message
    if not _has_screen():
        raise CommandError("no_screen")
    with loading.quickly():
        from ui.application import run_window

    run_window(_program(), config=config, source=str(bench_file or ""), failure=failure)
    return 0


def _program() -> Program:
    """What the window uses of the program."""
    from ui.application import Program

    return Program(_make_bench, PortRegistry().ports, WindowTokens(), _make_demo, _find_earlier)


def _make_bench(config: BenchConfig, typed: Mapping[str, str]) -> Bench:
    """Make a bench whose devices use the tokens in `typed`, which maps device names to tokens.

    For a device that is not in `typed`, the token is read from the place that the bench file names.
    """
    from app.bench.bench import Bench
    from app.program import logs

    found = {device.name: typed.get(device.name) or tokens.resolve(device) for device in config.device}
    logs.start(found.values())
    return Bench(config, found)


def _find_earlier(journal: Path, device: str) -> EarlierReadings:
    """What `journal` has of `device`."""
    from app.journal import earlier

    return earlier.find(journal, device)


def _make_demo() -> Demo:
    """Start a demo without faults for the window, whose local cloud runs at once."""
    from app.demo.demo import Demo

    return Demo(name=text("demo_board"))


def _config(bench_file: Path | None, device: dict[str, Any], journal: str | None) -> BenchConfig:
    """The configuration of the bench to run: from a bench file, or from the options of one device."""
    if bench_file:
        if device or journal:
            raise CommandError("bench_file_and_options")
        config = load(bench_file)
        if not config.device:
            raise CommandError("bench_without_device", path=str(bench_file))
        return config
    if "port" not in device:
        raise CommandError("bench_file_or_port")
    return bench_of(device_of(device), journal)


def ask_for_token() -> Callable[[Message], str] | None:
    """A function that asks the user for an auth token; None if standard input is not a terminal."""
    if not sys.stdin or not sys.stdin.isatty():
        return None
    return ask_hidden


def _has_screen() -> bool:
    """Whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
