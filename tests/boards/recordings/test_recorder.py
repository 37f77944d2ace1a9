"""The recorder writes what a port sends, never disturbs the reading of the port, and reports failures."""

from __future__ import annotations

import errno
import io
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest

from app.boards.recordings import file as recording_file
from app.boards.recordings import recorder as recorder_module
from app.boards.recordings.format import RecordingReader, RecordKind
from app.boards.recordings.recorder import Recorder
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.security import redaction
from tests.waiting import wait_until

DEVICE = DeviceConfig(name="green/house", port="/dev/ttyACM0", baud_rate=9600)


class Said:
    """A source whose reads return the given chunks."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = list(chunks)
        self.written = b""

    def read(self) -> bytes:
        return self._chunks.pop(0) if self._chunks else b""

    def set_baud_rate(self, baud_rate: int) -> None:
        """Do nothing."""

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        assert not self._chunks


@pytest.fixture(autouse=True)
def _the_disk_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_file, "_END_S", 60.0)


def events(path: Path) -> list[tuple[RecordKind, bytes]]:
    with path.open("rb") as stream:
        reader = RecordingReader(stream)
        assert (reader.header.device, reader.header.port, reader.header.baud_rate) == (
            DEVICE.name,
            DEVICE.port,
            9600,
        )
        found = [(record.kind, record.data) for record in reader]
        assert reader.unread_bytes == 0
    return found


def test_a_session_is_recorded_as_it_came(tmp_path: Path) -> None:
    recorder = Recorder(DEVICE, tmp_path / "bench" / "recordings")
    assert recorder.status() is None
    recorder.start()
    status = recorder.status()
    assert status
    path = Path(status.path)
    assert path.parent == tmp_path / "bench" / "recordings"
    assert path.name.startswith("green-house 20")
    assert path.suffix == ".pbrec"
    recorder.start()
    assert recorder.status().path == status.path  # type: ignore[union-attr]
    said = Said(b"v1=", b"1\n")
    source = recorder.tap(lambda _: said)(DEVICE)
    assert [source.read() for _ in range(3)] == [b"v1=", b"1\n", b""]
    source.write(b"hello")
    assert said.written == b"hello"
    source.close()
    recorder.stop()
    assert recorder.status() is None
    assert recorder.trouble is None
    assert events(path) == [
        (RecordKind.OPENED, b""),
        (RecordKind.DATA, b"v1="),
        (RecordKind.DATA, b"1\n"),
        (RecordKind.CLOSED, b""),
        (RecordKind.ENDED, b""),
    ]


def test_a_recording_of_an_open_port_says_so_and_records_nothing_after_its_end(tmp_path: Path) -> None:
    recorder = Recorder(DEVICE, tmp_path)
    source = recorder.tap(lambda _: Said(b"v1=1\n", b"v1=2\n", b"v1=3\n"))(DEVICE)
    source.read()
    recorder.start(tmp_path / "a.pbrec")
    source.read()
    recorder.stop()
    source.read()
    source.close()
    recorder.stop()
    assert events(tmp_path / "a.pbrec") == [
        (RecordKind.JOINED, b""),
        (RecordKind.DATA, b"v1=2\n"),
        (RecordKind.ENDED, b""),
    ]


def test_recordings_of_the_same_second_have_different_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 3, 4, 15, 6, 7)
    monkeypatch.setattr(recorder_module, "datetime", SimpleNamespace(now=lambda: now))
    recorder = Recorder(DEVICE, tmp_path)
    for _ in range(3):
        recorder.start()
        recorder.stop()
    names = {f"green-house 2026-03-04 15.06.07{number}.pbrec" for number in ("", " 2", " 3")}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_no_file_is_overwritten(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "homework").write_bytes(b"mine")
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(tmp_path / "homework")
    assert recorder.status() is None
    assert recorder.trouble == Message(
        "recording_not_started", path=str(tmp_path / "homework"), words="File exists"
    )
    assert caplog.messages == [str(recorder.trouble)]
    assert (tmp_path / "homework").read_bytes() == b"mine"
    recorder.start(tmp_path / "other")
    assert recorder.trouble is None
    recorder.stop()
    recorder.start(tmp_path / "other")
    assert recorder.trouble == Message(
        "recording_not_started", path=str(tmp_path / "other"), words="File exists"
    )


def test_a_token_that_a_board_sends_is_not_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "known", redaction.Redaction())
    redaction.learn(["abcdefgh"])
    monkeypatch.setattr(recording_file, "_GATHER_S", 3600.0)
    recorder = Recorder(DEVICE, tmp_path)
    recorder.start(tmp_path / "a.pbrec")
    source = recorder.tap(lambda _: Said(b"v1=1\nabcd", b"efgh\nv1=2\n"))(DEVICE)
    source.read()
    source.read()
    recorder.stop()
    data = [data for event, data in events(tmp_path / "a.pbrec") if event is RecordKind.DATA]
    assert data == [b"v1=1\n****", b"****\nv1=2\n"]


def wait_for_trouble(recorder: Recorder, tell: Callable[[], object]) -> None:
    def is_told() -> bool:
        tell()
        return bool(recorder.trouble)

    wait_until(is_told)


class FullDisk(io.FileIO):
    """A file on a full disk."""

    def write(self, _: object, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_ends_the_recording_but_not_the_reading(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Recorder(DEVICE, tmp_path, lambda path: FullDisk(path, "xb"))
    recorder.start()
    source = recorder.tap(lambda _: Said(*[b"v1=1\n"] * 5000))(DEVICE)
    wait_for_trouble(recorder, source.read)
    assert "No space left" in str(recorder.trouble)
    assert recorder.status() is None
    assert source.read() == b"v1=1\n"
    recorder.stop()
    assert "No space left" in str(recorder.trouble)
    assert caplog.messages == [str(recorder.trouble)]
    assert recorder.ended is None
    wait_until(lambda: not any(tmp_path.iterdir()))


class FullSoon(io.FileIO):
    """A file on a disk that has room for the header of a recording, and no more."""

    def write(self, data: object, /) -> int:
        if self.tell():
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)  # type: ignore[arg-type]


def test_what_was_recorded_until_a_failure_is_kept_and_said_to_be_incomplete(tmp_path: Path) -> None:
    recorder = Recorder(DEVICE, tmp_path, lambda path: FullSoon(path, "xb"))
    recorder.start()
    source = recorder.tap(lambda _: Said(*[b"v1=1\n"] * 5000))(DEVICE)
    wait_for_trouble(recorder, source.read)
    recorder.stop()
    (path,) = tmp_path.iterdir()
    assert recorder.ended
    assert (recorder.ended.path, recorder.ended.bytes) == (str(path), path.stat().st_size)
    assert recorder.ended.trouble == recorder.trouble


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe without a reader stands for a disk that stalls")
def test_a_disk_that_stalls_does_not_block_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_file, "MAX_WAITING_BYTES", 1 << 20)
    monkeypatch.setattr(recording_file, "_END_S", 0.01)
    os.mkfifo(tmp_path / "pipe")
    holder = os.open(tmp_path / "pipe", os.O_RDWR | os.O_NONBLOCK)

    def stalling(_path: Path) -> BinaryIO:
        return (tmp_path / "pipe").open("wb", buffering=0)

    recorder = Recorder(DEVICE, tmp_path, stalling)
    recorder.start()
    source = recorder.tap(lambda _: Said(*[b"v1=1\n" * 10_000] * 200))(DEVICE)
    wait_for_trouble(recorder, source.read)
    assert "too slow" in str(recorder.trouble)
    assert source.read()
    recorder.stop()
    # Unblock the thread that waits for the pipe.
    writer = next(thread for thread in threading.enumerate() if thread.name.startswith("recording"))
    while writer.is_alive():
        # The pipe may be empty while the thread still runs.
        with suppress(BlockingIOError):
            os.read(holder, 1 << 20)
        writer.join(0.01)
    os.close(holder)
