"""A recording on its way to the disk: what is written when, and of a disk that does not keep pace."""

from __future__ import annotations

import errno
import io
import math
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

from app.boards.recordings import file as recording_file
from app.boards.recordings.file import RecordingFile
from app.boards.recordings.format import Record, RecordingReader, RecordKind
from app.boards.recordings.recorder import Recorder
from app.boards.status import RecordingStatus
from app.security import redaction
from tests.boards.recordings.test_recorder import DEVICE, Said, events
from tests.boards.waiting import PATIENCE_S, wait_until

END_S = recording_file._END_S
T = TypeVar("T")


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
def test_what_may_be_the_beginning_of_a_token_waits(pieces: list[bytes], unsure: int) -> None:
    redaction.learn(["abcdefgh"])
    records = [Record(RecordKind.DATA, 0, 0, piece) for piece in pieces]
    assert recording_file._unsure(records) == unsure
    assert recording_file._unsure([*records, Record(RecordKind.CLOSED, 0, 0)]) == 0


def test_what_was_said_is_in_the_file_at_once_and_on_the_disk_a_second_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    path = tmp_path / "a.pbrec"
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(path)
    source = recorder.tap(lambda _: Said(b"v1=1\n"))(DEVICE)
    source.read()
    # Nobody ends the recording: as if the program were killed now.
    wait_until(lambda: path.read_bytes().endswith(b"v1=1\n"))
    size = path.stat().st_size
    assert recorder.status() == RecordingStatus(str(path), size)
    wait_until(lambda: size in synced)
    recorder.stop()
    assert synced[-1] == path.stat().st_size > size


@pytest.mark.parametrize(("number", "is_well"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_a_disk_that_cannot_sync_is_let_be_and_one_that_fails_is_told(
    number: int, is_well: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, "the disk says no")

    monkeypatch.setattr(os, "fsync", fail)
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(tmp_path / "a.pbrec")
    recorder.stop()
    wait_until(
        lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("recording")]
    )
    words = "the recording has ended (the disk says no): free some space and record again."
    assert recorder.trouble == ("" if is_well else f"{tmp_path / 'a.pbrec'}: {words}")


def test_the_times_are_those_of_both_clocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_token_in_pieces_that_come_one_after_the_other_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[bytes] = []
    unsure = recording_file._unsure

    def look(records: list[Record]) -> int:
        looks.append(b"".join(record.data for record in records))
        return unsure(records)

    monkeypatch.setattr(recording_file, "_unsure", look)
    redaction.learn(["abcdefgh"])
    path = tmp_path / "a.pbrec"
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(path)
    source = recorder.tap(lambda _: Said(b"v1=1\n", b"v2=abcd", b"efgh\n", b"v3=ab"))(DEVICE)
    source.read()
    wait_until(lambda: path.read_bytes().endswith(b"v1=1\n"))
    size = path.stat().st_size
    source.read()
    wait_until(lambda: looks[-1] == b"v2=abcd")  # it has been looked at before the rest comes
    source.read()
    wait_until(lambda: path.read_bytes().endswith(b"****\n"))
    assert b"v2=****" in path.read_bytes()[size:]
    source.read()
    recorder.stop()
    data = b"".join(data for _, data in events(path))
    assert data == b"v1=1\nv2=********\nv3=ab"


def test_sixty_four_megabytes_may_wait_for_the_disk() -> None:
    assert recording_file.MAX_WAITING_BYTES == 67_108_864


def test_a_recording_that_is_ended_waits_for_no_sync_that_is_due_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_file, "_SYNC_S", 3600.0)
    file = RecordingFile(DEVICE, tmp_path / "a", (tmp_path / "a").open("xb", buffering=0))
    file.end()
    assert not file._thread.is_alive()


