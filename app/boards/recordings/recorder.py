"""Records all bytes that come from a device's port between the calls of `start` and `stop`.

Invariants: a recording that fails is reported in a message, and disturbs nothing else; no file is ever
overwritten.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from app.boards.recordings.file import RecordingFile
from app.boards.recordings.format import SUFFIX, RecordKind
from app.boards.sources import Source
from app.boards.status import EndedRecording, RecordingStatus
from app.config.addresses import file_name
from app.config.bench_file import DeviceConfig
from app.messages.message import Message

log = logging.getLogger(__name__)


class Recorder:
    """Makes the recordings of one device.

    Any thread may call its methods. The opener that `tap` returns, and the sources that it opens, are only
    for the thread that reads the device's port.
    """

    def __init__(
        self, device: DeviceConfig, folder: Path, create: Callable[[Path], BinaryIO] | None = None
    ) -> None:
        """Recordings that are started without a path go into `folder`.

        `create` creates the file of a recording and opens it for writing.
        """
        self._device = device
        self._folder = folder
        self._create = create or _create
        self._starting = threading.Lock()
        self._lock = threading.Lock()
        self._is_open = False
        self._file: RecordingFile | None = None
        self._last: RecordingFile | None = None
        """The newest recording. It stays here after its end: writing its last records may still fail."""
        self._trouble: Message | None = None

    def change(self, device: DeviceConfig) -> None:
        """Use other settings of the device: from now on, new recordings have its new name."""
        self._device = device

    @property
    def trouble(self) -> Message | None:
        """Why the last recording could not be started, or failed later; None if nothing failed."""
        file = self._last
        return file.trouble if file else self._trouble

    def start(self, path: Path | None = None) -> None:
        """Start a recording to `path`; without a path, to a new file named by device, date and time.

        If this fails, `trouble` says why. Do nothing if a recording is already running.
        """
        with self._starting:
            if self.status():
                return
            path = path or _by_time(self._folder, self._device.name)
            try:
                # Create the file without the lock that the reader thread needs, because a disk may be slow.
                file = self._create(path)
            except OSError as error:
                self._file = self._last = None
                self._trouble = Message(
                    "recording_not_started", path=str(path), words=error.strerror or str(error)
                )
                log.warning("%s", self._trouble)
                return
            with self._lock:
                self._file = self._last = RecordingFile(self._device, path, file)
                if self._is_open:
                    self._file.put(RecordKind.JOINED)

    def stop(self) -> None:
        """End the recording. Bytes that came before this call are still written to the file."""
        with self._lock:
            file, self._file = self._file, None
        if file:
            file.end()

    def status(self) -> RecordingStatus | None:
        """The path and size of the recording; None if none is running."""
        file = self._file
        return RecordingStatus(str(file.path), file.size) if file and not file.trouble else None

    @property
    def ended(self) -> EndedRecording | None:
        """The newest recording, if it has ended or failed.

        None if it runs, if there is none, or if it failed before anything could be written.
        """
        file = self._last
        if file is None or self.status() or (file.trouble and not file.size):
            return None
        return EndedRecording(str(file.path), file.size, file.length_us, file.trouble)

    def tap(self, open_port: Callable[..., Source]) -> Callable[..., Source]:
        """Return a function that opens sources in the same way as `open_port` does.

        During a recording, the bytes that these sources read are also recorded.
        """

        def open_tapped(*arguments: Any) -> Source:
            return _Tapped(open_port(*arguments), self._on_event)

        return open_tapped

    def _on_event(self, kind: RecordKind, chunk: bytes = b"") -> None:
        with self._lock:
            self._is_open = kind is not RecordKind.CLOSED
            if self._file:
                self._file.put(kind, chunk)


class _Tapped:
    """A source that calls `report` when it opens, reads bytes or closes. Only one thread uses it."""

    def __init__(self, source: Source, report: Callable[..., None]) -> None:
        self._source = source
        self._report = report
        report(RecordKind.OPENED)

    def read(self) -> bytes:
        """See `Source`."""
        chunk = self._source.read()
        if chunk:
            self._report(RecordKind.DATA, chunk)
        return chunk

    def set_baud_rate(self, baud_rate: int) -> None:
        """See `Source`."""
        self._source.set_baud_rate(baud_rate)

    def write(self, data: bytes) -> None:
        """See `Source`."""
        self._source.write(data)

    def close(self) -> None:
        """See `Source`."""
        self._report(RecordKind.CLOSED)
        self._source.close()


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb", buffering=0)


def _by_time(folder: Path, device: str) -> Path:
    """The path of a new file in `folder`, named by device, date and time."""
    stem = f"{file_name(device, 'board')} {datetime.now():%Y-%m-%d %H.%M.%S}"
    path = folder / f"{stem}{SUFFIX}"
    number = 2
    while path.exists():
        path = folder / f"{stem} {number}{SUFFIX}"
        number += 1
    return path
