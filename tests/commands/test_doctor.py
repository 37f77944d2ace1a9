"""The options of `doctor`."""

from __future__ import annotations

import json

import pytest

from app.doctor.finding import Finding, Grade
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.messages.message import verbatim
from tests.commands.conftest import BENCH
from tests.commands.table import Done, Row, Runner, shape
from tests.processes import TOKEN

DOCTOR = "doctor bench.toml --listen 0 --json"


def checks(done: Done) -> list[str]:
    """The checks that have run, out of the three that depend on the options."""
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


def test_the_server_of_the_bench_file_is_asked_and_a_wrong_finding_is_exit_1(runner: Runner) -> None:
    with LocalCloud([Device("a", TOKEN)]) as cloud:
        files = {"reached.toml": BENCH.replace("http://127.0.0.1:9", cloud.url)}
        done = runner.run("doctor reached.toml --listen 0.05 --reach", files=files)
    said = done.out.splitlines()
    assert f"ok     {cloud.url} answers." in said
    assert len([line for line in said if line.startswith("WRONG  a: There is no port")]) == 1
    assert (done.status, done.err.splitlines()[0]) == (1, "Listening for 0.05 s…")


OK, NOTE, WRONG = (Finding("window", grade, verbatim(f"It is {grade}.")) for grade in Grade)


@pytest.mark.parametrize(
    ("findings", "said", "status"),
    [
        ([OK, NOTE], "Nothing is wrong.", 0),
        ([OK, WRONG], "1 thing is wrong.", 1),
        ([WRONG, NOTE, WRONG], "2 things are wrong.", 1),
    ],
)
def test_findings_are_printed_and_counted(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, findings: list[Finding], said: str, status: int
) -> None:
    monkeypatch.setattr("app.commands.doctor._examine", lambda *_: findings)
    done = runner.run("doctor")
    signs = {OK: "ok     It is ok.", NOTE: "note   It is note.", WRONG: "WRONG  It is wrong."}
    assert done.out.splitlines() == [signs[finding] for finding in findings]
    assert (done.status, done.err) == (status, f"{said}\n")
    done = runner.run("doctor --json")
    found = [
        {"check": "window", "grade": each.grade, "sentence": str(each.message), "code": "verbatim"}
        for each in findings
    ]
    assert json.loads(done.out) == {"ok": not status, "findings": found}
    assert (done.status, done.err) == (status, "")


def test_without_a_server_of_its_own_blynk_is_asked(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[set[str]] = []

    def reach(servers: set[str]) -> list[Finding]:
        asked.append(servers)
        return []

    monkeypatch.setattr("app.doctor.devices.reach", reach)
    runner.run("doctor --reach")
    runner.run("doctor bench.toml --listen 0 --reach")
    assert asked == [{"https://blynk.cloud"}, {"http://127.0.0.1:9"}]
