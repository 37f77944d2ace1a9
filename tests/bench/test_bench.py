"""A bench as a whole: readings are journalled, shown and sent, and the ledger always balances."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.bench.bench import Bench, BenchError
from app.bench.status import BenchStatus, CloudState, JournalCounts, LinkState, ledger
from app.boards.link import Link
from app.cloud.forwarder import Forwarder
from app.commands.running.run import drain, in_words, run, stop_on_signals
from app.config.loading import parse
from app.journal.journal import Journal, JournalError
from app.journal.steps import Steps
from app.journal.writer import JournalWriter
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from tests.bench.parts import Parts
from tests.cloud.rude_server import RudeServer, answer
from tests.journal.test_journal import batch
from tests.processes import TOKEN, pty_board

ENTRIES = '[[device.datastream]]\nvirtual_pin = 1\nname = "Temperature"\nunit = "°C"\ncolor = "#0072B2"\n'
NOWHERE = "http://127.0.0.1:9"


def bench_of(folder: Path, server: str = "", port: str = "simulated:", name: str = "board") -> Bench:
    keys = f'server = "{server}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n' if server else ""
    board = f'[[device]]\nname = "{name}"\nport = "{port}"\n{keys}{ENTRIES}'
    text = f'[bench]\nname = "B"\njournal = "b.db"\n{board}'
    return Bench(parse(text.encode(), "b.toml", folder), {name: TOKEN})


def left_behind(folder: Path, readings: int, account: bytes = b"an older account") -> None:
    """Leave readings of the device `board` in the journal, meant for `account`, as an earlier run would."""
    journal = Journal(folder / "b.db")
    journal.bind("board", account)
    journal.write([("board", batch("v1=1\n" * readings, time.time_ns() // 1000))], [])
    journal.close()


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud([Device("board", TOKEN)]) as cloud:
        yield cloud


def balances(status: BenchStatus) -> bool:
    counts = [device.counts for device in status.devices]
    return all(c.readings == c.forwarded + c.superseded + c.refused + c.expired + c.pending for c in counts)


def test_a_device_without_a_server_only_says_so(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)
    cloud = bench.status().devices[0].cloud
    bench.stop()
    assert (cloud.state, cloud.requests, cloud.sendable) == (CloudState.OFF, 0, 0)
    assert str(cloud.message) == "No server is set: readings are kept in the journal and not sent."
    assert (cloud.forecast, cloud.warnings) == ((), ())


def test_readings_are_journalled_shown_and_sent(tmp_path: Path, cloud: LocalCloud) -> None:
    bench = bench_of(tmp_path, cloud.url)
    assert bench.status().devices[0].link.state is LinkState.CLOSED
    bench.start()
    deadline_s = time.monotonic() + 60
    while bench.status().devices[0].counts.forwarded < 50:
        assert balances(bench.status())
        assert time.monotonic() < deadline_s
    drain(bench, stop_on_signals(), 60)
    status = bench.status()
    device = status.devices[0]
    assert device.counts.pending == 0
    assert device.cloud.state is CloudState.IDLE
    rows = {row.target: row for row in device.datastreams}
    assert (rows["v1"].name, rows["v1"].unit, rows["v1"].color) == ("Temperature", "°C", "#0072B2")
    assert isinstance(rows["v3"].value, str)
    times, values = bench.readings.recent("board", "v2", 0, 1e12)
    assert values.tolist() == list(range(rows["v2"].counts.readings))
    assert times.tolist() == sorted(times.tolist())
    lines = bench.console("board", 0, 10_000)
    assert [line.number for line in lines] == list(range(1, device.lines.lines + 1))
    bench.stop()
    assert ledger(status)["devices"][0]["journal"]["forwarded"] == device.counts.readings
    assert TOKEN not in repr(status)


def test_a_bench_without_a_server_journals_and_sends_nothing(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)
    stop = threading.Event()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "lines come in" in line:
            stop.set()

    status, exit_status = run(bench, stop, say)
    assert exit_status == 0
    device = status.devices[0]
    assert device.cloud.state is CloudState.OFF
    assert device.counts.pending == device.counts.readings > 0
    assert f"{device.counts.pending} pending" in "".join(in_words(status))
    assert not bench.skip("board")
    bench.try_now("board")  # No reading waits for a cloud.


def test_readings_for_another_token_are_held(tmp_path: Path, cloud: LocalCloud) -> None:
    left_behind(tmp_path, 3)
    with pty_board() as board:
        bench = bench_of(tmp_path, cloud.url, board.port)
        said: list[str] = []
        status, exit_status = run(bench, stop_on_signals(), said.append, until_idle_s=0.2)
    assert exit_status == 1
    assert ["3 of its readings are held" in line for line in said].count(True) == 1
    assert any("pinbridge resend --held" in line for line in said)
    assert status.devices[0].counts == JournalCounts(readings=3, pending=3, held=3)
    assert "held" in str(status.devices[0].cloud.message)


@pytest.mark.parametrize(("account", "held"), [(b"", 0), (b"an older account", 3)])
def test_readings_journalled_without_a_server_have_no_account(
    tmp_path: Path, account: bytes, held: int
) -> None:
    """The journal stores an empty account for them; later versions rely on that."""
    left_behind(tmp_path, 3, account)
    bench = bench_of(tmp_path)
    counts = bench.status().devices[0].counts
    bench.stop()
    assert counts == JournalCounts(readings=3, pending=3, held=held)


def test_refused_and_held_readings_are_reported_once(tmp_path: Path) -> None:
    body = b'{"error":{"message":"No datastream setup for that pin."}}'
    left_behind(tmp_path, 3)
    said: list[str] = []

    def told(words: str) -> int:
        return sum(words in line for line in said)

    class AfterThreeMoreLooks(threading.Event):
        """A stop event: three looks after the run has reported a refusal, it ends the run."""

        looks = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.looks += told("pinbridge refused")
            return super().wait(timeout) or self.looks > 3

    with RudeServer(answer("400 Bad Request", body)) as server, pty_board() as board:

        def say(line: str) -> None:
            said.append(line)
            if "is open" in line:
                board.say(b"v1=1\nv1=2\nv2=3\n")

        _, exit_status = run(bench_of(tmp_path, server.url, board.port, "new"), AfterThreeMoreLooks(), say)
    assert exit_status == 1
    assert told("board: it is no longer in the bench file") == 1
    assert (
        told(
            "new: the cloud refused some readings: pinbridge refused lists them with the reasons, "
            "pinbridge resend sends them again, pinbridge discard --refused discards them."
        )
        == 1
    )


def test_readings_that_come_while_other_data_is_deleted_are_shown(tmp_path: Path, parts: Parts) -> None:
    left_behind(tmp_path, 1)
    bench = bench_of(tmp_path)
    parts.writer.start()
    # The writer's thread may hold this dictionary while data of another device is deleted.
    newest = bench._recent._latest
    assert bench.delete_data("another") == 0
    newest[("board", "v1")] = (5, 0)
    assert [row.value for row in bench.status().devices[0].datastreams] == [5]
    bench.stop()


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("no answer"),
        JournalError("verbatim", text="no answer"),
        TimeoutError("no answer"),
    ],
)
def test_a_decision_that_fails_is_a_bench_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> Steps:
        raise error
        yield

    monkeypatch.setattr("app.bench.bench.decisions.discard", fail)
    bench = bench_of(tmp_path)
    with pytest.raises(BenchError) as told:
        bench.discard("board")
    bench.stop()
    assert str(told.value) == 'device "board": the journal could not be changed: no answer'


def test_a_file_that_is_no_journal_is_a_bench_error(tmp_path: Path) -> None:
    (tmp_path / "b.db").write_bytes(b"my homework")
    with pytest.raises(BenchError, match="not a Pinbridge journal"):
        bench_of(tmp_path, NOWHERE)


def two_boards(folder: Path, server: str) -> Bench:
    devices = "".join(
        f'[[device]]\nname = "{name}"\nport = "{port}"\n'
        f'server = "{server}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
        for name, port in (("board", "simulated:"), ("second", "COM5"))
    )
    config = parse(f'[bench]\njournal = "b.db"\n{devices}'.encode(), "b.toml", folder)
    return Bench(config, {"board": TOKEN, "second": TOKEN})


def test_all_are_asked_to_stop_before_any_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, bool]] = []

    def stop(who: str) -> Callable[..., None]:
        return lambda _self, timeout_s: heard.append((who, timeout_s > 0))

    monkeypatch.setattr(Link, "stop", stop("board"))
    monkeypatch.setattr(Forwarder, "stop", stop("cloud"))
    two_boards(tmp_path, NOWHERE).stop()
    told, waited = [("board", False)] * 2, [("board", True)] * 2
    assert heard == [*told, *waited, ("cloud", False), ("cloud", False), ("cloud", True), ("cloud", True)]


def test_a_bench_that_hangs_is_stopped_within_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boards get 2 s to stop, the cloud gets 1 s. The journal stays open because its writer still hangs."""
    bench = two_boards(tmp_path, NOWHERE)
    waits: list[float] = []
    closed: list[Journal] = []
    now_s = [0.0]

    def hang(_self: object, timeout_s: float) -> bool:
        waits.append(timeout_s)
        now_s[0] += timeout_s
        return False

    with monkeypatch.context() as patch:
        patch.setattr("app.bench.bench.time.monotonic", lambda: now_s[0])
        for part, name in (
            (Link, "stop"),
            (Forwarder, "stop"),
            (JournalWriter, "flush"),
            (JournalWriter, "stop"),
        ):
            patch.setattr(part, name, hang)
        patch.setattr(Journal, "close", closed.append)
        bench.stop()
    boards, flush, cloud, writer = [0.0, 0.0, 2.0, 0.001], [1.0], [0.0, 0.0, 1.0, 0.001], [1.0]
    assert waits == pytest.approx([*boards, *flush, *cloud, *writer])
    assert closed == []
    bench.stop()


