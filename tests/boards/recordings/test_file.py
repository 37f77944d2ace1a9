"""When a recording is written and synced, and what happens if the disk fails or is too slow."""

from __future__ import annotations

import errno
import io
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

from app.boards.recordings import file as recording_file
from app.boards.recordings.file import RecordingFile
from app.boards.recordings.format import RecordingReader, RecordKind
from app.boards.recordings.recorder import Recorder
from app.boards.status import RecordingStatus
from app.messages.message import Message
from app.security import redaction
from tests.boards.recordings.test_recorder import DEVICE, Said, events
from tests.waiting import PATIENCE_S, wait_until

END_S = recording_file._END_S
T = TypeVar("T")


class Stalled(io.FileIO):
    """A file whose writes block until `go` is set."""

    go = threading.Event()

    def write(self, data: Any, /) -> int:
        assert self.go.wait(PATIENCE_S)
        return super().write(data)


@pytest.fixture
def stalled(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The event that unblocks every `Stalled` file."""
    monkeypatch.setattr(Stalled, "go", threading.Event())
    return Stalled.go


def writers() -> list[str]:
    """The names of the threads that write recordings."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("recording")]


def references(said: list[bytes]) -> list[int]:
    """The reference count of each object in `said`."""
    return [sys.getrefcount(data) for data in said]


class Waits:
    """Records the time-outs of a recording's waits.

    A wait for records or for the end of the thread times out only after `PATIENCE_S`.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.for_records_s: list[float | None] = []
        self.to_gather_s: list[float | None] = []
        self.for_the_end_s: list[float | None] = []
        waits = self

        class Condition(threading.Condition):
            def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
                waits.for_records_s.append(timeout)
                return super().wait_for(predicate, timeout and PATIENCE_S)

        class Event(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                waits.to_gather_s.append(timeout)
                return super().wait(timeout)

        class Thread(threading.Thread):
            def join(self, timeout: float | None = None) -> None:
                waits.for_the_end_s.append(timeout)
                super().join(PATIENCE_S)

        names = {**vars(threading), "Condition": Condition, "Event": Event, "Thread": Thread}
        monkeypatch.setattr(recording_file, "threading", SimpleNamespace(**names))


@pytest.fixture(autouse=True)
def _the_disk_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_file, "_END_S", 60.0)


@pytest.mark.parametrize(
    ("pieces", "unsure"),
    [
        ([b"v1=abcdefgh\n"], 0),
        ([b"v1=1\n", b"v2=abc"], 1),
        ([b"v1=1\n", b"v2=a", b"b", b"c"], 3),
        ([b"abcdefgh", b"a"], 1),
        ([b"x"], 0),
    ],
)
def test_bytes_that_may_begin_a_token_wait_for_more_or_for_the_port_to_close(
    pieces: list[bytes], unsure: int, tmp_path: Path, stalled: threading.Event
) -> None:
    redaction.learn(["abcdefgh"])
    path = tmp_path / "a.pbrec"
    file = RecordingFile(DEVICE, path, Stalled(path, "xb"))
    for piece in pieces:
        file.put(RecordKind.DATA, piece)
    stalled.set()  # Now all of them are written together.
    written = [piece.replace(b"abcdefgh", b"********") for piece in pieces]
    wait_until(lambda: written[0] in path.read_bytes())
    assert [data for _, data in events(path)] == written[: len(pieces) - unsure]
    file.put(RecordKind.CLOSED)
    wait_until(lambda: events(path)[-1][0] is RecordKind.CLOSED)
    assert [data for _, data in events(path)] == [*written, b""]
    file.end()


def test_bytes_are_in_the_file_at_once_and_synced_a_second_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    path = tmp_path / "a.pbrec"
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(path)
    source = recorder.tap(lambda _: Said(b"v1=1\n"))(DEVICE)
    source.read()
    # The recording has not ended: if the program were killed now, the file would look like this.
    wait_until(lambda: path.read_bytes().endswith(b"v1=1\n"))
    size = path.stat().st_size
    assert recorder.status() == RecordingStatus(str(path), size)
    wait_until(lambda: size in synced)
    recorder.stop()
    assert synced[-1] == path.stat().st_size > size


@pytest.mark.parametrize(("number", "goes_on"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_a_disk_that_cannot_sync_is_accepted_and_one_that_fails_is_reported(
    number: int, goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, "the disk says no")

    monkeypatch.setattr(os, "fsync", fail)
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(tmp_path / "a.pbrec")
    recorder.stop()
    wait_until(lambda: not writers())
    failed = Message("recording_write_failed", path=str(tmp_path / "a.pbrec"), words="the disk says no")
    assert recorder.trouble == (None if goes_on else failed)


def test_records_have_the_times_of_both_clocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = {"wall": 1_764_016_265_000_000_000, "monotonic": 5_000_000_000}
    monkeypatch.setattr(
        recording_file,
        "time",
        SimpleNamespace(
            time_ns=lambda: clocks["wall"], monotonic_ns=lambda: clocks["monotonic"], monotonic=time.monotonic
        ),
    )
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(tmp_path / "a.pbrec")
    source = recorder.tap(lambda _: Said(b"v1=1\n"))(DEVICE)
    clocks["monotonic"] += 250_000_000
    clocks["wall"] += 1_000_000_000
    source.read()
    clocks["monotonic"] += 125_000_000
    recorder.stop()
    with (tmp_path / "a.pbrec").open("rb") as stream:
        reader = RecordingReader(stream)
        assert reader.header.started_at_us == 1_764_016_265_000_000
        assert [(record.gap_us, record.at_us) for record in reader] == [
            (0, 1_764_016_265_000_000),
            (250_000, 1_764_016_266_000_000),
            (125_000, 1_764_016_266_000_000),
        ]


def test_a_token_that_comes_in_pieces_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[bytes] = []
    open_end = redaction.known.open_end

    def look(data: bytes) -> int:
        looks.append(data)
        return open_end(data)

    monkeypatch.setattr(redaction.known, "open_end", look)
    redaction.learn(["abcdefgh"])
    path = tmp_path / "a.pbrec"
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(path)
    source = recorder.tap(lambda _: Said(b"v1=1\n", b"v2=abcd", b"efgh\n", b"v3=ab"))(DEVICE)
    source.read()
    wait_until(lambda: path.read_bytes().endswith(b"v1=1\n"))
    size = path.stat().st_size
    source.read()
    wait_until(lambda: looks[-1] == b"v2=abcd")  # examined before the rest comes
    source.read()
    wait_until(lambda: path.read_bytes().endswith(b"****\n"))
    assert b"v2=****" in path.read_bytes()[size:]
    source.read()
    recorder.stop()
    data = b"".join(data for _, data in events(path))
    assert data == b"v1=1\nv2=********\nv3=ab"


def test_64_mb_may_wait_for_the_disk() -> None:
    assert recording_file.MAX_WAITING_BYTES == 67_108_864


def test_a_recording_that_ends_does_not_wait_for_a_later_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_file, "_SYNC_S", 3600.0)
    file = RecordingFile(DEVICE, tmp_path / "a", (tmp_path / "a").open("xb", buffering=0))
    file.end()
    assert not writers()


def test_an_end_is_noticed_after_its_record_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test acts as if `end` paused between its two steps: to record the end, and to set an event."""
    monkeypatch.setattr(recording_file, "_SYNC_S", 3600.0)
    path = tmp_path / "a.pbrec"
    file = RecordingFile(DEVICE, path, path.open("xb", buffering=0))
    file.put(RecordKind.ENDED)
    wait_until(lambda: path.read_bytes()[-25:-24] == RecordKind.ENDED.value)
    monkeypatch.setattr(file, "put", lambda _: None)
    file.end()
    assert not writers()


def test_if_too_many_bytes_wait_for_the_disk_the_recording_fails_and_drops_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stalled: threading.Event
) -> None:
    monkeypatch.setattr(recording_file, "MAX_WAITING_BYTES", 100)
    monkeypatch.setattr(recording_file, "_SYNC_S", 3600.0)
    file = RecordingFile(DEVICE, tmp_path / "a", Stalled(tmp_path / "a", "xb"))
    said = [bytes(size) for size in (90, 10, 10, 10, 10)]
    alone = references(said)
    for number in range(3):
        file.put(RecordKind.DATA, said[number])
        assert file.trouble is None
    assert references(said) != alone
    file.put(RecordKind.DATA, said[3])
    assert file.trouble == Message("recording_too_slow", path=str(tmp_path / "a"))
    file.put(RecordKind.DATA, said[4])
    assert references(said) == alone  # none of the data is kept
    stalled.set()
    wait_until(lambda: not writers())


