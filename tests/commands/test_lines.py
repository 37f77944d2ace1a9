"""The options of `check` and `ports`."""

from __future__ import annotations

import json

import pytest
from serial.tools.list_ports_common import ListPortInfo

from tests.commands.table import Done, Row, Runner, shape


def verdicts(done: Done) -> list[str]:
    return [json.loads(line)["verdict"] for line in done.out.splitlines()]


CHECK = "check bad.txt --json"
BENCH = f"{CHECK} --bench bench.toml --device a"
GOOD, BAD = ["accepted", "accepted", "rejected"], ["accepted", "rejected", "rejected"]
ROWS = {
    "check FILE": Row(CHECK, "check good.txt --json", verdicts, GOOD, ["accepted"]),
    "check --bench": Row(CHECK, f"{CHECK} --bench strict.toml", verdicts, GOOD, BAD),
    "check --device": Row(BENCH, f"{BENCH} --device b", verdicts, GOOD, BAD),
    "check --json": Row("check bad.txt", CHECK, shape, "words", "JSON"),
    "ports --json": Row("ports", "ports --json", shape, "words", "JSON"),
}


@pytest.fixture
def _two_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyserial list two ports: one of an Arduino Uno, and one without details."""
    uno, plain = ListPortInfo("/dev/ttyACM0"), ListPortInfo("/dev/ttyS0")
    uno.vid, uno.pid, uno.serial_number = 0x2341, 0x43, "8573"
    uno.location, uno.description = "1-1.2", "Arduino Uno"
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [plain, uno])


@pytest.mark.parametrize("option", ROWS)
@pytest.mark.usefixtures("_two_ports")
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])


@pytest.mark.usefixtures("_two_ports")
def test_ports_are_listed_with_all_their_details(runner: Runner) -> None:
    done = runner.run("ports --json")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == [
        {
            "name": "/dev/ttyACM0",
            "description": "Arduino Uno",
            "vid_pid": "2341:0043",
            "serial_number": "8573",
            "location": "1-1.2",
        },
        {"name": "/dev/ttyS0", "description": "", "vid_pid": "", "serial_number": "", "location": ""},
    ]
    assert runner.run("ports").out == "/dev/ttyACM0  Arduino Uno  2341:0043 8573  1-1.2\n/dev/ttyS0  \n"


def test_without_ports_it_says_what_to_do(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serial.tools.list_ports.comports", list)
    done = runner.run("ports")
    assert (done.status, done.out) == (0, "")
    assert done.err == "There is no serial port: plug a board in, with a cable that carries data.\n"
    assert runner.run("ports --json").out == "[]\n"


def test_a_file_without_a_name_is_standard_input(runner: Runner) -> None:
    assert verdicts(runner.run("check --json", stdin="v1=1\n# hi\n")) == ["accepted", "comment"]
    assert verdicts(runner.run("check - --json", stdin="v1=\n")) == ["rejected"]


def test_a_device_is_one_of_a_bench_file(runner: Runner) -> None:
    done = runner.run("check good.txt --device a")
    said = "--device names a device of a bench file: give --bench BENCH.toml too"
    assert (done.status, done.out, done.err) == (2, "", said)