def test_a_bench_is_not_idle_while_a_reading_is_on_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: Parts
) -> None:
    bench = bench_of(tmp_path, NOWHERE)
    parts.sessions["board"].link.quiet_since_s = 0.0
    assert bench.idle_s() is not None

    def commits(timeout_s: float) -> bool:
        parts.journal.write([("board", batch("v1=1\n", time.time_ns() // 1000))], [])
        return timeout_s == 0

    with monkeypatch.context() as patch:
        patch.setattr(parts.writer, "flush", commits)
        assert bench.idle_s() is None
    bench.stop()


def test_a_bench_is_idle_since_the_last_byte_of_any_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: Parts
) -> None:
    monkeypatch.setattr("app.bench.stopping.time", SimpleNamespace(monotonic=lambda: 25.0))

    def idle_s(*heard_s: float | None, is_written: bool = True) -> float | None:
        devices = "".join(f'[[device]]\nname = "{at_s}"\nport = "simulated:"\n' for at_s in heard_s)
        bench = Bench(parse(f'[bench]\njournal = "b.db"\n{devices}'.encode(), "b.toml", tmp_path), {})
        for at_s in heard_s:
            parts.sessions[str(at_s)].link.quiet_since_s = at_s
        with monkeypatch.context() as patch:
            # The bench asks the writer without waiting.
            patch.setattr(parts.writer, "flush", lambda timeout_s: is_written and timeout_s == 0)
            found = bench.idle_s()
        bench.stop()
        return found

    assert idle_s(10.0, 20.0, 15.0) == 5
    assert idle_s(10.0, None) is None  # One port has not been tried yet.
    assert idle_s(10.0, is_written=False) is None
    assert idle_s() == 25
