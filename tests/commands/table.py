"""The table of options: each row has two command lines that differ in one option, and their two effects.

For example, `export --from T` must do something other than `export`: an option that is parsed and then
ignored fails its row. `test_every_option` fails for an option without a row, and for a row without an option.
"""

from __future__ import annotations

import json
import shlex
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from click.testing import CliRunner

from app.bench.bench import Bench, BenchError
from app.bench.status import DeviceStatus
from app.boards.link import Link
from app.cli import cli
from app.commands.errors import CommandError
from app.config.bench_file import BenchConfig, DeviceConfig
from app.config.errors import ConfigError
from app.demo.demo import Demo
from app.localcloud.command import CloudCommandError
from tests.waiting import wait_until
from ui.contract import Program

REPORTED = click.UsageError | BenchError | CommandError | CloudCommandError | ConfigError
"""The errors that are reported in one line, with exit status 2."""
WINDOW_STATUS = 0
"""The exit status that the window returns to a command; these tests replace the window."""
WINDOW_LEAVES_DEMO = False
"""Whether the user of the window leaves the demo for something else."""


class User(threading.Event):
    """A stop event that ends a command as SIGINT would: after `looks` waits, or once `enough` is true.

    `enough` gets the status of the first device. A wait with a time-out takes at most 0.1 s; `asked_s` has
    the time-outs that the command asked for. A wait without a time-out lasts until the first device has over
    30 lines, and ends the command.
    """

    def __init__(self) -> None:
        super().__init__()
        self.looks = 3
        self.enough: Callable[[DeviceStatus], bool] = lambda _: False
        self.has_stopped = False
        self.asked_s: list[float] = []
        self.benches: list[Bench] = []

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is None:
            wait_until(lambda: self.benches[-1].status().devices[0].lines.lines > 30, 60)
            self.has_stopped = True
            self.set()
            return True
        self.asked_s.append(timeout)
        is_enough = bool(self.benches) and self.enough(self.benches[-1].status().devices[0])
        if len(self.asked_s) >= self.looks or is_enough:
            self.has_stopped = True
            self.set()
        return super().wait(min(timeout, 0.1))


class TriedLink(Link):
    """A link whose `start` waits for the first attempt to open the port: no command ends before that."""

    def start(self) -> None:
        super().start()
        wait_until(lambda: self.quiet_since_s is not None)


class Given(NamedTuple):
    """The arguments with which a command made its bench."""

    config: BenchConfig
    tokens: dict[str, str]
    replay_speed: float
    forward_replays: bool


class Done(NamedTuple):
    """The result of a command: folder, exit status, output, and the arguments of its bench and windows."""

    folder: Path
    status: int
    out: str
    err: str
    user: User
    given: Given | None
    windows: list[dict[str, Any]]
    port: str
    """The pty whose name replaced `{port}` in the command line."""
    devices: list[DeviceConfig]
    """The devices that were recorded."""


class Row(NamedTuple):
    """Two command lines that differ in an option.

    `look` returns `at_first` for the command line `first`, and `then` for `second`.
    """

    first: str
    second: str
    look: Callable[[Done], object]
    at_first: object
    then: object
    only_given: bool = False
    """Whether `look` needs only the arguments of the bench, so that the bench need not run."""


