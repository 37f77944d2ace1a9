"""The program never writes a token to a file or an output, whatever fails and whatever the board prints.

The only exception is the value of a reading, which is kept and sent as it came.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from app.journal.streams.segments import unpack_values
from app.localcloud.devices import Device
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.server import LocalCloud
from tests.cloud.rude_server import RudeServer, answer
from tests.localcloud.conftest import faults_of
from tests.processes import ENV, ROOT, pty_board
from tests.waiting import wait_until

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

TOKEN = "s3cr3t/t0ken+with%odd&signs=0123456789"
SPELLINGS = {
    "plain": TOKEN,
    "quoted": quote(TOKEN, safe=""),
    "quoted in part": quote(TOKEN),
    "quoted twice": quote(quote(TOKEN, safe=""), safe=""),
    "JSON": json.dumps(TOKEN)[1:-1],
    "its first half": TOKEN[:19],
    "its second half": TOKEN[19:],
}
_NEEDED: dict[FaultKind, dict[str, Any]] = {
    FaultKind.RATE_LIMIT: {"requests_per_s": 1},
    FaultKind.QUOTA: {"messages": 0},
    FaultKind.LATENCY: {"delay_s": 0.05},
    FaultKind.DOWN: {"down_s": 0.1, "count": 1},
    FaultKind.NO_ANSWER: {"hold_s": 0.1},
    FaultKind.LOST_ANSWER: {"hold_s": 0.1},
}
ECHO = "\r\n".join(
    ["# boot", f"# connecting with {TOKEN}", TOKEN, f"token={TOKEN}", f"v1={TOKEN}", f"v256={TOKEN}", "v1=1"]
)
# Runs the program with unforeseen internal errors, whose texts all contain the token.
SABOTAGE = """
import logging, os, sys, threading, warnings
from urllib.parse import quote
import app.commands.bridge as bridge
from app.cli import main
text = "https://blynk.cloud/update?token=" + quote(os.environ["PINBRIDGE_T"], safe="")
def boom():
    logging.getLogger("urllib3.connectionpool").warning("Retrying after connection broken: %s", text)
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=ValueError(text))
    warnings.warn(text)
    print(text, os.environ["PINBRIDGE_T"], file=sys.stderr)
    raise RuntimeError(text)
def run(*arguments, **keys):
    thread = threading.Thread(target=boom)
    thread.start()
    thread.join()
    original(*arguments, **keys)
    raise KeyError(os.environ["PINBRIDGE_T"])