def test_an_end_is_heard_whose_record_has_been_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the thread that ends it is held up between the two."""
    monkeypatch.setattr(recording_file, "_SYNC_S", 3600.0)
    path = tmp_path / "a.pbrec"
    file = RecordingFile(DEVICE, path, path.open("xb", buffering=0))
    file.put(RecordKind.ENDED)
    wait_until(lambda: path.read_bytes()[-25:-24] == RecordKind.ENDED.value)
    monkeypatch.setattr(file, "put", lambda _: None)
    file.end()
    assert not file._thread.is_alive()


class Stalled(io.FileIO):
    """A file on a disk that does nothing until it is let go."""

    go = threading.Event()

    def write(self, data: Any, /) -> int:
        assert self.go.wait(PATIENCE_S)
        return super().write(data)


def test_so_much_may_wait_for_the_disk_and_no_byte_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_file, "MAX_WAITING_BYTES", 10)
    monkeypatch.setattr(recording_file, "_SYNC_S", 3600.0)
    monkeypatch.setattr(Stalled, "go", threading.Event())
    file = RecordingFile(DEVICE, tmp_path / "a", Stalled(tmp_path / "a", "xb"))
    for said in (b"x" * 9, b"y", b"z"):
        file.put(RecordKind.DATA, said)
        assert file.trouble == ""
    file.put(RecordKind.DATA, b"one more")
    assert "the disk is too slow" in file.trouble
    assert file._waiting == []
    file.put(RecordKind.DATA, b"nobody waits for it")
    assert file._waiting == []
    Stalled.go.set()
    file._thread.join(PATIENCE_S)
    assert not file._thread.is_alive()


def test_a_sync_that_has_been_due_for_a_while_is_made_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_s: list[float | None] = []
    gathered_s: list[float | None] = []

    class Noting(threading.Condition):
        def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
            waits_s.append(timeout)
            return super().wait_for(predicate, timeout)

    class Gathering(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            gathered_s.append(timeout)
            return super().wait(timeout)

    looks_s = iter([50.0])  # it was held up after it had written the header
    clocks = SimpleNamespace(
        time_ns=time.time_ns, monotonic_ns=time.monotonic_ns, monotonic=lambda: next(looks_s, 60.0)
    )
    monkeypatch.setattr(recording_file, "time", clocks)
    with monkeypatch.context() as patch:
        patch.setattr(threading, "Condition", Noting)
        patch.setattr(recording_file, "threading", SimpleNamespace(**{**vars(threading), "Event": Gathering}))
        file = RecordingFile(DEVICE, tmp_path / "a", (tmp_path / "a").open("xb", buffering=0))
    wait_until(lambda: len(waits_s) == 2)
    assert gathered_s == []  # nothing has come
    assert waits_s == [0.0, threading.TIMEOUT_MAX]
    file.end()


class Slow(io.FileIO):
    """A file on a disk that takes three bytes at a time."""

    def write(self, data: Any, /) -> int:
        return super().write(bytes(data[:3]))


def test_what_a_disk_takes_a_little_at_a_time_is_all_there(tmp_path: Path) -> None:
    recorder = Recorder(DEVICE, tmp_path, lambda path: Slow(path, "xb"))
    recorder.start(tmp_path / "a.pbrec")
    recorder.tap(lambda _: Said(b"v1=1\n"))(DEVICE).read()
    recorder.stop()
    assert events(tmp_path / "a.pbrec")[1:] == [(RecordKind.DATA, b"v1=1\n"), (RecordKind.ENDED, b"")]


class Broken(io.FileIO):
    """A file that cannot be written, for no reason that the system names."""

    def write(self, _: object, /) -> int:
        raise OSError("broken")


def test_a_disk_that_fails_for_no_reason_is_told(tmp_path: Path) -> None:
    recorder = Recorder(DEVICE, tmp_path, lambda path: Broken(path, "xb"))
    recorder.start(tmp_path / "a.pbrec")
    wait_until(lambda: bool(recorder.trouble))
    assert "the recording has ended (the disk cannot be written)" in recorder.trouble
    recorder.stop()


def test_what_comes_after_a_recording_has_failed_is_not_kept(tmp_path: Path) -> None:
    file = RecordingFile(DEVICE, tmp_path / "a", Broken(tmp_path / "a", "xb"))
    file._thread.join(PATIENCE_S)
    file.put(RecordKind.DATA, b"v1=1\n")
    assert file._waiting == []


def test_a_recording_is_synced_a_second_after_its_first_byte_and_its_end_waits_for_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small pieces gather for a fiftieth of a second, so that a disk is not asked for each of them."""
    now_s = 50.0
    gathered_s: list[float | None] = []
    joined_s: list[float | None] = []
    synced: list[float] = []

    class Noting(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            gathered_s.append(timeout)
            return super().wait(timeout)

    def monotonic() -> float:
        looks.append(now_s)
        return now_s

    looks: list[float] = []
    clocks = SimpleNamespace(time_ns=time.time_ns, monotonic_ns=time.monotonic_ns, monotonic=monotonic)
    monkeypatch.setattr(recording_file, "_END_S", END_S)
    monkeypatch.setattr(recording_file, "time", clocks)
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(now_s))
    with monkeypatch.context() as patch:
        patch.setattr(threading, "Event", Noting)
        file = RecordingFile(DEVICE, tmp_path / "a", (tmp_path / "a").open("xb", buffering=0))
    # It looks at its clock once for the header, and once more before it waits; for a piece three times.
    wait_until(lambda: looks == [50.0] * 2)
    due_s = [file._sync_at_s]
    for at_s in (50.5, 51.0, 51.5):
        now_s = at_s
        file.put(RecordKind.DATA, b"v1=1\n")
        wait_until(lambda: len(looks) == 2 + 3 * len(due_s))
        due_s.append(file._sync_at_s)
    assert due_s == [51.0, 51.0, math.inf, 52.5]
    assert synced == [51.0]
    monkeypatch.setattr(file._thread, "join", joined_s.append)
    file.end()
    assert joined_s == [1.0]
    threading.Thread.join(file._thread)
    assert synced == [51.0, 51.5]
    assert set(filter(None, gathered_s)) == {0.02}
