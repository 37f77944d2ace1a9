"""Runs Pinbridge's commands as processes, with ptys as boards, for tests of the way from board to cloud."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
import requests

from app.boards.recordings.format import Header, Record, RecordKind, pack, pack_header
from tests.last_words import ending
from tests.waiting import wait_until

if sys.platform != "win32":
    import pty
    import tty

ROOT = Path(__file__).parent.parent
TOKEN = "test-token-0123456789abcdef"
ENV = {**os.environ, "PINBRIDGE_T": TOKEN, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


class Cloud:
    """A local cloud in a process of its own; if it is killed and started again, it keeps its port."""

    def __init__(self, folder: Path, datastreams: str = "") -> None:
        self._devices = folder / "cloud-devices.toml"
        self._devices.write_text(f'[[device]]\nname = "board"\nauth_token = "{TOKEN}"\n{datastreams}')
        self._listen = "127.0.0.1:0"
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.start()

    def start(self) -> None:
        """Start the process and wait until it has printed its address."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", "cloud", "--listen", self._listen, "--devices", str(self._devices)],
            stdout=subprocess.PIPE,
            text=True,
            env=ENV,
            cwd=ROOT,
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        self.url = next(word for word in line.split() if word.startswith("http://")).rstrip("/.:,")
        self._listen = self.url.removeprefix("http://")

    def kill(self) -> None:
        """Kill the process, so that it cannot clean up."""
        assert self._process
        self._process.kill()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def play(self, *faults: dict[str, Any], seed: int = 0) -> Counter[str]:
        """Replace the faults that the cloud plays; return how often each of the old ones hit a request."""
        answer = requests.post(f"{self.url}/faults", json={"seed": seed, "fault": faults}, timeout=60)
        assert answer.status_code == 200, answer.text
        met = Counter[str]()
        for fault in answer.json()["ended"]:
            met[fault["fault"]] += fault["hits"]
        return met

    def hits(self) -> int:
        """How often the faults that the cloud plays have hit a request."""
        return sum(fault["hits"] for fault in requests.get(f"{self.url}/faults", timeout=60).json()["fault"])

    def received(self, target: str) -> list[Any]:
        """Every value that arrived for a target such as `v1` or `ds7`, in order."""
        named = {"dataStreamId": target[2:]} if target.startswith("ds") else {"pin": target}
        answer = requests.get(
            f"{self.url}/external/api/history", params={"token": TOKEN, **named}, timeout=60
        )
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["count"] == len(body["points"])
        return [value for _, _, value in body["points"]]

    def last(self, target: str, points: int) -> tuple[int, list[Any]]:
        """How many values have arrived for a pin, and the last `points` of them.

        Each of these is given as a list: number in the order of arrival, time in ms, value.
        """
        url = f"{self.url}/external/api/history"
        named = {"token": TOKEN, "pin": target}
        count = requests.get(url, params={**named, "after": str(2**31)}, timeout=60).json()["count"]
        after = str(max(0, count - points))
        return count, requests.get(url, params={**named, "after": after}, timeout=60).json()["points"]

    def wait_for(self, target: str, count: int, timeout_s: float = 60.0) -> None:
        """Wait until `count` values have arrived for a pin; fail if no new one arrives for `timeout_s`."""
        came, deadline_s = -1, 0.0
        while (there := self.last(target, 0)[0]) < count:
            if there > came:
                came, deadline_s = there, time.monotonic() + timeout_s
            assert time.monotonic() < deadline_s, f"{target}: {there} of {count} arrived"


@contextmanager
def local_cloud(folder: Path, datastreams: str = "") -> Iterator[Cloud]:
    """Start a local cloud as a process, which is killed at the end of the `with` block."""
    cloud = Cloud(folder, datastreams)
    try:
        yield cloud
    finally:
        cloud.kill()


