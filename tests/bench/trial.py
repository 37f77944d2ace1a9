"""A bench on trial: a bench file, a terminal as its board, a local cloud that tells which calls came, and a
clock that stands at noon of a day in the middle of a month unless it is told to move.

Whatever is looked at is looked at from outside: in the cloud, at the terminal, in files, in the status.
"""

from __future__ import annotations

import os
import select
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

import pytest
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import tokens
from app.bench import Bench
from app.boards.sources import OpenPort, open_source
from app.config import BenchConfig, parse
from app.journal.journal import Journal
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.status import DeviceStatus, JournalCounts, LinkState
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch
from tests.processes import Board, wait_until

_T = TypeVar("_T")

NOON_US = 1_794_744_000_000_000
"""2026-11-15, 12:00 UTC."""
DAY_US = 86_400_000_000
PATIENCE_S = 60.0
"""A net for what never comes; nothing is measured with it."""


class Call(NamedTuple):
    """A call as the cloud got it, without its token."""

    words: str
    """`update v1=5`, `batch/update pin=v1 [[…]]`."""
    at_s: float
    """By the trial's clock."""


class Calls:
    """Which calls came, by token."""

    def __init__(self) -> None:
        self.now_s: Callable[[], float] = lambda: 0.0
        self._by_token: dict[str, list[Call]] = {}

    def of(self, token: str) -> list[Call]:
        """The calls of one token so far."""
        return list(self._by_token.get(token, ()))

    def add(self, path: str, query: str, body: bytes) -> None:
        """One more."""
        pairs = parse_qsl(query, keep_blank_values=True)
        words = [path.removeprefix("/external/api/"), *(f"{key}={value}" for key, value in pairs[1:])]
        call = Call(" ".join(filter(None, [*words, body.decode()])), self.now_s())
        assert pairs[0][0] == "token"
        self._by_token.setdefault(pairs[0][1], []).append(call)


class _Listening:
    """Stands before a cloud's routes and writes down what comes."""

    def __init__(self, app: ASGIApp, calls: Calls) -> None:
        self._app, self._calls = app, calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""

        async def tapped() -> Message:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            return message

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Before the answer leaves: who has it finds the call here.
                self._calls.add(scope["path"], scope["query_string"].decode(), body)
            await send(message)

        if scope["type"] == "http":
            await self._app(scope, tapped, answer)
        else:
            await self._app(scope, receive, send)


class TrialCloud:
    """A local cloud of many open devices, one for each trial, or of those with the given tokens."""

    def __init__(self, *given: str) -> None:
        self.calls = Calls()
        self._tokens = given or [f"trial-token-{number:04}" for number in range(500)]
        self._cloud = LocalCloud(
            [Device(token, token, open=True) for token in self._tokens],
            middleware=[Middleware(_Listening, calls=self.calls)],
        )
        self._free = iter(self._tokens)

    def __enter__(self) -> TrialCloud:
        self._cloud.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._cloud.stop()

    @property
    def url(self) -> str:
        return self._cloud.url

    def token(self) -> str:
        """The token of a device that no other trial has."""
        return next(self._free)


class Terminal(Board):
    """A pty that also tells what the program made of it and sent to it."""

    def settings(self) -> list[int | list[bytes | int]]:
        """The terminal's settings, as the system has them."""
        return termios.tcgetattr(self._slave)

    @property
    def baud_rate(self) -> int:
        """The rate of the port."""
        return {termios.B9600: 9600, termios.B38400: 38400, termios.B115200: 115200}[self.settings()[5]]  # type: ignore[index]

    @property
    def drops_dtr(self) -> bool:
        """Whether closing the port puts DTR off, so that the next opening resets the board."""
        flags = self.settings()[2]
        assert isinstance(flags, int)
        return bool(flags & termios.HUPCL)

    def heard_until(self, end: bytes) -> bytes:
        """What came to the board, up to and with `end`."""
        data = b""
        while not data.endswith(end):
            assert select.select([self._master], [], [], PATIENCE_S)[0], data
            data += os.read(self._master, 1)
        return data


