"""Records a device's raw session to a file, for as long as a person wants.

Invariants: the reader thread hands over what came and never waits for the disk; a disk that is full or too
slow ends the recording, with a sentence, and nothing else; what has been written survives a crash; no file
is ever overwritten; a token that the program knows is struck out, by as many `*`. The format is that of
`recording`.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

from app import redaction
from app.addresses import file_name
from app.boards.recording import SUFFIX, Event, Header, Record, pack, pack_header
from app.boards.sources import Source
from app.config import DeviceConfig
from app.status import RecordingStatus

MAX_WAITING_BYTES = 64 << 20
"""What may wait for the disk in memory."""
_GATHER_S = 0.02
_SYNC_S = 1.0
_END_S = 1.0

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
        self._lock = threading.Lock()
        self._is_open = False
        self._session: _Session | None = None
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why the last recording ended before it was told to, in one sentence; empty when all is well."""
        session = self._session
        return session.trouble if session else self._trouble

    def start(self, path: Path | None = None) -> None:
        """Record to `path`, or to a file in the folder that is named by device, date and time.

        What goes wrong is told by `trouble`. While a recording runs, a second one is not begun.
        """
        with self._lock:
            if self._session and not self._session.trouble:
                return
            path = path or _by_time(self._folder, self._device.name)
            try:
                file = self._create(path)
            except OSError as error:
                self._session = None
                self._trouble = f"{path}: cannot be recorded to: {error.strerror}."
                log.warning(self._trouble)
                return
            self._session = _Session(self._device, path, file)
            if self._is_open:
                self._session.put(Event.JOINED)

    def stop(self) -> None:
        """End the recording, with everything in the file that came."""
        with self._lock:
            session, self._session, self._trouble = self._session, None, self.trouble
        if session:
            session.end()

    def status(self) -> RecordingStatus | None:
        """Where the recording goes and how large it is; None where there is none."""
        session = self._session
        return RecordingStatus(str(session.path), session.size) if session and not session.trouble else None

    def tap(self, open_port: Callable[..., Source]) -> Callable[..., Source]:
        """A way to open the port that hands over what its sources say."""

        def open_tapped(*arguments: Any) -> Source:
            return _Tapped(open_port(*arguments), self._on_event)

        return open_tapped

    def _on_event(self, event: Event, chunk: bytes = b"") -> None:
        with self._lock:
            self._is_open = event is not Event.CLOSED
            if self._session:
                self._session.put(event, chunk)


class _Tapped:
    """A source that tells what it says; used by one reader thread alone."""

    def __init__(self, source: Source, tell: Callable[..., None]) -> None:
        self._source = source
        self._tell = tell
        tell(Event.OPENED)

    def read(self) -> bytes:
        """See `Source`."""
        chunk = self._source.read()
        if chunk:
            self._tell(Event.DATA, chunk)
        return chunk

    def write(self, data: bytes) -> None:
        """See `Source`."""
        self._source.write(data)

    def close(self) -> None:
        """See `Source`."""
        self._tell(Event.CLOSED)
        self._source.close()


class _Session:
    """One recording: a thread that writes what was handed over."""

    def __init__(self, device: DeviceConfig, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.size = 0
        self.trouble = ""
        self._file = file
        self._changed = threading.Condition()
        self._waiting: list[Record] = []
        self._waiting_bytes = 0
        self._last_us = time.monotonic_ns() // 1000
        self._ending = threading.Event()
        header = Header(device.name, device.port, device.baud_rate, time.time_ns() // 1000)
        self._thread = threading.Thread(
            target=self._work, args=(pack_header(header),), name=f"recording {device.name}", daemon=True
        )
        self._thread.start()

    def put(self, event: Event, data: bytes = b"") -> None:
        """Hand over what happened now."""
        if self.trouble:
            return
        now_us = time.monotonic_ns() // 1000
        record = Record(event, now_us - self._last_us, time.time_ns() // 1000, data)
        self._last_us = now_us
        with self._changed:
            if self._waiting_bytes > MAX_WAITING_BYTES:
                self._fail("the disk is too slow")
                return
            self._waiting.append(record)
            self._waiting_bytes += len(data)
            self._changed.notify()

    def end(self) -> None:
        """Write what is left, for a second at most; the recording has an end then."""
        self.put(Event.ENDED)
        self._ending.set()
        with self._changed:
            self._changed.notify()
        self._thread.join(_END_S)

    def _work(self, header: bytes) -> None:
        synced_s = time.monotonic()
        try:
            self._write(header)
            self._sync()
            while records := self._next():
                self._write(b"".join(map(pack, _without_tokens(records))))
                if time.monotonic() - synced_s >= _SYNC_S:
                    self._sync()
                    synced_s = time.monotonic()
            self._sync()
        except OSError as error:
            self._fail(error.strerror or "the disk cannot be written")
        finally:
            self._file.close()

    def _next(self) -> list[Record]:
        """What waits for the disk, as soon as something does; nothing once the recording has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ending.is_set())
        # A board that talks in small pieces: let some gather.
        self._ending.wait(_GATHER_S)
        with self._changed:
            records, self._waiting, self._waiting_bytes = self._waiting, [], 0
        return records

    def _sync(self) -> None:
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            # Some network drives cannot: what was written is theirs to keep.
            if error.errno != errno.EINVAL:
                raise

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]
        self.size += len(data)

    def _fail(self, why: str) -> None:
        self.trouble = f"{self.path}: the recording has ended ({why}): free some space and record again."
        log.warning(self.trouble)


def _without_tokens(records: list[Record]) -> list[Record]:
    """The same records, with every token that the program knows overwritten, also where chunks part it."""
    said = b"".join(record.data for record in records)
    clean = redaction.known.redact_raw(said)
    if clean == said:
        return records
    ends = accumulate(len(record.data) for record in records)
    return [
        record._replace(data=clean[end - len(record.data) : end])
        for record, end in zip(records, ends, strict=True)
    ]


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
