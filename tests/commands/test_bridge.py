"""The options of `gui`, `demo` and `run`."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import types
from contextlib import closing

import click
import pytest
from click.testing import CliRunner

from app.bench.bench import Bench, serial_ports
from app.cli import cli
from app.commands import bridge
from app.commands.window_tokens import WindowTokens
from app.demo.demo import Demo
from app.messages import languages
from app.messages.message import verbatim
from app.security import redaction
from tests.commands.keys import key_rows
from tests.commands.table import Done, Row, Runner, shape, who_ended_it
from tests.processes import TOKEN
from tests.waiting import PATIENCE_S
from ui.contract import DemoView, Program


def bench_name(done: Done) -> str:
    """The name of the bench in the ledger, which is the only line of standard output."""
    return str(json.loads(done.out)["bench"])


def journals(done: Done) -> list[str]:
    """The journals that the command made, as paths in its folder."""
    found = {str(path.relative_to(done.folder)) for path in done.folder.rglob("*.db")}
    return sorted(found - {"two.db", "other.db"})


def shown(done: Done) -> list[str]:
    """The name of the bench that each window was given; "None" without a bench file."""
    return [str(window["config"] and window["config"].bench.name) for window in done.windows]


def where_errors_are(done: Done) -> str:
    """Where the command says that it cannot read its bench file. It does so in one place only."""
    places = [("standard error", done.err)]
    places += [("the window", str(window["failure"])) for window in done.windows]
    (where,) = [where for where, said in places if said.startswith("none.toml: cannot be read")]
    assert done.status == (2 if where == "standard error" else 0)
    return where


def pictures(done: Done) -> list[str]:
    return [str(window["screenshot"]) for window in done.windows]


def rejected(done: Done) -> bool:
    return bool(json.loads(done.out)["devices"][0]["run"]["rejected"])


RUN = "run --port simulated:"
SILENT = "run --port /dev/none"
DEMO = "demo --headless"
ROWS = {
    "gui BENCH_FILE": Row("gui", "gui bench.toml", shown, ["None"], ["Two"]),
    "gui --show-errors": Row(
        "gui none.toml", "gui --show-errors none.toml", where_errors_are, "standard error", "the window"
    ),
    "demo --seconds": Row(DEMO, f"{DEMO} --seconds 0.05", who_ended_it, "the user", "itself"),
    "demo --headless": Row("demo", DEMO, lambda done: len(done.windows), 1, 0),
    "demo --screenshot": Row("demo", "demo --screenshot a.png", pictures, ["None"], ["a.png"]),
    "demo --faults": Row(DEMO, f"{DEMO} --faults rubbish.toml", rejected, False, True),
    "run BENCH_FILE": Row(
        "run bench.toml --for 0 --json", "run other.toml --for 0 --json", bench_name, "Two", "Other"
    ),
    "run --for": Row(RUN, f"{RUN} --for 0.05", who_ended_it, "the user", "itself"),
    "run --until-idle": Row(SILENT, f"{SILENT} --until-idle 0.05", who_ended_it, "the user", "itself"),
    "run --json": Row(f"{RUN} --for 0", f"{RUN} --for 0 --json", shape, "words", "JSON"),
    "run --journal": Row(
        f"{SILENT} --for 0",
        f"{SILENT} --for 0 --journal mine.db",
        journals,
        ["home/pinbridge/board.db"],
        ["mine.db"],
    ),
    **key_rows("run", "--port simulated:"),
}


@pytest.mark.parametrize("option", ROWS)
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])


def test_without_a_screen_the_demo_has_a_window_only_for_a_screenshot(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = runner.run("demo --seconds 0.05")
    assert (done.status, done.windows) == (0, [])
    first, *_, last = done.err.splitlines()
    assert re.fullmatch(r"The local cloud is at http://127\.0\.0\.1:\d+/: open it in a browser\.", first)
    (board,) = json.loads(done.out)["devices"]
    assert last == f"The local cloud holds {board['journal']['forwarded']} readings."
    done = runner.run("demo --seconds 0.05 --screenshot a.png")
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert pictures(done) == ["a.png"]
    # With a screen, the window for a screenshot is shown, unless the user asks for `--headless`.
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    (window,) = runner.run("demo --seconds 0.05 --screenshot a.png").windows
    assert os.environ["QT_QPA_PLATFORM"] == "xcb"
    assert (window["seconds"], window["demo"].config.bench.name) == (0.05, "Demo")
    assert "unplug" in [fault.name for fault in window["demo"].faults.shown()]
    runner.run("demo --seconds 0.05 --screenshot a.png --headless")
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_a_demo_that_the_user_has_left_in_the_window_has_no_ledger(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("tests.commands.table.WINDOW_LEAVES_DEMO", True)
    done = runner.run("demo")
    assert (done.status, done.out, len(done.err.splitlines())) == (0, "", 1)
    (window,) = done.windows
    with closing(window["program"].make_demo()) as another:  # the window can start another one
        assert isinstance(another, Demo)


def test_without_a_console_the_window_shows_the_error_in_the_bench_file(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert runner.run("gui none.toml").windows == []
    monkeypatch.setattr("app.commands.bridge.sys", types.SimpleNamespace(stderr=None, platform="win32"))
    (window,) = runner.run("gui none.toml").windows
    assert window["config"] is None
    assert str(window["failure"]).startswith("none.toml: cannot be read")
    assert window["source"] == "none.toml"


def test_without_a_screen_the_error_in_the_bench_file_goes_to_standard_error(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.commands.bridge._has_screen", lambda: False)
    assert where_errors_are(runner.run("gui --show-errors none.toml")) == "standard error"


def _german_demo(monkeypatch: pytest.MonkeyPatch, program: Program) -> DemoView:
    """A demo that the user starts in a German window, which prints no ledger."""
    monkeypatch.setenv("LANGUAGE", "en")  # `choose` changes it; `monkeypatch` restores it
    languages.choose("de")
    try:
        assert program.make_demo
        return program.make_demo()
    finally:
        languages.choose("en")


def test_the_window_makes_its_bench_with_typed_and_stored_tokens(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty,) = runner.run("gui").windows
    (window,) = runner.run("gui bench.toml").windows
    assert (empty["source"], empty["failure"]) == ("", None)
    assert (window["source"], window["failure"]) == ("bench.toml", None)
    assert isinstance(window["program"].tokens, WindowTokens)
    with monkeypatch.context() as patch, closing(_german_demo(patch, window["program"])) as demo:
        assert isinstance(demo, Demo)
        assert demo.config.device[0].name == "Demo-Board"
    bench = window["program"].make_bench(window["config"], {})
    bench.stop()
    typed = window["program"].make_bench(window["config"], {"a": "typed-in"})
    typed.stop()
    tokens = [seen.tokens for seen in runner.given]
    assert tokens == [{"a": TOKEN, "b": ""}, {"a": "typed-in", "b": ""}]
    assert "typed-in" not in redaction.redact("typed-in")


def test_the_window_sees_the_ports_and_earlier_readings(runner: Runner) -> None:
    done = runner.run(f"{RUN} --journal earlier.db --json", looks=3)
    (window,) = runner.run("gui").windows
    program = window["program"]
    assert program.list_ports() == serial_ports()
    readings = {
        name: program.find_earlier(done.folder / "earlier.db", name).readings for name in ("board", "x")
    }
    assert readings["board"] == json.loads(done.out)["devices"][0]["journal"]["readings"] > readings["x"] == 0


def test_a_bench_file_without_a_device_cannot_be_run(runner: Runner) -> None:
    done = runner.run("run empty.toml", files={"empty.toml": '[bench]\nname = "Empty"\n'})
    assert (done.status, done.err) == (2, "empty.toml: has no [[device]]: add one, with a name and a port")


@pytest.mark.parametrize(
    ("system", "name", "has_one"),
    [
        ("win32", "", True),
        ("darwin", "", True),
        ("linux", "", False),
        ("linux", "DISPLAY", True),
        ("linux", "WAYLAND_DISPLAY", True),
        ("linux", "QT_QPA_PLATFORM", True),
        ("linux", "TERM", False),
    ],
)
def test_a_screen_is_known_by_the_system_or_a_variable(
    system: str, name: str, has_one: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(os, "environ", {name: "1"} if name else {})
    assert bridge._has_screen() is has_one


def test_a_token_is_asked_for_only_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, bool]]] = []

    def prompt(question: str, **how: bool) -> str:
        asked.append((question, how))
        return "typed"

    monkeypatch.setattr(click, "prompt", prompt)
    for stdin in (None, types.SimpleNamespace(isatty=lambda: False)):
        monkeypatch.setattr("app.commands.bridge.sys", types.SimpleNamespace(stdin=stdin))
        assert bridge.ask_for_token() is None
    terminal = types.SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr("app.commands.bridge.sys", types.SimpleNamespace(stdin=terminal))
    ask = bridge.ask_for_token()
    assert ask
    assert ask(verbatim("Auth token")) == "typed"
    assert asked == [("Auth token", {"hide_input": True, "err": True})]


def test_the_first_ctrl_c_ends_the_demo_and_the_second_its_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    drained = []

    def drain(_bench: Bench, stop: threading.Event, _patience_s: float) -> None:
        drained.append(stop.is_set())
        signal.raise_signal(signal.SIGINT)
        drained.append(stop.wait(PATIENCE_S))

    start = Bench.start

    def start_and_end(bench: Bench) -> None:
        start(bench)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("app.commands.bridge.drain", drain)
    monkeypatch.setattr(Bench, "start", start_and_end)
    CliRunner().invoke(cli, ["demo", "--headless"], standalone_mode=False)
    assert drained == [False, True]
