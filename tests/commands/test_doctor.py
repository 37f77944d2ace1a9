"""The options of `doctor`."""

from __future__ import annotations

import json

import pytest

from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from tests.commands.conftest import BENCH
from tests.commands.table import Done, Row, Runner, shape
from tests.processes import TOKEN

DOCTOR = "doctor bench.toml --listen 0 --json"


def checks(done: Done) -> list[str]:
    """What was looked at that hangs on the options."""
    found = {finding["check"] for finding in json.loads(done.out)["findings"]}
    return sorted(found & {"token", "board", "server"})


def devices(done: Done) -> list[str]:
    return sorted({finding.get("device", "") for finding in json.loads(done.out)["findings"]})


ROWS = {
    "doctor BENCH_FILE": Row(
        "doctor --json", "doctor bench.toml --json --listen 0", devices, [""], ["", "a", "b"]
    ),
    "doctor --listen": Row(DOCTOR, f"{DOCTOR} --listen 0.05", checks, ["token"], ["board", "token"]),
    "doctor --reach": Row(DOCTOR, f"{DOCTOR} --reach", checks, ["token"], ["server", "token"]),
    "doctor --json": Row("doctor --listen 0", "doctor --listen 0 --json", shape, "words", "JSON"),
}


@pytest.mark.parametrize("option", ROWS)
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option])


def test_the_server_of_the_bench_file_is_asked_and_what_is_wrong_is_exit_1(runner: Runner) -> None:
    with LocalCloud([Device("a", TOKEN)]) as cloud:
        files = {"reached.toml": BENCH.replace("http://127.0.0.1:9", cloud.url)}
        done = runner.run("doctor reached.toml --listen 0.05 --reach", files=files)
    said = done.out.splitlines()
    assert f"ok     {cloud.url} answers." in said
    assert len([line for line in said if line.startswith("WRONG  a: There is no port")]) == 1
    assert done.status == 1