def test_an_overdue_sync_is_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks_s = iter([50.0])  # the writing thread was delayed for 10 s after the header
    clocks = SimpleNamespace(
        time_ns=time.time_ns, monotonic_ns=time.monotonic_ns, monotonic=lambda: next(looks_s, 60.0)
    )
    monkeypatch.setattr(recording_file, "time", clocks)
    waits = Waits(monkeypatch)
    file = RecordingFile(DEVICE, tmp_path / "a", (tmp_path / "a").open("xb", buffering=0))
    wait_until(lambda: len(waits.for_records_s) == 2)
    assert waits.to_gather_s == []  # no record has come
    assert waits.for_records_s == [0.0, threading.TIMEOUT_MAX]
    file.end()


class Slow(io.FileIO):
    """A file that writes at most three bytes at a time."""

    def write(self, data: Any, /) -> int:
        return super().write(bytes(data[:3]))


def test_nothing_is_missing_if_a_disk_writes_a_few_bytes_at_a_time(tmp_path: Path) -> None:
    recorder = Recorder(DEVICE, tmp_path, lambda path: Slow(path, "xb"))
    recorder.start(tmp_path / "a.pbrec")
    recorder.tap(lambda _: Said(b"v1=1\n"))(DEVICE).read()
    recorder.stop()
    assert events(tmp_path / "a.pbrec")[1:] == [(RecordKind.DATA, b"v1=1\n"), (RecordKind.ENDED, b"")]


