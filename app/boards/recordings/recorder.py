"""Records a device's raw session to a file, for as long as a person wants.

Invariants: a recording that goes wrong tells so in a sentence and hinders nothing else; no file is ever
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
from app.boards.status import RecordingStatus
from app.config.addresses import file_name
from app.config.bench_file import DeviceConfig
from app.messages.message import Message

log = logging.getLogger(__name__)


class Recorder:
    """The recordings of one device. What `tap` opens is for its reader thread, the rest for any."""

    def __init__(
        self, device: DeviceConfig, folder: Path, create: Callable[[Path], BinaryIO] | None = None
    ) -> None:
        """`folder` is where recordings lie that are given no name."""
        self._device = device
        self._folder = folder
        self._create = create or _create
        self._starting = threading.Lock()
        self._lock = threading.Lock()
        self._is_open = False
        self._file: RecordingFile | None = None
        self._last: RecordingFile | None = None
        """The newest one, whether it has ended or not: its last words may come late."""
        self._trouble: Message | None = None

    @property
    def trouble(self) -> Message | None:
        """Why the last recording could not begin or go on; None while nothing went wrong."""
        file = self._last
        return file.trouble if file else self._trouble

    def start(self, path: Path | None = None) -> None:
        """Record to `path`, or to a file in the folder that is named by device, date and time.

        What goes wrong is told by `trouble`. While a recording runs, a second one is not begun.
        """
        with self._starting:
            if self.status():
                return
            path = path or _by_time(self._folder, self._device.name)
            try:
                # Not under the lock for which the reader thread may wait: a disk may take its time.
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
        """End the recording, with everything in the file that came."""
        with self._lock:
            file, self._file = self._file, None
        if file:
            file.end()

    def status(self) -> RecordingStatus | None:
        """Where the recording goes and how large it is; None where there is none."""
        file = self._file
        return RecordingStatus(str(file.path), file.size) if file and not file.trouble else None

    def tap(self, open_port: Callable[..., Source]) -> Callable[..., Source]:
        """A way to open the port that hands over what its sources say."""

        def open_tapped(*arguments: Any) -> Source:
            return _Tapped(open_port(*arguments), self._on_event)

        return open_tapped

    def _on_event(self, kind: RecordKind, chunk: bytes = b"") -> None:
        with self._lock:
            self._is_open = kind is not RecordKind.CLOSED
            if self._file:
                self._file.put(kind, chunk)


class _Tapped:
    """A source that tells what it says; used by one reader thread alone."""

    def __init__(self, source: Source, tell: Callable[..., None]) -> None:
        self._source = source
        self._tell = tell
        tell(RecordKind.OPENED)

    def read(self) -> bytes:
        """See `Source`."""
        chunk = self._source.read()
        if chunk:
            self._tell(RecordKind.DATA, chunk)
        return chunk

    def write(self, data: bytes) -> None:
        """See `Source`."""
        self._source.write(data)

    def close(self) -> None:
        """See `Source`."""
        self._tell(RecordKind.CLOSED)
        self._source.close()


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb", buffering=0)


def _by_time(folder: Path, device: str) -> Path:
    """A name that no file in `folder` has yet."""
    stem = f"{file_name(device, 'board')} {datetime.now():%Y-%m-%d %H.%M.%S}"
    path = folder / f"{stem}{SUFFIX}"
    number = 2
    while path.exists():
        path = folder / f"{stem} {number}{SUFFIX}"
        number += 1
    return path
