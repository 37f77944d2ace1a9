"""`doctor` runs every check exactly once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.doctor.finding import Finding, Grade
from app.messages.message import verbatim
from tests.commands.table import Runner

ONE = ("computer.python", "computer.clock", "computer.keyring_present", "computer.window")
SEVERAL = ("ports.ports", "ports.boards_without_port", "ports.grabbers", "places.journal")
BENCH = '[bench]\nname = "Two"\nmax_journal_mb = 7\n'


def test_each_check_runs_once(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[tuple[str, tuple[object, ...]]] = []

    def noting(name: str, given: Callable[[], object]) -> Callable[..., object]:
        def look(*about: object) -> object:
            looks.append((name, about))
            return given()

        return look

    for name in ONE:
        given = noting(name, lambda: Finding("x", Grade.OK, verbatim("Well.")))
        monkeypatch.setattr(f"app.doctor.{name}", given)
    for name in SEVERAL:
        monkeypatch.setattr(f"app.doctor.{name}", noting(name, tuple))
    monkeypatch.setattr("app.doctor.devices.proxy", noting("devices.proxy", lambda: None))
    done = runner.run("doctor small.toml", files={"small.toml": BENCH})
    assert [name for name, _ in looks] == [*ONE, *SEVERAL, "devices.proxy"]
    assert looks[-2][1][1] == 7
    assert looks[-1][1] == ({"https://blynk.cloud"},)
    assert (done.status, len(done.out.splitlines())) == (0, len(ONE))
