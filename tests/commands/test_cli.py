"""The interface of the command line: output, exit status, and one line for each error."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from app import cli
from app.bench.bench import BenchError
from app.config.errors import ConfigError
from app.journal.file.schema import JournalError
from app.security.tokens import TokenError
from tests.last_words import ending
from tests.processes import (
    ENV,
    ROOT,
    TOKEN,
    balances,
    bench_file,
    finish,
    local_cloud,
    pinbridge,
    read_until,
    start,
)

Main = Callable[..., tuple[object, str, str]]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Main:
    """Runs the console script in this process. Returns exit status, standard output and standard error."""
    monkeypatch.setenv("PINBRIDGE_T", TOKEN)
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))

    def call(*arguments: str, stdin: str | None = "") -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["pinbridge", *arguments])
        monkeypatch.setattr(sys, "stdin", None if stdin is None else io.StringIO(stdin))
        monkeypatch.setattr(sys, "stderr", sys.stderr)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        written = capsys.readouterr()
        assert TOKEN not in written.out + written.err
        return ended.value.code, written.out, written.err

    return call


def test_check_prints_one_object_a_line() -> None:
    done = pinbridge("check", "--json", stdin=b"v1=100\nv256=1\r\n# hi\n\nv4=13.4,52.5\nv1=\xff\nv1=2")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert lines[0] == {
        "line": 1,
        "text": "v1=100",
        "verdict": "accepted",
        "target": "v1",
        "value": 100,
        "type": "int",
    }
    assert (lines[1]["verdict"], lines[1]["reason"]) == ("rejected", "wrong_pin")
    assert lines[1]["hint"]
    assert lines[2] == {"line": 3, "text": "# hi", "verdict": "comment"}
    assert lines[3] == {"line": 4, "text": "", "verdict": "blank"}
    assert lines[5]["text"] == "v1=\ufffd"
    assert lines[6]["value"] == 2
    assert done.stderr == ""


def test_check_knows_the_bench_file(main: Main, tmp_path: Path) -> None:
    bench = tmp_path / "bench.toml"
    bench.write_text(
        '[[device]]\nname = "a"\nport = "COM1"\nunknown_pins = "reject"\n[[device.datastream]]\n'
        'virtual_pin = 1\ntype = "location"\n[[device]]\nname = "b"\nport = "COM2"\n'
    )
    file = tmp_path / "lines.txt"
    file.write_bytes(b"v1=13.4,52.5\nv2=1\n")
    status, out, _ = main("check", str(file), "--bench", str(bench), "--device", "a", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, lines[0]["value"], lines[1]["reason"]) == (1, [13.4, 52.5], "unknown_pin")
    status, _, err = main("check", str(file), "--bench", str(bench))
    assert (status, "--device: a or b" in err) == (2, True)


def test_check_prints_text_without_json(main: Main, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("v1=3\nv2=inf\nv3=nan\n")
    (tmp_path / "b.txt").write_text("v1=3\nv2=inf\n")
    (tmp_path / "c.txt").write_text("v1=3\n")
    status, out, err = main("check", str(tmp_path / "a.txt"))
    assert (status, "2: rejected: v2=inf" in out, err) == (1, True, "2 lines were rejected.\n")
    assert main("check", str(tmp_path / "b.txt"))[2] == "1 line was rejected.\n"
    assert main("check", str(tmp_path / "c.txt")) == (0, "1: accepted: v1=3\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("run", "give a bench file, or --port with --server and --auth-token"),
        ("run none.toml", "none.toml: cannot be read: No such file or directory"),
        (
            "run --port COM1 --server http://example.com --auth-token env:PINBRIDGE_T",
            "server would send the token unencrypted to example.com: write https://example.com",
        ),
        (
            "run --port COM1 --server https://blynk.cloud --auth-token secret",
            "auth_token names the place of the token, never the token",
        ),
        (
            "run --port simulated: --server https://blynk.cloud --auth-token env:PINBRIDGE_NONE",
            'device "board": the environment variable PINBRIDGE_NONE is not set: set it',
        ),
        ("run --port COM1 --server https://blynk.cloud", "server and auth_token go together"),
        ("run --port COM1 --batch --journal //x/y", "journal names a network share or a device"),
        ("run bench.toml --port COM1", "give a bench file, or --port and the other options, not both"),
        ("run bench.toml --journal j.db", "give a bench file, or --port and the other options, not both"),
        ("export --journal none.db --output -", "none.db: there is no such journal"),
        (
            "export --journal none.db --output - --from yesterday",
            "--from yesterday: write a time such as 2026-07-01T12:00:00",
        ),
        ("export --journal none.db --output - --to never", "--to never: write a time such as"),
        (
            "export --journal none.db --output - --separator , --decimal ,",
            "--separator and --decimal are the same: with --decimal , choose --separator ;",
        ),
        ("export --journal none.db --output - --separator ;;", "--separator must be one character"),
        ('export --journal none.db --output - --separator "', "--separator must be one character"),
        ("cloud --listen nowhere", "--listen nowhere: write HOST:PORT, such as 127.0.0.1:8080"),
        ("demo --faults none.toml", "none.toml: cannot be read"),
        ("demo --seconds 0", "Invalid value for '--seconds': 0.0 is not in the range x>0"),
        ("demo --seconds soon", "Invalid value for '--seconds': soon is not a finite number: write one"),
        (
            "run --baud-rate 9600.5",
            "Invalid value for '--baud-rate': 9600.5 is not a whole number: write one",
        ),
        ("frobnicate", "No such command 'frobnicate'."),
    ],
)
def test_a_usage_error_is_one_line_and_exit_2(main: Main, arguments: str, said: str) -> None:
    status, out, err = main(*arguments.split())
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"pinbridge: {said}")
    assert "secret" not in err


def test_a_command_without_its_subcommand_prints_its_help(main: Main) -> None:
    status, out, err = main("token")
    assert (status, out) == (2, "")
    assert err == main("token", "--help")[1]


def test_a_process_with_a_usage_error_exits_with_2() -> None:
    done = pinbridge("run", "none.toml")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def ends(error: BaseException) -> Callable[..., None]:
    def command(**_: Any) -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (click.UsageError("what to\nwrite"), 2, "pinbridge: what to write\n"),
        (ConfigError("verbatim", text="bench.toml: a key"), 2, "pinbridge: bench.toml: a key\n"),
        (BenchError("verbatim", text="a bench"), 2, "pinbridge: a bench\n"),
        (TokenError("verbatim", text="a token"), 2, "pinbridge: a token\n"),
        (JournalError("verbatim", text="a journal"), 2, "pinbridge: a journal\n"),
        (JournalError("verbatim", text="a\nb.db: no journal"), 2, "pinbridge: a b.db: no journal\n"),
        (click.Abort(), 1, ""),
        (KeyboardInterrupt(), 1, ""),
        (OSError(errno.EACCES, "No entry", b"a\nb"), 2, "pinbridge: a b: No entry: name another place\n"),
        (OSError(errno.ENOSPC, "Full", "a"), 2, "pinbridge: a: Full: name another place\n"),
        (
            OSError(errno.ENOENT, "None"),
            2,
            "pinbridge: the current folder no longer exists: change to another one\n",
        ),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 0, ""),
        *(
            (
                OSError(number, "Full"),
                2,
                "pinbridge: the output cannot be written: Full: redirect it to another place\n",
            )
            for number in (errno.ENOSPC, errno.EFBIG, errno.EIO)
        ),
    ],
)
def test_each_error_has_its_message_and_exit_status(
    main: Main, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: BaseException, status: int, said: str
) -> None:
    monkeypatch.setattr(cli.cli, "main", ends(error))
    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr(sys.stdout, "fileno", out.fileno, raising=False)
        assert main() == (status, "", said)
        # Standard output was redirected to nowhere, so that flushing its buffer at exit cannot fail.
        goes_nowhere = os.path.samestat(os.fstat(out.fileno()), Path(os.devnull).stat())
    assert goes_nowhere is (isinstance(error, OSError) and not error.filename and error.errno != errno.ENOENT)


@pytest.mark.parametrize("error", [OSError(errno.ENODEV, "No such device"), ZeroDivisionError()])
@pytest.mark.usefixtures("main")
def test_an_internal_error_is_no_usage_error(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    monkeypatch.setattr(cli.cli, "main", ends(error))
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    with pytest.raises(type(error)):
        cli.main()


@pytest.mark.parametrize(("given", "status"), [(0, 0), (1, 1), (None, 0)])
def test_the_exit_status_is_what_the_command_returns(
    main: Main, monkeypatch: pytest.MonkeyPatch, given: object, status: int
) -> None:
    seen: list[object] = []

    def command(**how: object) -> object:
        seen.append((how, signal.getsignal(signal.SIGINT)))
        with sys.stdin as nothing:
            assert nothing.read() == ""
        return given

    monkeypatch.setattr(cli.cli, "main", command)
    # As `app.__main__` sets it while the program loads.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    assert main(stdin=None) == (status, "", "")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert main() == (status, "", "")
    how = {"standalone_mode": False}
    assert seen == [(how, signal.default_int_handler), (how, signal.SIG_IGN)]


def test_without_a_command_the_window_opens(main: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path | None] = []

    def open_window(file: Path | None, **_: object) -> int:
        opened.append(file)
        return 0

    monkeypatch.setattr("app.commands.bridge.open_window", open_window)
    assert main() == (0, "", "")
    assert opened == [None]
    assert main("ports", "--json")[0] == 0
    assert opened == [None]


def test_without_a_screen_the_window_is_a_usage_error(main: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "pinbridge: there is no screen for a window: use pinbridge run BENCH.toml\n"
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("ui.application.run_window", lambda *_, **__: 0)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main("gui") == (2, "", said)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        with monkeypatch.context() as screen:
            screen.setenv(name, "there")
            assert main("gui") == (0, "", "")
    for platform in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", platform)
        assert main("gui") == (0, "", "")


def test_a_run_by_options_and_its_export(tmp_path: Path) -> None:
    journal = tmp_path / "j.db"
    with local_cloud(tmp_path, "open = true\n") as cloud:
        options = (
            "--port",
            "simulated:",
            "--name",
            "bench 7",
            "--server",
            cloud.url,
            "--requests-per-s",
            "0",
        )
        forwarding = ("--auth-token", "env:PINBRIDGE_T", "--journal", str(journal), "--json")
        with start("run", *options, *forwarding) as bridge:
            read_until(bridge, "the cloud takes readings")
            bridge.terminate()
            status, device = finish(bridge)
        assert (status, device["name"]) == (0, "bench 7")
        assert balances(device)
        assert device["journal"]["readings"] > 0
    output = tmp_path / "out.csv"
    pinbridge("export", "--journal", str(journal), "--output", str(output), "--separator", ";")
    rows = output.read_text().splitlines()
    assert rows[0] == "id;received_at;device;target;value;fate"
    assert len(rows) == device["journal"]["readings"] + 1


def test_a_run_imports_no_qt() -> None:
    script = "import sys, app.cli; print([name for name in sys.modules if 'PySide' in name or 'Qt' in name])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=ENV, cwd=ROOT, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_demo_is_whole() -> None:
    done = pinbridge("demo", "--headless", "--seconds", "1")
    assert done.returncode == 0, done.stderr
    device = json.loads(done.stdout)["devices"][0]
    counts = device["journal"]
    assert counts["readings"] == counts["forwarded"]
    assert counts["pending"] == 0
    assert f"holds {counts['readings']} readings" in done.stderr


def test_a_device_that_left_the_bench_file_is_an_orphan(tmp_path: Path) -> None:
    for name in ("first", "second"):
        bench = bench_file(tmp_path, "simulated:", "http://127.0.0.1:9")
        bench.write_text(bench.read_text().replace('name = "board"', f'name = "{name}"'))
        with start("run", str(bench), "--json") as bridge:
            read_until(bridge, "lines come in")
            bridge.terminate()
            out, _ = ending(bridge)
    first = json.loads(out)["devices"][1]
    assert (first["name"], first["orphan"]) == ("first", True)
    assert first["journal"]["held"] == first["journal"]["pending"] > 0