class Runner:
    """Runs commands, each in its own copy of the template folder and with its own `User`."""

    def __init__(self, template: Path, folder: Path, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._template = template
        self._folder = folder
        self._port = port
        self._monkeypatch = monkeypatch
        self._runs = 0
        self.benches: list[Bench] = []
        self.given: list[Given] = []
        """The arguments of the last command's benches, including those that its window makes later."""

    def run(
        self,
        words: str,
        *,
        looks: int = 600,
        enough: Callable[[DeviceStatus], bool] = lambda _: False,
        stdin: str = "",
        only_given: bool = False,
        files: Mapping[str, str] | None = None,
    ) -> Done:
        """Run the command line `words` until it ends or its `User` stops it.

        With `only_given`, the command ends instead of making its bench. `files` (texts by name) are written
        into its folder first.
        """
        self._runs += 1
        folder = self._folder / str(self._runs)
        shutil.copytree(self._template, folder)
        for name, text in (files or {}).items():
            (folder / name).write_text(text)
        self._monkeypatch.chdir(folder)
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            self._monkeypatch.setenv(name, str(folder / "home"))
        user, windows = User(), list[dict[str, Any]]()
        user.looks, user.enough = looks, enough
        self.given = given = list[Given]()
        benches = self.benches

        class SeenBench(Bench):
            def __init__(self, config: BenchConfig, tokens: dict[str, str], *args: Any, **how: Any) -> None:
                seen = Given(
                    config, dict(tokens), how.get("replay_speed", 1.0), how.get("forward_replays", False)
                )
                given.append(seen)
                if only_given:
                    raise BenchError("verbatim", text="seen")
                super().__init__(config, tokens, *args, **how)
                user.benches.append(self)
                benches.append(self)

        def run_window(program: Program, **how: Any) -> None:
            windows.append(how | {"program": program})

        def show_demo(demo: Demo, program: Program, **how: Any) -> int:
            bench = demo.bench()
            windows.append(how | {"demo": demo, "program": program})
            if WINDOW_LEAVES_DEMO:
                bench.stop()
                demo.close()
            return WINDOW_STATUS

        # Only the first call of `stop_on_signals` gets the `User`; a demo calls it again for its drain.
        ends: list[threading.Event] = [user]
        for place in ("app.commands.bridge", "app.commands.sessions"):
            self._monkeypatch.setattr(
                f"{place}.stop_on_signals", lambda: ends.pop() if ends else threading.Event()
            )
        devices: list[DeviceConfig] = []

        class SeenLink(TriedLink):
            def __init__(self, device: DeviceConfig, *args: Any, **how: Any) -> None:
                devices.append(device)
                super().__init__(device, *args, **how)

        self._monkeypatch.setattr("app.commands.sessions.Link", SeenLink)
        for place in ("app.bench.bench", "app.commands.sessions", "app.demo.demo"):
            self._monkeypatch.setattr(f"{place}.Bench", SeenBench)
        self._monkeypatch.setattr("ui.application.run_window", run_window)
        self._monkeypatch.setattr("ui.application.show_demo", show_demo)
        told = CliRunner().invoke(
            cli, shlex.split(words.replace("{port}", self._port)), input=stdin, standalone_mode=False
        )
        status, err = told.return_value or 0, told.stderr
        if isinstance(told.exception, REPORTED):
            status, err = 2, str(told.exception)
        elif told.exception:
            raise told.exception
        only = given[0] if given else None
        return Done(folder, status, told.stdout, err, user, only, windows, self._port, devices)

    def hold(self, row: Row, stdin: str = "", files: Mapping[str, str] | None = None) -> None:
        """Run both command lines of `row`, and assert that each has its effect."""
        assert row.at_first != row.then
        first = self.run(row.first, looks=3, stdin=stdin, only_given=row.only_given, files=files)
        assert row.look(first) == row.at_first, first
        second = self.run(row.second, stdin=stdin, only_given=row.only_given, files=files)
        assert row.look(second) == row.then, second


def who_ended_it(done: Done) -> str:
    """Who ended the command: the user, or the command itself."""
    return "the user" if done.user.has_stopped else "itself"


def shape(done: Done) -> str:
    """The form of standard output: "JSON" with one value per line, "words" for text, or "nothing"."""
    try:
        return "JSON" if [json.loads(line) for line in done.out.splitlines()] else "nothing"
    except ValueError:
        return "words"


def commands_of(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """A command and all its subcommands, each with its path, such as `token set` (empty for the program)."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if member := command.get_command(context, name):
                yield from commands_of(member, f"{path} {name}".strip())


def options_of(command: click.Command) -> Iterator[str]:
    """All options and arguments of a command and its subcommands, such as `export --from` or `check FILE`."""
    for path, member in commands_of(command):
        for parameter in member.params:
            is_option = isinstance(parameter, click.Option)
            name = max(parameter.opts, key=len) if is_option else parameter.human_readable_name.upper()
            yield f"{path} {name}".strip()