class Broken(io.FileIO):
    """A file whose writes raise an error without `errno`."""

    def write(self, _: object, /) -> int:
        raise OSError("broken")


def test_a_write_error_without_a_number_is_reported(tmp_path: Path) -> None:
    recorder = Recorder(DEVICE, tmp_path, lambda path: Broken(path, "xb"))
    recorder.start(tmp_path / "a.pbrec")
    wait_until(lambda: bool(recorder.trouble))
    assert "the recording has ended (broken): free some space" in str(recorder.trouble)
    recorder.stop()


def test_after_a_failure_nothing_more_is_kept(tmp_path: Path) -> None:
    file = RecordingFile(DEVICE, tmp_path / "a", Broken(tmp_path / "a", "xb"))
    wait_until(lambda: not writers())
    said = [bytes(10)]
    alone = references(said)
    file.put(RecordKind.DATA, said[0])
    assert references(said) == alone


def test_a_recording_is_synced_a_second_after_the_first_byte_and_ends_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small pieces gather for 20 ms, so that they share one write."""
    now_s = 50.0
    synced: list[float] = []
    clocks = SimpleNamespace(time_ns=time.time_ns, monotonic_ns=time.monotonic_ns, monotonic=lambda: now_s)
    monkeypatch.setattr(recording_file, "_END_S", END_S)
    monkeypatch.setattr(recording_file, "time", clocks)
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(now_s))
    waits = Waits(monkeypatch)
    file = RecordingFile(DEVICE, tmp_path / "a", (tmp_path / "a").open("xb", buffering=0))
    for count, at_s in enumerate((50.5, 51.0, 51.5), 1):
        wait_until(lambda count=count: len(waits.for_records_s) == count)  # type: ignore[misc]
        now_s = at_s
        file.put(RecordKind.DATA, b"v1=1\n")
    wait_until(lambda: len(waits.for_records_s) == 4)
    # After the header and after each piece, the thread waits until the next sync is due.
    assert waits.for_records_s == [1.0, 0.5, threading.TIMEOUT_MAX, 1.0]
    assert synced == [51.0]
    file.end()
    assert waits.for_the_end_s == [1.0]
    assert synced == [51.0, 51.5]
    assert set(waits.to_gather_s) == {0.02}
