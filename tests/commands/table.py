"""A table of options: two command lines that differ in one option, and what is seen where it counts.

`EXPORT --from T` must be seen to do something else than `EXPORT`; so an option that is parsed and reaches
nothing fails its row, and `test_every_option` fails where an option has no row, or a row no option.
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
from app.config.bench_file import BenchConfig
from app.localcloud.command import CloudCommandError
from tests.waiting import wait_until

WINDOW_STATUS = 0
"""What showing a bench in a window gives, of which a command sees nothing else here."""


class Person(threading.Event):
    """Who stops a command, in place of SIGINT: after so many looks at it, or once its board has said enough.

    It waits a moment for each look, whatever was asked; `asked_s` has what was.
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
    """A link that has tried its port once it is started, however short the time is for which it listens."""

    def start(self) -> None:
        super().start()
        wait_until(lambda: self.quiet_since_s is not None)


class Given(NamedTuple):
    """What a command made its bench of."""

    config: BenchConfig
    tokens: dict[str, str]
    replay_speed: float
    forward_replays: bool


class Done(NamedTuple):
    """A command that has run."""

    folder: Path
    status: int
    out: str
    err: str
    person: Person
    given: Given | None
    windows: list[dict[str, Any]]
    port: str
    """Of the pty that `{port}` stands for."""


class Row(NamedTuple):
    """A command line, and one more that differs in the option alone; `look` sees what it does."""

    first: str
    second: str
    look: Callable[[Done], object]
    at_first: object
    then: object
    only_given: bool = False
    """It is about what the bench is given, which need not run."""


class Runner:
    """Runs commands, each in a folder of its own that is a copy of one, and with a person of its own."""

    def __init__(self, template: Path, folder: Path, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._template = template
        self._folder = folder
        self._port = port
        self._monkeypatch = monkeypatch
        self._runs = 0
        self.benches: list[Bench] = []
        self.given: list[Given] = []
        """What the last command's benches were made of, those that its window makes later too."""

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
        """The command `words`, which a person stops after `looks`, or before that when it is `enough`; with
        `only_given` its bench never runs.

        `files` are put into its folder before.
        """
        self._runs += 1
        folder = self._folder / str(self._runs)
        shutil.copytree(self._template, folder)
        for name, text in (files or {}).items():
            (folder / name).write_text(text)
        self._monkeypatch.chdir(folder)
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            self._monkeypatch.setenv(name, str(folder / "home"))
        person, windows = Person(), list[dict[str, Any]]()
        person.looks, person.enough = looks, enough
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
                person.benches.append(self)
                benches.append(self)

        def run_window(make_bench: object, tokens: object, **how: Any) -> None:
            windows.append(how | {"make_bench": make_bench, "tokens": tokens})

        def show_bench(bench: object, faults: object, **how: Any) -> int:
            windows.append(how | {"bench": bench, "faults": faults})
            return WINDOW_STATUS

        # They end a command once.
        ends: list[threading.Event] = [person]
        for place in ("app.commands.bridge", "app.commands.sessions"):
            self._monkeypatch.setattr(
                f"{place}.stop_on_signals", lambda: ends.pop() if ends else threading.Event()
            )
            self._monkeypatch.setattr(f"{place}.Bench", SeenBench)
        self._monkeypatch.setattr("app.commands.sessions.Link", TriedLink)
        self._monkeypatch.setattr("app.demo.demo.Bench", SeenBench)
        self._monkeypatch.setattr("ui.application.run_window", run_window)
        self._monkeypatch.setattr("ui.application.show_bench", show_bench)
        told = CliRunner().invoke(
            cli, shlex.split(words.replace("{port}", self._port)), input=stdin, standalone_mode=False
        )
        status, err = told.return_value or 0, told.stderr
        if isinstance(told.exception, click.UsageError | BenchError | CommandError | CloudCommandError):
            status, err = 2, str(told.exception)
        elif told.exception:
            raise told.exception
        return Done(
            folder, status, told.stdout, err, person, given[0] if given else None, windows, self._port
        )

    def hold(self, row: Row, stdin: str = "", files: Mapping[str, str] | None = None) -> None:
        """The row is true."""
        assert row.at_first != row.then
        first = self.run(row.first, looks=3, stdin=stdin, only_given=row.only_given, files=files)
        assert row.look(first) == row.at_first, first
        second = self.run(row.second, stdin=stdin, only_given=row.only_given, files=files)
        assert row.look(second) == row.then, second


def who_ended_it(done: Done) -> str:
    """Whether a person had to stop the command."""
    return "a person" if done.person.has_stopped else "itself"


def shape(done: Done) -> str:
    """Whether standard output is JSON, one value a line and nothing else, or words."""
    try:
        return "JSON" if [json.loads(line) for line in done.out.splitlines()] else "nothing"
    except ValueError:
        return "words"


def commands_of(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """A command and those under it, each with its name: `` for the program itself, `token set`."""
    yield path, command
    if isinstance(command, click.Group):
        for name, member in command.commands.items():
            yield from commands_of(member, f"{path} {name}".strip())


def options_of(command: click.Command) -> Iterator[str]:
    """Every option and argument of a command and of those under it: `export --from`, `check FILE`."""
    for path, member in commands_of(command):
        for parameter in member.params:
            is_option = isinstance(parameter, click.Option)
            name = max(parameter.opts, key=len) if is_option else parameter.human_readable_name.upper()
            yield f"{path} {name}".strip()