original, bridge.run = bridge.run, run
main()
"""


class Program:
    """A process of the program that keeps all its files and its output below one folder."""

    def __init__(self, folder: Path, *command: str, **environment: str) -> None:
        home = folder / "home"
        home.mkdir(exist_ok=True)
        places = {"HOME": str(home), "TMPDIR": str(home), "PINBRIDGE_T": TOKEN}
        places |= {f"XDG_{kind}_HOME": str(home / kind) for kind in ("DATA", "CONFIG", "STATE", "CACHE")}
        self.out, self.err = folder / "out.txt", folder / "err.txt"
        with self.out.open("ab") as out, self.err.open("ab") as err:
            everything = {**ENV, **places, **environment}
            self._process = subprocess.Popen(
                [sys.executable, *command], stdout=out, stderr=err, env=everything, cwd=ROOT
            )

    def said(self, text: str) -> bool:
        return text in self.err.read_text()

    def command_lines(self) -> bytes:
        """The command lines of the process and of its child processes."""
        pid = self._process.pid
        listed = Path(f"/proc/{pid}/task/{pid}/children")
        started = listed.read_text().split() if listed.exists() else []
        return b"".join(Path(f"/proc/{one}/cmdline").read_bytes() for one in [str(pid), *started])

    def end(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        return self._process.wait(60)


def assert_no_token(folder: Path, **more: bytes) -> None:
    """Assert that no spelling of the token is in a file below `folder` or in the data of `more`."""
    found = {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()} | more
    for name, data in found.items():
        for spelling, text in SPELLINGS.items():
            for encoded in (text.encode(), text.lower().encode(), text.encode("utf-16-le")):
                assert encoded not in data, f"{spelling} in {name}"


def device(name: str, port: str, server: str, token: str = "T", extra: str = "") -> str:
    return (
        f'[[device]]\nname = "{name}"\nport = "{port}"\nserver = "{server}"\n{extra}'
        f'auth_token = "env:PINBRIDGE_{token}"\nrequests_per_s = 0\n'
    )


def was_met(cloud: LocalCloud) -> bool:
    """Whether a call has met the only fault of `cloud`; False while the cloud is down."""
    with suppress(requests.ConnectionError):
        return [fault["hits"] for fault in faults_of(cloud)] == [1]
    return False


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc here")
def test_every_failure_of_the_cloud_at_once(tmp_path: Path) -> None:
    kinds = [kind for kind in FaultKind if kind is not FaultKind.DOWN]
    tokens = {f"T{number}": f"{TOKEN}{number}" for number in range(len(kinds))}
    faults = [Fault(fault=kind, device=kind.value, **_NEEDED.get(kind, {})) for kind in kinds]
    clouded = [Device(kind.value, tokens[f"T{n}"], open=True) for n, kind in enumerate(kinds)]
    with LocalCloud(clouded, faults=FaultsFile(fault=tuple(faults))) as cloud:
        file = tmp_path / "bench.toml"
        devices = [device(kind.value, "simulated:", cloud.url, f"T{n}") for n, kind in enumerate(kinds)]
        file.write_text('[bench]\njournal = "b.db"\n' + "".join(devices))
        environment = {f"PINBRIDGE_{name}": token for name, token in tokens.items()}
        program = Program(tmp_path, "-m", "app", "run", str(file), "--json", **environment)
        wait_until(lambda: all(fault["hits"] for fault in faults_of(cloud)))
        wait_until(lambda: program.said("The cloud has a server error"))
        down = Fault(fault=FaultKind.DOWN, **_NEEDED[FaultKind.DOWN])
        cloud.set_faults(FaultsFile(fault=(down,)))
        wait_until(lambda: was_met(cloud))
        lines = program.command_lines()
        assert program.end() == 0
    ledger = json.loads(program.out.read_text())
    assert len(ledger["devices"]) == len(kinds)
    assert_no_token(tmp_path, command_lines=lines)


def test_a_board_that_prints_the_token_and_a_cloud_that_repeats_it(tmp_path: Path) -> None:
    words = f"Value doesn't match the Datastream data type in update?token={quote(TOKEN, safe='')}"
    refusal = json.dumps({"error": {"message": words}}).encode()
    with RudeServer(answer("400 Bad Request", refusal)) as cloud, pty_board() as board:
        file = tmp_path / "bench.toml"
        typed = '[[device.datastream]]\nvirtual_pin = 1\ntype = "int"\n'
        entry = device("board", board.port, cloud.url, extra="record = true\n")
        file.write_text(f'[bench]\njournal = "b.db"\n{entry}{typed}')
        program = Program(tmp_path, "-m", "app", "run", str(file), "--json")
        wait_until(lambda: program.said("open"))
        board.say(f"{ECHO}\r\n".encode())
        wait_until(lambda: _counts(tmp_path / "b.db") == (1, 1))
        assert program.end() == 0
        assert len(list(tmp_path.rglob("*.pbrec"))) == 1
        for command in ("rejected", "refused"):
            Program(tmp_path, "-m", "app", command, str(file)).wait()
    shown = program.out.read_text() + program.err.read_text()
    assert "connecting" not in shown or "[token]" in shown
    assert "Value doesn't match the Datastream data type in update?token=[token]" in shown
    assert "v256=[token]" in shown
    assert_no_token(tmp_path)


def test_a_value_is_data_of_the_board_and_is_kept_and_sent_as_it_came(tmp_path: Path) -> None:
    with LocalCloud([Device("board", TOKEN, open=True)]) as cloud, pty_board() as board:
        file = tmp_path / "bench.toml"
        file.write_text(f'[bench]\njournal = "b.db"\n{device("board", board.port, cloud.url)}')
        program = Program(tmp_path, "-m", "app", "run", str(file), "--json")
        wait_until(lambda: program.said("open"))
        board.say(f"# boot\r\nv1={TOKEN}\r\n".encode())
        wait_until(lambda: _counts(tmp_path / "b.db")[0] == 1)
        program.end()
    with closing(sqlite3.connect(tmp_path / "b.db")) as connection:
        (values,) = connection.execute("SELECT vals FROM segment").fetchone()
    assert unpack_values(values) == [TOKEN]
    shown = {"out": program.out.read_bytes(), "err": program.err.read_bytes()}
    assert_no_token(tmp_path / "home", **shown)


def test_an_internal_error_is_reported_without_the_token(tmp_path: Path) -> None:
    file = tmp_path / "bench.toml"
    file.write_text(f'[bench]\njournal = "b.db"\n{device("board", "simulated:", "http://127.0.0.1:9")}')
    program = Program(tmp_path, "-c", SABOTAGE, "run", str(file), "--for", "0.2")
    assert program.wait() == 1
    (log,) = (tmp_path / "home").rglob("pinbridge.log")
    for text in (log.read_text(), program.err.read_text()):
        assert "RuntimeError: https://blynk.cloud/update?token=[token]" in text
        assert "KeyError: '[token]'" in text
    assert "Retrying after connection broken: https://blynk.cloud/update?token=[token]" in log.read_text()
    assert "ValueError: https://blynk.cloud/update?token=[token]" in log.read_text()
    assert_no_token(tmp_path)


def _counts(journal: Path) -> tuple[int, int]:
    """How many readings the journal holds, and how many of them were refused."""
    if not journal.exists():
        return 0, 0
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT sum(next_seq - 1), sum(refused) FROM stream").fetchone()
    return int(row[0] or 0), int(row[1] or 0)
