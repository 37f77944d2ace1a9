"""The user's decisions while a bench runs against a local cloud: send, discard, send again, delete."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bench.bench import Bench, BenchError
from app.bench.status import JournalCounts
from app.config.loading import parse
from app.journal.journal import Journal
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.wire.datastreams import Value
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch
from tests.processes import TOKEN
from tests.waiting import wait_until

pytest.importorskip("pty", reason="the helpers need one; Windows has none")


@pytest.fixture
def device() -> Device:
    """The device in the local cloud that gets the board's readings."""
    return Device("board", TOKEN, open=True)


@pytest.fixture
def cloud(device: Device) -> Iterator[LocalCloud]:
    with LocalCloud([device]) as cloud:
        yield cloud


def left_behind(path: Path) -> None:
    """Make a journal: refused readings, a held reading, and one of a device that is in no bench file."""
    now_us = time.time_ns() // 1000
    journal = Journal(path)
    journal.bind("board", b"an older token..")
    journal.bind("gone", b"g" * 16)
    journal.write([("board", batch("v1=1\nv1=2\n", now_us)), ("gone", batch("v1=9\n", now_us))], [])
    stream = next(stream.stream for stream in journal.streams("board"))
    journal.write([("board", batch("v2=5\nv2=6\n", now_us))], [Run(stream, 1, 1, Fate.FORWARDED)])
    other = next(stream.stream for stream in journal.streams("board") if stream.target == "v2")
    journal.write([], [Run(other, 1, 2, Fate.REFUSED, "no such pin")])
    journal.close()


@pytest.fixture
def bench(tmp_path: Path, cloud: LocalCloud) -> Iterator[Bench]:
    left_behind(tmp_path / "b.db")
    text = (
        f'[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "/dev/none"\nserver = "{cloud.url}"\n'
        'auth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
    )
    bench = Bench(parse(text.encode(), "b.toml", tmp_path), {"board": TOKEN})
    bench.start()
    yield bench
    bench.stop()


def received(device: Device, target: str) -> list[Value]:
    return [value for _, _, value in device.history(target, 0)[1]]


def counts(bench: Bench, device: int = 0) -> JournalCounts:
    return bench.status().devices[device].counts


def test_held_readings_are_sent_on_request(bench: Bench, device: Device) -> None:
    assert counts(bench) == JournalCounts(4, forwarded=1, refused=2, pending=1, held=1)
    assert bench.send_here("board") == 1
    wait_until(lambda: counts(bench).pending == 0)
    assert received(device, "v1") == [2]
    assert bench.send_here("board") == 0


def test_held_readings_are_discarded_and_no_other(bench: Bench, device: Device) -> None:
    assert bench.discard("board") == 1
    assert counts(bench) == JournalCounts(4, forwarded=1, refused=2, expired=1)
    assert bench.discard("gone") == 1
    assert counts(bench, 1) == JournalCounts(1, expired=1)
    assert device.streams == []


def test_a_device_that_has_left_the_bench_file_can_be_tried_and_skipped_in_vain(bench: Bench) -> None:
    bench.try_now("gone")
    assert not bench.skip("gone")


@pytest.mark.parametrize("by_id", [False, True])
def test_refused_readings_are_listed_and_sent_again(bench: Bench, device: Device, by_id: bool) -> None:
    refused = bench.refused("board")
    assert [(reading.target, reading.value, str(reading.reason)) for reading in refused] == [
        ("v2", 5, "no such pin"),
        ("v2", 6, "no such pin"),
    ]
    if by_id:
        assert bench.resend("board", ids={refused[1].id}) == 1
    else:
        assert bench.resend("board", "v2") == 2
    wait_until(lambda: counts(bench).forwarded == (2 if by_id else 3))
    assert received(device, "v2") == ([6] if by_id else [5, 6])
    assert counts(bench).refused == (1 if by_id else 0)


@pytest.mark.parametrize(
    ("target", "left"), [(None, 0), ("v2", 0), ("v1", 2)], ids=["all", "those of a target", "another target"]
)
def test_refused_readings_are_discarded(bench: Bench, target: str | None, left: int) -> None:
    (refusal,) = bench.status().devices[0].refusals
    assert (refusal.targets, refusal.count, str(refusal.reason)) == (("v2",), 2, "no such pin")
    assert bench.discard_refused("board", target) == 2 - left
    assert counts(bench) == JournalCounts(4, forwarded=1, refused=left, expired=2 - left, pending=1, held=1)
    assert bool(bench.status().devices[0].refusals) is bool(left)
    assert len(bench.refused("board")) == left


def test_deleted_data_is_gone_from_memory_and_from_the_journal(bench: Bench) -> None:
    assert bench.delete_data("gone") == 1
    assert [device.name for device in bench.status().devices] == ["board"]
    assert bench.delete_data("board") == 4
    assert bench.refused("board") == []
    assert bench.readings.recent("board", "v1", 0, 1e12)[0].size == 0
    assert counts(bench) == JournalCounts(4, forwarded=1, refused=2, expired=1)


def test_a_journal_that_does_not_answer_is_a_bench_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times_out(*_: object, **__: object) -> None:
        raise TimeoutError("the journal could not be written for 60 s")

    monkeypatch.setattr("app.journal.writer.JournalWriter.submit", times_out)
    with pytest.raises(BenchError, match='"board": the journal could not be changed: the journal'):
        bench.discard("board")
