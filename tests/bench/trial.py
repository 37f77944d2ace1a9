"""A bench under test, with a bench file, a terminal as its board, a cloud that notes calls, and a clock.

Tests observe effects from outside: in the cloud, at the terminal, in files and in the status.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.bench.bench import Bench
from app.bench.status import DeviceStatus, JournalCounts, LinkState
from app.boards.recordings.format import RecordingReader, RecordKind
from app.boards.sources import OpenPort, open_source
from app.config.bench_file import BenchConfig
from app.config.loading import parse
from app.journal.journal import Journal
from app.security import tokens
from app.wire.streams import Fate, Run
from tests.bench.clock import DAY_US, NOON_US, Clock
from tests.bench.parts import Parts
from tests.bench.terminal import Terminal
from tests.bench.trial_cloud import TrialCloud
from tests.journal.test_journal import batch
from tests.waiting import PATIENCE_S, wait_until

_BEGUN = (LinkState.OPEN, LinkState.SILENT, LinkState.GOOD, LinkState.AMBIGUOUS)
"""The states of a port that is open, or that the user must choose first."""


class Trial:
    """A bench file, and the benches made from it. `keys` are the file's values in TOML, by dotted key."""

    def __init__(self, folder: Path, cloud: TrialCloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.cloud = cloud
        self.monkeypatch = monkeypatch
        self.board = Terminal()
        self.token = cloud.token()
        self.clock = Clock(monkeypatch)
        cloud.calls.now_s = lambda: self.clock.now_s
        self.data_folder = folder / "data" / "pinbridge"
        # A read waits this long at most, so that a port closes quickly.
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
        self.parts = Parts(monkeypatch)
        self._bench: Bench | None = None

    def close(self) -> None:
        """Stop the bench if it still runs, and unplug the board."""
        if self._bench:
            self._bench.stop()
        self.board.unplug()

    def without(self, *keys: str) -> None:
        """Remove `keys` from the bench file."""
        for key in keys:
            self.keys.pop(key, None)

    def text(self, keys: Mapping[str, str]) -> str:
        """The text of a bench file with `keys`."""
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
        """The loaded bench file, with `keys` added to the table of the device."""
        changed = {f"device.{key}": value for key, value in keys.items()}
        return parse(self.text({**self.keys, **changed}).encode(), "bench.toml", self.folder)

    def made(self, open_port: OpenPort = open_source, **keys: str) -> Bench:
        """Make the bench without starting it. It is stopped at the end of the test."""
        assert self._bench is None
        config = self.config(**keys)
        found = {device.name: tokens.resolve(device) for device in config.device}
        self._bench = Bench(config, found, open_port)
        return self._bench

    def started(self, open_port: OpenPort = open_source, **keys: str) -> Bench:
        """Make and start the bench. Waits until its first port is open, or must be chosen by the user."""
        bench = self.made(open_port, **keys)
        self.started_again()
        return bench

    def started_again(self) -> None:
        """Start a bench that was made. Waits until its first port is open, or must be chosen by the user."""
        self.bench.start()
        self.wait(lambda: self.device.link.state in _BEGUN)

    def stop(self) -> None:
        """Stop the bench, so that another one can be made."""
        self.bench.stop()
        self._bench = None

    @property
    def bench(self) -> Bench:
        assert self._bench
        return self._bench

    @property
    def device(self) -> DeviceStatus:
        """The status of the first device."""
        return self.bench.status().devices[0]

    @property
    def counts(self) -> JournalCounts:
        return self.device.counts

    def say(self, lines: str, *, durable: bool = True) -> None:
        """Let the board send `lines`. If the bench has had no line yet, the board sends a comment first.

        Waits until the lines are judged and, if `durable`, until they are in the journal.
        """
        before = self.device.lines.lines
        text = lines if before else f"# hello\n{lines}"
        self.board.say(text.encode())
        self.wait(lambda: self.device.lines.lines == before + text.count("\n"))
        if durable:
            assert self.parts.writer.flush(PATIENCE_S)

    def say_until_warned(self, warning: str) -> int:
        """Let the board send lines until a warning contains `warning`. Returns how many were accepted."""
        before = self.device.lines.accepted
        for _ in range(300):
            if any(warning in str(each) for each in self.bench.status().warnings):
                return self.device.lines.accepted - before
            self.say(f"v1={'x' * 900}\n", durable=False)
        raise AssertionError(f"no warning says {warning!r}")

    def never_retry(self) -> None:
        """Keep the program from trying a port again within an hour after it could not be opened."""
        for name in ("app.boards.retry.RETRY_S", "app.boards.retry.MAX_WAIT_S", "app.boards.link.RETRY_S"):
            self.monkeypatch.setattr(name, 3600.0)

    def sent(self) -> list[str]:
        """Wait until there are readings and none is pending. Returns all calls so far."""
        assert self.parts.writer.flush(PATIENCE_S)
        self.wait(lambda: self.counts.readings > 0 and self.counts.pending == 0)
        return self.calls()

    def calls(self) -> list[str]:
        """All calls so far, as text."""
        return [call.words for call in self.cloud.calls.of(self.token)]

    def stamps(self) -> list[float]:
        """The times of all calls so far, in seconds by the trial's clock."""
        return [call.at_s for call in self.cloud.calls.of(self.token)]

    def wait(self, true: Callable[[], bool]) -> None:
        wait_until(true)

    def pass_link_time(self, seconds: float) -> None:
        """Set the clock of the links to the boards forward by `seconds`."""
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + seconds)
        self.monkeypatch.setattr("app.boards.link.time", later)

    def left(
        self,
        lines: Sequence[str],
        *,
        age_days: float = 0.0,
        fate: Fate | None = None,
        reason: str = "",
        device: str = "",
        token: str = "",
        unassigned: bool = False,
    ) -> None:
        """Fill the journal as an earlier run would, with one commit for each item of `lines`.

        If it is `unassigned`, the device had no server in that run. With a `fate`, everything that is pending
        in the journal is then settled.
        """
        config = self.config()
        device = device or config.device[0].name
        journal = Journal(Path(config.bench.journal))
        account = journal.fingerprint(config.device[0].server, token or self.token)
        journal.bind(device, b"" if unassigned else account)
        for text in lines:
            journal.write([(device, batch(text, int(NOON_US - age_days * DAY_US)))], [])
        if fate:
            runs = [Run(stream.stream, 1, stream.next_seq - 1, fate, reason) for stream in journal.streams()]
            journal.write([], runs)
        journal.close()

    def fill_the_disk(self) -> None:
        """Make the journal's file unable to grow, as on a full disk."""
        self.parts.writer.submit(lambda journal: journal.execute("PRAGMA max_page_count = 1"))

    def recordings(self, *, ended: bool = False) -> list[bytes]:
        """For each recording, the bytes that the board sent. With `ended`, every one must be complete."""
        found = []
        for path in sorted((self.folder / "recordings").glob("*.pbrec")):
            with path.open("rb") as file:
                records = list(RecordingReader(file))
            assert not ended or records[-1].kind is RecordKind.ENDED
            found.append(b"".join(record.data for record in records))
        return found