class Clock:
    """Stands still; `let_waits_pass` makes it the forwarder's, whose waits it then passes at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        self._monkeypatch = monkeypatch
        for module in ("app.bench", "app.cloud.forwarder", "app.boards.clock", "app.journal.pruning"):
            stands = SimpleNamespace(
                monotonic=time.monotonic, monotonic_ns=self._monotonic_ns, time_ns=self.time_ns
            )
            monkeypatch.setattr(f"{module}.time", stands)

    def time_ns(self) -> int:
        return NOON_US * 1000 + self._monotonic_ns()

    def _monotonic_ns(self) -> int:
        return int(self.now_s * 1e9)

    def let_waits_pass(self) -> None:
        """A wait of the forwarder moves the clock on and is over."""
        clock = self

        class Waits(threading.Condition):
            def wait(self, timeout: float | None = None) -> bool:
                if timeout is None:
                    return super().wait()
                clock.now_s += timeout
                return super().wait(0)

            def wait_for(self, predicate: Callable[[], _T], timeout: float | None = None) -> _T:
                while not (result := predicate()):
                    if not self.wait(timeout) and timeout is not None:
                        return predicate()
                return result

        parts = SimpleNamespace(Lock=threading.Lock, Thread=threading.Thread, Condition=Waits)
        self._monkeypatch.setattr("app.cloud.forwarder.threading", parts)
        moves = SimpleNamespace(monotonic=lambda: self.now_s, time_ns=self.time_ns)
        self._monkeypatch.setattr("app.cloud.forwarder.time", moves)


class Trial:
    """One bench file and what becomes of it. `keys` is what the file says, by dotted name, in TOML."""

    def __init__(self, folder: Path, cloud: TrialCloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.cloud = cloud
        self.monkeypatch = monkeypatch
        self.board = Terminal()
        self.token = cloud.token()
        self.clock = Clock(monkeypatch)
        cloud.calls.now_s = lambda: self.clock.now_s
        self.data_folder = folder / "data" / "pinbridge"
        # So long may a reader keep its end waiting.
        monkeypatch.setattr("app.boards.sources._WAIT_S", 0.01)
        monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
        monkeypatch.setenv("PINBRIDGE_T", self.token)
        self.keys = {
            "bench.journal": '"b.db"',
            "device.name": '"board"',
            "device.port": f'"{self.board.port}"',
            "device.server": f'"{cloud.url}"',
            "device.auth_token": '"env:PINBRIDGE_T"',
            "device.requests_per_s": "0",
        }
        self._left = ExitStack()
        self._bench: Bench | None = None

    def close(self) -> None:
        """End what still runs."""
        if self._bench:
            self._bench.stop()
        self._left.close()
        self.board.unplug()

    def without(self, *keys: str) -> None:
        """Leave keys out of the file."""
        for key in keys:
            self.keys.pop(key, None)

    def text(self, keys: Mapping[str, str]) -> str:
        """The bench file."""
        tables: dict[str, list[str]] = {"[bench]": [], "[organisation.school]": [], "[[device]]": []}
        for key, value in keys.items():
            table, _, name = key.rpartition(".")
            header = {
                "bench": "[bench]",
                "organisation": "[organisation.school]",
                "device": "[[device]]",
                "device.datastream": "[[device.datastream]]",
            }[table]
            tables.setdefault(header, []).append(f"{name} = {value}\n")
        return "".join(f"{header}\n{''.join(lines)}" for header, lines in tables.items())

    def config(self, **keys: str) -> BenchConfig:
        """The loaded file; `keys` are added to it, of the table `device` and with `_` for a name as it is."""
        changed = {f"device.{key}": value for key, value in keys.items()}
        return parse(self.text({**self.keys, **changed}).encode(), "bench.toml", self.folder)

    def made(self, open_port: OpenPort = open_source, **keys: str) -> Bench:
        """The bench, not started; it is stopped at the end."""
        assert self._bench is None
        config = self.config(**keys)
        found = {device.name: tokens.resolve(device) for device in config.device}
        self._bench = Bench(config, found, open_port)
        return self._bench

    def started(self, open_port: OpenPort = open_source, **keys: str) -> Bench:
        """The bench at work, with its first board's port open."""
        bench = self.made(open_port, **keys)
        bench.start()
        self.wait(lambda: self.device.link.state not in (LinkState.CLOSED, LinkState.NO_SUCH_PORT))
        return bench

    def stop(self) -> None:
        """Stop the bench; the next one may be made then."""
        self.bench.stop()
        self._bench = None

    @property
    def bench(self) -> Bench:
        assert self._bench
        return self._bench

    @property
    def device(self) -> DeviceStatus:
        """How the first device is now."""
        return self.bench.status().devices[0]

    @property
    def counts(self) -> JournalCounts:
        return self.device.counts

    def say(self, lines: str, taken: int | None = None) -> None:
        """The board says lines, after a first comment; wait until all have a verdict."""
        before = self.device.lines.lines
        text = lines if before else f"# hello\n{lines}"
        self.board.say(text.encode())
        count = text.count("\n") if taken is None else taken
        self.wait(lambda: self.device.lines.lines == before + count)
        assert self.bench._writer.flush(PATIENCE_S)

    def sent(self) -> list[str]:
        """All calls, once nothing waits any more."""
        self.wait(lambda: self.counts.readings > 0 and self.counts.pending == 0)
        return self.calls()

    def calls(self) -> list[str]:
        """The calls that came until now."""
        return [call.words for call in self.cloud.calls.of(self.token)]

    def stamps(self) -> list[float]:
        """When they came, by the trial's clock."""
        return [call.at_s for call in self.cloud.calls.of(self.token)]

    def wait(self, true: Callable[[], bool]) -> None:
        wait_until(true, PATIENCE_S)

    def pass_link_time(self, seconds: float) -> None:
        """For the boards' ports so much time has passed."""
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + seconds)
        self.monkeypatch.setattr("app.boards.link.time", later)

    def left(self, lines: Sequence[str], age_days: float = 0.0, fate: Fate | None = None) -> None:
        """What an earlier run has left in the journal: a commit for each of `lines`, settled with `fate`."""
        config = self.config()
        journal = Journal(Path(config.bench.journal))
        device = config.device[0]
        journal.bind(device.name, journal.fingerprint(device.server, self.token))
        for text in lines:
            journal.write([(device.name, batch(text, int(NOON_US - age_days * DAY_US)))], [])
        if fate:
            runs = [Run(stream.stream, 1, stream.next_seq - 1, fate) for stream in journal.streams()]
            journal.write([], runs)
        journal.close()
