"""Writes one recording to its file, in a thread of its own.

Invariants: `put` never waits for the disk; once a record is written, it survives a crash of the program, and
one second later, it also survives a power cut; a disk that is full or too slow ends the recording, with a
message; a file in which nothing could be written is deleted; each byte of a token that the program knows is
overwritten with `*`. For the format see `app.boards.recordings.format`.
"""

from __future__ import annotations

import errno
import logging
import math
import os
import threading
import time
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from app.boards.recordings.format import Header, Record, RecordKind, pack, pack_header
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.security import redaction

MAX_WAITING_BYTES = 64 << 20
"""How many bytes may wait in memory for the disk."""
_GATHER_S = 0.02
_SYNC_S = 1.0
_END_S = 1.0
"""How long `end` waits for the disk."""

log = logging.getLogger(__name__)


class RecordingFile:
    """A recording that is being written. It ends at a call of `end`, or if writing fails.

    `trouble` says why writing failed; it is None if nothing has failed.
    """

    def __init__(self, device: DeviceConfig, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.size = 0
        self.trouble: Message | None = None
        self._file = file
        self._changed = threading.Condition()
        self._waiting: list[Record] = []
        self._waiting_bytes = 0
        self._last_us = self._began_us = time.monotonic_ns() // 1000
        self._ending = threading.Event()
        self._sync_at_s = math.inf
        header = Header(device.name, device.port, device.baud_rate, time.time_ns() // 1000)
        self._thread = threading.Thread(
            target=self._work, args=(pack_header(header),), name=f"recording {device.name}", daemon=True
        )
        self._thread.start()

    @property
    def length_us(self) -> int:
        """The time from the start of the recording to its newest record, in microseconds."""
        return self._last_us - self._began_us

    def put(self, kind: RecordKind, data: bytes = b"") -> None:
        """Add a record with the current time. Only a record of the kind `DATA` has `data`: the bytes read."""
        if self.trouble:
            return
        now_us = time.monotonic_ns() // 1000
        record = Record(kind, now_us - self._last_us, time.time_ns() // 1000, data)
        self._last_us = now_us
        with self._changed:
            if self._waiting_bytes > MAX_WAITING_BYTES:
                self._fail(Message("recording_too_slow", path=str(self.path)))
                self._waiting = []
                return
            self._waiting.append(record)
            self._waiting_bytes += len(data)
            self._changed.notify()

    def end(self) -> None:
        """End the recording, and wait at most a second for the remaining records to be written."""
        self.put(RecordKind.ENDED)
        self._ending.set()
        with self._changed:
            self._changed.notify()
        self._thread.join(_END_S)

    def _work(self, header: bytes) -> None:
        try:
            self._write(header)
            held: list[Record] = []  # not written yet, because they may contain the beginning of a token
            while (records := self._next()) is not None:
                records = _without_tokens([*held, *records])
                sure = len(records) - _unsure(records)
                records, held = records[:sure], records[sure:]
                self._write(b"".join(map(pack, records)))
                if time.monotonic() >= self._sync_at_s:
                    self._sync()
            self._sync()
        except OSError as error:
            words = error.strerror or str(error)
            self._fail(Message("recording_write_failed", path=str(self.path), words=words))
        finally:
            with suppress(OSError):
                self._file.close()
            if not self.size:
                with suppress(OSError):
                    self.path.unlink()
            with self._changed:
                self._waiting = []

    def _next(self) -> list[Record] | None:
        """Wait for records and return them.

        Returns an empty list if it is time to call `_sync`, and None if no more records will come.
        """
        with self._changed:
            wait_s = max(0.0, self._sync_at_s - time.monotonic())
            self._changed.wait_for(
                lambda: self._waiting or self._ending.is_set() or self.trouble,
                min(wait_s, threading.TIMEOUT_MAX),
            )
            if self.trouble or (self._ending.is_set() and not self._waiting):
                return None
            if not self._waiting:
                return []
        # Let small pieces gather, so that they share a write.
        self._ending.wait(_GATHER_S)
        with self._changed:
            records, self._waiting, self._waiting_bytes = self._waiting, [], 0
        return records

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]
        self.size += len(data)
        if data:
            self._sync_at_s = min(self._sync_at_s, time.monotonic() + _SYNC_S)

    def _sync(self) -> None:
        self._sync_at_s = math.inf
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            # Some network drives cannot sync.
            if error.errno != errno.EINVAL:
                raise

    def _fail(self, trouble: Message) -> None:
        self.trouble = trouble
        log.warning("%s", self.trouble)


def _without_tokens(records: list[Record]) -> list[Record]:
    """Return the records with all known tokens overwritten, even tokens that are split between records."""
    said = b"".join(record.data for record in records)
    clean = redaction.known.redact_raw(said)
    if clean == said:
        return records
    ends = accumulate(len(record.data) for record in records)
    return [
        record._replace(data=clean[end - len(record.data) : end])
        for record, end in zip(records, ends, strict=True)
    ]


def _unsure(records: list[Record]) -> int:
    """How many of the last records in `records` may contain the beginning of a token.

    These records must not be written until the bytes after them show whether a token begins there.
    """
    if not records or records[-1].kind is not RecordKind.DATA:
        return 0
    left = redaction.known.open_end(b"".join(record.data for record in records))
    count = 0
    while left > 0:
        count += 1
        left -= len(records[-count].data)
    return count
