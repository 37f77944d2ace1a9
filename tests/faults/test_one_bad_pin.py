"""One bad pin, property or answer costs the other pins neither their readings nor much time."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.faults.picky_cloud import Answers, PickyCloud
from tests.faults.talker import Talker
from tests.last_words import ending
from tests.processes import Gate, bench_file, finish, pty_board, start, wait_until_open

ODD = (400, b'{"error":{"message":"Odd."}}')
TOO_MANY = (422, b'{"error":"Too many requests, slow down"}')
OK = (200, b"")
PLAYED_S = 1800.0
"""How long the long test plays its clouds."""
WORST_S = 5.0
"""How late the value of a pin that the cloud accepts may be."""


def run(folder: Path, answers: Answers, *values: str) -> tuple[int, dict[str, Any], str]:
    """Play a board that prints `values` to `pinbridge run`, until nothing is left that could be sent.

    Returns the exit status, the ledger and what was said.
    """
    with PickyCloud(answers) as cloud, pty_board() as board:
        gate = Gate(folder)
        file = bench_file(folder, board.port, cloud.url, gate.entry)
        with start("run", str(file), "--until-idle", "0.5", "--json") as process:
            wait_until_open(process)
            board.say("".join(f"{value}\n" for value in ("# boot", *values)).encode())
            board.wait_until_read()
            gate.open()
            out, err = ending(process, 60)
    return process.returncode, json.loads(out)["devices"][0], err


def test_a_stray_answer_costs_no_reading(tmp_path: Path) -> None:
    left = [ODD]
    status, ledger, _ = run(tmp_path, lambda _: left.pop() if left else OK, "v1=1", "v1=2")
    assert (status, ledger["journal"]["forwarded"], ledger["journal"]["pending"]) == (0, 2, 0)


@pytest.mark.parametrize("bad", ["v2", "v2.label"])
def test_a_pin_that_is_never_accepted_does_not_hold_up_others(tmp_path: Path, bad: str) -> None:
    with PickyCloud(lambda values: ODD if bad in values else OK) as cloud, pty_board() as board:
        file = bench_file(tmp_path, board.port, cloud.url)
        with start("run", str(file), "--json") as process:
            wait_until_open(process)
            board.say(f"# boot\n{bad}=7\n".encode())
            cloud.wait_for(bad, 1)
            for number in range(1, 6):
                board.say(f"v0={number}\n".encode())
                # Without the success of v0, the device would pause for minutes.
                cloud.wait_for("v0", number)
            process.terminate()
            status, ledger = finish(process)
    assert status == 0
    assert (ledger["journal"]["forwarded"], ledger["journal"]["pending"]) == (5, 1)


def test_words_about_a_limit_refuse_nothing_and_an_error_in_a_200_counts(tmp_path: Path) -> None:
    limits = [TOO_MANY, TOO_MANY]

    def answers(values: dict[str, str]) -> tuple[int, bytes]:
        if "v9" in values:
            return 200, b'{"error":{"message":"No datastream setup for that pin."}}'
        return limits.pop() if limits else (201, b"")

    status, ledger, err = run(tmp_path, answers, "v1=1", "v1=2", "v9=3")
    assert (status, ledger["journal"]["forwarded"], ledger["journal"]["refused"]) == (1, 2, 1)
    assert "kip" not in err  # Nobody is told to skip a reading.


@pytest.mark.long
def test_a_run_does_not_wait_for_a_pin_that_is_not_accepted(tmp_path: Path) -> None:
    status, ledger, _ = run(tmp_path, lambda values: ODD if "v2" in values else OK, "v0=1", "v2=2")
    assert (status, ledger["journal"]["forwarded"], ledger["journal"]["pending"]) == (1, 1, 1)


def _stray() -> Answers:
    left = [(404, b"no such page")]
    seen: list[int] = []

    def answers(_values: dict[str, str]) -> tuple[int, bytes]:
        seen.append(1)
        return left.pop() if left and len(seen) > 100 else OK

    return answers


def _limiter() -> Answers:
    """Refuses v2 because of a limit, and every fiftieth call of the other pins once."""
    numbers: Iterator[int] = iter(range(1, 1_000_000))

    def answers(values: dict[str, str]) -> tuple[int, bytes]:
        if "v2" in values:
            return TOO_MANY
        return (400, b'{"message":"Request limit exceeded"}') if next(numbers) % 50 == 0 else OK

    return answers


_CLOUDS: dict[str, tuple[float, tuple[str, ...], str, Answers]] = {
    "one stray 404": (1.0, ("v0", "v1", "v2", "v3"), "", _stray()),
    "v2 in unknown words": (4.0, ("v0", "v2"), "v2", lambda values: ODD if "v2" in values else OK),
    "a property": (4.0, ("v0", "v2.label"), "v2.label", lambda values: OK if "v0" in values else ODD),
    "a limiter": (4.0, ("v0", "v1", "v2", "v3"), "v2", _limiter()),
    "in batches": (4.0, ("v0", "v1", "v2", "v3"), "v2", lambda values: ODD if "v2" in values else OK),
}
"""The cadence and the targets of each board, its bad target, and what its cloud answers."""


@pytest.mark.long
def test_for_half_an_hour_no_good_pin_is_later_than_seconds(tmp_path: Path) -> None:
    """Seconds are measured here because the time until a value arrives is the promise itself."""
    with ExitStack() as stack:
        text = '[bench]\njournal = "bench.db"\n'
        boards, clouds = {}, {}
        for name, (_, _, _, answers) in _CLOUDS.items():
            boards[name] = stack.enter_context(pty_board())
            clouds[name] = stack.enter_context(PickyCloud(answers))
            text += f'[[device]]\nname = "{name}"\nport = "{boards[name].port}"\nrequests_per_s = 0\n'
            text += f'server = "{clouds[name].url}"\nauth_token = "env:PINBRIDGE_T"\n'
            text += f"batch = {str(name == 'in batches').lower()}\n"
        file = tmp_path / "bench.toml"
        file.write_text(text)
        process = stack.enter_context(start("run", str(file), "--json"))
        for _ in _CLOUDS:
            wait_until_open(process)
        talkers = {
            name: Talker(boards[name], cadence_s, targets)
            for name, (cadence_s, targets, _, _) in _CLOUDS.items()
        }
        for name, talker in talkers.items():
            boards[name].say(b"# boot\n")
            talker.start()
        time.sleep(PLAYED_S)
        for talker in talkers.values():
            talker.stop()
        time.sleep(WORST_S)
        process.terminate()
        out, _ = ending(process, 60)
        worst = {
            f"{name}: {target}": max(
                clouds[name].accepted(target).get(str(number), math.inf) - said_s
                for number, said_s in enumerate(talkers[name].said_s)
            )
            for name, (_, targets, bad, _) in _CLOUDS.items()
            for target in targets
            if target != bad
        }
        calls = {name: clouds[name].calls(bad) for name, (_, _, bad, _) in _CLOUDS.items() if bad}
    print({pin: round(late_s, 3) for pin, late_s in worst.items()}, "calls of bad targets:", calls)
    assert max(worst.values()) <= WORST_S
    for device in json.loads(out)["devices"]:
        assert device["journal"]["refused"] <= (2 * PLAYED_S / 600 if device["name"] != "a limiter" else 0)
