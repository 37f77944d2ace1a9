"""The bench joins the parts: what a board says is kept, seen and sent, and the ledger always balances."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.bench import Bench, BenchError
from app.boards.ports import Lookout
from app.config import parse
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.run import drain, in_words, run, stop_on_signals
from app.status import BenchStatus, CloudState, JournalCounts, LinkState, PortInfo, ledger
from tests.cloud.rude_server import RudeServer, answer
from tests.processes import TOKEN, pty_board

ENTRIES = '[[device.datastream]]\nvirtual_pin = 1\nname = "Temperature"\nunit = "°C"\ncolor = "#0072B2"\n'


def bench_of(folder: Path, server: str, port: str = "simulated:") -> Bench:
    text = (
        f'[bench]\nname = "B"\njournal = "b.db"\n[[device]]\nname = "board"\nport = "{port}"\n'
        f'server = "{server}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n{ENTRIES}'
    )
    return Bench(parse(text.encode(), "b.toml", folder), {"board": TOKEN})


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud([Device("board", TOKEN)]) as cloud:
        yield cloud


def balances(status: BenchStatus) -> bool:
    counts = [device.counts for device in status.devices]
    return all(c.readings == c.forwarded + c.superseded + c.refused + c.expired + c.pending for c in counts)


def test_a_simulated_board_is_kept_seen_and_sent(tmp_path: Path, cloud: LocalCloud) -> None:
    bench = bench_of(tmp_path, cloud.url)
    assert bench.status().devices[0].link.state is LinkState.CLOSED
    bench.start()
    deadline_s = time.monotonic() + 10
    while bench.status().devices[0].counts.forwarded < 50:
        assert balances(bench.status())
        assert time.monotonic() < deadline_s
    drain(bench, stop_on_signals(), 10)
    status = bench.status()
    device = status.devices[0]
    assert device.counts.pending == 0
    assert device.cloud.state is CloudState.IDLE
    rows = {row.target: row for row in device.datastreams}
    assert (rows["v1"].name, rows["v1"].unit, rows["v1"].color) == ("Temperature", "°C", "#0072B2")
    assert isinstance(rows["v3"].value, str)
    times, values = bench.history("board", "v2", 0, 1e12)
    assert values.tolist() == list(range(rows["v2"].counts.readings))
    assert times.tolist() == sorted(times.tolist())
    lines = bench.console("board", 0, 10_000)
    assert [line.number for line in lines] == list(range(1, device.lines.lines + 1))
    bench.send("board", "hello")
    bench.try_now("board")
    bench.stop()
    assert ledger(status)["devices"][0]["journal"]["forwarded"] == device.counts.readings
    assert TOKEN not in repr(status)


def test_a_bench_without_a_server_keeps_and_sends_nothing(tmp_path: Path) -> None:
    text = b'[bench]\njournal = "b.db"\n[[device]]\nport = "simulated:"\n'
    bench = Bench(parse(text, "b.toml", tmp_path), {})
    said: list[str] = []
    status, exit_status = run(bench, stop_on_signals(), said.append, for_s=0.3)
    assert exit_status == 1
    device = status.devices[0]
    assert device.cloud.state is CloudState.OFF
    assert device.counts.pending == device.counts.readings > 0
    assert any("lines come in" in line for line in said)
    assert f"{device.counts.pending} pending" in "".join(in_words(status))


def test_readings_of_a_device_become_a_file_also_once_the_bench_is_stopped(tmp_path: Path) -> None:
    text = b'[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "simulated:"\n'
    bench = Bench(parse(text, "b.toml", tmp_path), {})
    stop = threading.Event()
    status, _ = run(bench, stop, lambda said: stop.set() if "lines come in" in said else None)
    seen: list[tuple[int, int]] = []

    def export(path: Path) -> int:
        return bench.export(
            "board", path, separator=";", decimal=",", progress=lambda *at: seen.append(at)
        ).readings

    count = status.devices[0].counts.readings
    assert export(tmp_path / "board.csv") == count > 0
    rows = (tmp_path / "board.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == count + 1
    assert all(row.count(";") == 5 for row in rows)
    assert seen[-1] == (count, count)
    with pytest.raises(BenchError, match="choose another folder"):
        export(tmp_path / "nowhere" / "board.csv")


def test_what_was_meant_for_another_token_is_held(tmp_path: Path, cloud: LocalCloud) -> None:
    first = bench_of(tmp_path, "http://127.0.0.1:9")
    run(first, stop_on_signals(), lambda _: None, for_s=0.3)
    kept = first.status().devices[0].counts.pending
    with pty_board() as board:
        bench = bench_of(tmp_path, cloud.url, board.port)
        said: list[str] = []
        status, exit_status = run(bench, stop_on_signals(), said.append, until_idle_s=0.2)
    counts = status.devices[0].counts
    assert exit_status == 1
    assert [f"{kept} of its readings are held" in line for line in said].count(True) == 1
    assert any("pinbridge resend --held" in line for line in said)
    assert counts == JournalCounts(readings=kept, pending=kept, held=kept)
    assert "held" in status.devices[0].cloud.sentence


def test_what_is_refused_and_what_is_left_of_an_old_device_is_said_once(tmp_path: Path) -> None:
    body = b'{"error":{"message":"No datastream setup for that pin."}}'
    with RudeServer(answer("400 Bad Request", body)) as server, pty_board() as board:
        run(bench_of(tmp_path, "http://127.0.0.1:9"), stop_on_signals(), lambda _: None, for_s=0.3)
        text = (
            f'[bench]\njournal = "b.db"\n[[device]]\nname = "new"\nport = "{board.port}"\n'
            f'server = "{server.url}"\nauth_token = "env:PINBRIDGE_T"\n'
        )
        bench = Bench(parse(text.encode(), "b.toml", tmp_path), {"new": TOKEN})
        said: list[str] = []

        def say(line: str) -> None:
            said.append(line)
            if "is open" in line:
                board.say(b"v1=1\nv1=2\nv2=3\n")

        _, exit_status = run(bench, stop_on_signals(), say, until_idle_s=0.5)
    assert exit_status == 1
    assert [line for line in said if line.startswith("board: it has left the bench file")]
    assert len([line for line in said if "pinbridge refused lists them and why" in line]) == 1


def test_a_stuck_reading_is_skipped_and_what_was_used_counts_in_the_next_run(tmp_path: Path) -> None:
    text = (
        '[bench]\njournal = "b.db"\n[organisation.school]\nmonthly_messages = 1000\n'
        '[[device]]\nname = "board"\n'
        'port = "simulated:"\nserver = "SERVER"\nauth_token = "env:PINBRIDGE_T"\norganisation = "school"\n'
    )
    with RudeServer(answer("404 None", b"nothing here", "Connection: close")) as server:
        config = parse(text.replace("SERVER", server.url).encode(), "b.toml", tmp_path)
        bench = Bench(config, {"board": TOKEN})
        assert bench.status().devices[0].cloud.messages_left == 1000
        assert not bench.skip("board")
        bench.start()
        deadline_s = time.monotonic() + 10
        while not bench.skip("board"):
            assert time.monotonic() < deadline_s, bench.status()
        while not bench.status().devices[0].counts.refused:
            assert time.monotonic() < deadline_s, bench.status()
        bench.stop()
        used = len(server.requests)
    again = Bench(config, {"board": TOKEN})
    assert again.status().devices[0].cloud.messages_left == 1000 - used
    assert [reading.reason for reading in again.refused("board")][:1] == ["skipped by a person"]
    again.stop()


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.db").write_bytes(b"my homework")
    with pytest.raises(BenchError, match="not a Pinbridge journal"):
        bench_of(tmp_path, "http://127.0.0.1:9")


def test_an_unencrypted_server_is_warned_of(tmp_path: Path) -> None:
    text = (
        b'[bench]\njournal = "b.db"\n[[device]]\nport = "COM1"\nserver = "http://192.168.1.5"\n'
        b'auth_token = "env:PINBRIDGE_T"\n'
    )
    bench = Bench(parse(text, "b.toml", tmp_path), {"board": TOKEN})
    assert "not encrypted" in bench.status().warnings[0]
    bench.stop()


def test_all_are_told_to_stop_before_one_is_waited_for(cloud: LocalCloud, tmp_path: Path) -> None:
    bench = bench_of(tmp_path, cloud.url)
    (road,) = bench._roads.values()
    assert road.forwarder
    heard: list[tuple[str, bool]] = []
    bench._roads["second"] = road
    for name, part in (("board", road.link), ("cloud", road.forwarder)):
        part.stop = lambda timeout_s, name=name: heard.append((name, timeout_s > 0))  # type: ignore[method-assign]
    bench.stop()
    told, waited = [("board", False)] * 2, [("board", True)] * 2
    assert heard == [*told, *waited, ("cloud", False), ("cloud", False), ("cloud", True), ("cloud", True)]


def test_two_boards_that_could_be_meant_are_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pty_board() as one, pty_board() as two:
        there = [PortInfo(board.port, "CH340", "1A86:7523", "", place) for board, place in
                 ((one, "1-3"), (two, "1-4"))]  # fmt: skip
        monkeypatch.setattr("app.bench.Lookout", lambda: Lookout(lambda: there, lambda: None))
        text = b'[bench]\njournal = "b.db"\n[[device]]\nname = "a"\nport = "usb:1A86:7523"\n' \
               b'[[device]]\nname = "b"\nport = "simulated:"\n'  # fmt: skip
        bench = Bench(parse(text, "b.toml", tmp_path), {})
        bench.start()
        wait_until(lambda: bench.status().devices[0].link.state is LinkState.AMBIGUOUS)
        assert bench.status().devices[0].link.choices == tuple(there)
        wait_until(lambda: bench.status().devices[1].link.state is LinkState.GOOD)
        with pytest.raises(ValueError, match="choose another board"):
            bench.choose_port("a", "COM99")
        bench.choose_port("a", two.port)
        wait_until(lambda: bench.status().devices[0].link.state is LinkState.OPEN)
        two.say(b"v1=2\n")
        wait_until(lambda: bench.status().devices[0].counts.readings == 1)
        assert bench.send("a", "hello")
        bench.release_port("a")
        wait_until(lambda: bench.status().devices[0].link.state is LinkState.RELEASED)
        assert not bench.send("a", "hello")
        bench.take_port("a")
        wait_until(lambda: bench.status().devices[0].reconnects == 1)
        bench.stop()


def wait_until(true: Callable[[], bool]) -> None:
    ends_s = time.monotonic() + 20
    while not true():
        assert time.monotonic() < ends_s
        time.sleep(0.005)