class Board:
    """A pty in place of a board: the program reads from `port` what a test writes with `say`.

    A test that creates a `Board` is skipped on systems without ptys.
    """

    def __init__(self) -> None:
        pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)

    def say(self, data: bytes) -> None:
        """Send all of `data`."""
        while data:
            data = data[os.write(self.master, data) :]

    def wait_until_read(self, timeout_s: float = 60.0) -> None:
        """Wait until the bridge has read everything that was sent.

        `select` also sees what the kernel has taken from `say` and not yet moved to the slave's buffer, which
        FIONREAD does not count. It moves nothing while a read is about to ask for more, so the second look.
        """
        deadline_s = time.monotonic() + timeout_s
        quiet = 0
        while quiet < 2:
            quiet = 0 if select.select([self.slave], [], [], 0)[0] else quiet + 1
            assert time.monotonic() < deadline_s, "the bridge does not read"
            select.select([], [], [], 0.005)

    def unplug(self) -> None:
        """Close the pty, which the bridge takes for an unplugged board."""
        for end in (self.master, self.slave):
            if end >= 0:
                os.close(end)
        self.master = self.slave = -1


@contextmanager
def pty_board() -> Iterator[Board]:
    """Create a board, which is unplugged at the end of the `with` block."""
    board = Board()
    try:
        yield board
    finally:
        board.unplug()


class Gate:
    """A second device, which delays the idle time of a run (`--until-idle`) until `open` is called.

    Idle time begins when the program has tried to open every port. The port of this device is a recording in
    a named pipe, which the program cannot open before the gate writes to it. So a test has all the time that
    it needs to send.
    """

    entry = '[[device]]\nname = "gate"\nport = "replay:gate.pbrec"\n'
    """The device's entry, for the end of a bench file in the gate's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "gate.pbrec"
        os.mkfifo(self._path)

    def open(self) -> None:
        """Let the idle time begin."""
        wait_until(self._is_written)

    def _is_written(self) -> bool:
        try:
            pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            # The program has not opened its end of the pipe yet.
            return False
        os.write(pipe, pack_header(Header("gate", "COM1", 115200, 0)) + pack(Record(RecordKind.ENDED, 0, 0)))
        os.close(pipe)
        return True


def bench_file(folder: Path, port: str, server: str, extra: str = "") -> Path:
    """Write a bench file with one device named `board`, whose requests are not paced."""
    path = folder / "bench.toml"
    path.write_text(
        f'[bench]\nname = "Bench 1"\njournal = "bench.db"\n[[device]]\nname = "board"\nport = "{port}"\n'
        f'server = "{server}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n{extra}'
    )
    return path


class Process(subprocess.Popen[str]):
    """A process that is killed if its `with` block raises, so that failed tests do not wait for its end."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind:
            self.kill()
        super().__exit__(kind, error, trace)


def start(*arguments: str, prefix: Sequence[str] = (), stdin: int | None = None) -> Process:
    """Start `pinbridge ARGUMENTS` as a process, through the command `prefix` (such as `setpriv`) if given."""
    return Process(
        [*prefix, sys.executable, "-m", "app", *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENV,
        cwd=ROOT,
    )


def pinbridge(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run `pinbridge ARGUMENTS` to its end. Whatever the command is, it prints no traceback and no token."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        input=stdin,
        capture_output=True,
        env=ENV,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err
    assert TOKEN not in out + err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def wait_until_open(process: subprocess.Popen[str]) -> None:
    """Wait until a `pinbridge run` reports that its board's port is open."""
    read_until(process, "open", "lines come in")


def read_until(process: subprocess.Popen[str], *words: str) -> str:
    """Read standard error up to a line with one of these words and return all that was read."""
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if any(word in line for word in words):
            return "".join(said)
    raise AssertionError(f"the program ended before it printed {' or '.join(words)}: {''.join(said)}")


def finish(process: subprocess.Popen[str], timeout_s: float = 60) -> tuple[int, dict[str, Any]]:
    """Wait until a `pinbridge run --json` ends; return its exit status and the ledger's first device."""
    out, err = ending(process, timeout_s)
    assert TOKEN not in out + err
    return process.returncode, json.loads(out)["devices"][0]


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process with SIGKILL, which gives it no more time than a power cut."""
    process.kill()
    process.communicate()


def balances(ledger: dict[str, Any]) -> bool:
    """Whether a device's ledger adds up: its lines by verdict, and its readings by fate."""
    run, journal = ledger["run"], ledger["journal"]
    heard = ("accepted", "rejected", "comments", "blank", "partial")
    fates = ("forwarded", "superseded", "refused", "expired", "pending")
    return bool(
        run["lines"] == sum(run[key] for key in heard)
        and journal["readings"] == sum(journal[key] for key in fates)
    )
