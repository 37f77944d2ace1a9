r"""The format of recordings, which keep each chunk of bytes that was read from a port, with its time.

A recording is a header followed by records, with nothing between them; numbers are little-endian:

    header   b"Pinbridge recording 1\n", then one line of JSON in UTF-8 that ends with \n:
             device, port, baud_rate, started_at_us (microseconds since 1970, UTC)
    record   kind     1 byte   O  the port opened
                               J  the recording started while the port was already open
                               D  data: bytes as they were read, in one piece
                               C  the port closed, was unplugged, or was released
                               E  the recording was ended
             gap      8 bytes  unsigned: microseconds since the previous record, by the monotonic clock
             at       8 bytes  signed: microseconds since 1970, UTC, by the computer's clock
             length   4 bytes  unsigned: bytes of data; 0 unless D
             check    4 bytes  CRC-32 of the 21 bytes before and of the data
             data     `length` bytes

Invariants: records are only appended, so those written before a crash stay readable: a reader returns all
records before the first one that is cut or damaged, and counts the bytes from there to the end. Whatever is
in the file, a reader never needs more memory than the largest allowed record takes. Pure: no I/O, no clock.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from enum import Enum
from typing import BinaryIO, NamedTuple

import msgspec

from app.errors import PinbridgeError

SUFFIX = ".pbrec"
MAGIC = b"Pinbridge recording 1\n"
MAX_DATA_BYTES = 1 << 24
_MAX_HEADER_BYTES = 1 << 16
_FIELDS = struct.Struct("<cQqI")
_CHECK = struct.Struct("<I")
_FRAME_BYTES = _FIELDS.size + _CHECK.size


class RecordingError(PinbridgeError, ValueError):
    """A file is not a readable recording; the message says why."""


class RecordKind(Enum):
    """The kind of a record: what happened at the port."""

    OPENED = b"O"
    JOINED = b"J"
    DATA = b"D"
    CLOSED = b"C"
    ENDED = b"E"


class Header(msgspec.Struct, frozen=True):
    """The header of a recording: the device, its port, and when the recording started."""

    device: str
    port: str
    baud_rate: int
    started_at_us: int


class Record(NamedTuple):
    """A record: something that happened at the port, with its time and data."""

    kind: RecordKind
    gap_us: int
    at_us: int
    data: bytes = b""

    @property
    def size(self) -> int:
        """The number of bytes that the record has in the file."""
        return _FRAME_BYTES + len(self.data)


def pack_header(header: Header) -> bytes:
    """Encode the beginning of a recording: the magic line and `header`."""
    return MAGIC + msgspec.json.encode(header) + b"\n"


def pack(record: Record) -> bytes:
    """Encode `record` as it is written to the file."""
    fields = _FIELDS.pack(record.kind.value, record.gap_us, record.at_us, len(record.data))
    return fields + _CHECK.pack(zlib.crc32(record.data, zlib.crc32(fields))) + record.data


class RecordingReader:
    """Reads a recording once. `__init__` reads the header; iteration then reads the records in order."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the header. Raises RecordingError if there is none."""
        self._stream = stream
        if stream.read(len(MAGIC)) != MAGIC:
            raise RecordingError("recording_start_unknown")
        line = stream.readline(_MAX_HEADER_BYTES)
        try:
            self.header = msgspec.json.decode(line if line.endswith(b"\n") else b"", type=Header)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise RecordingError("recording_header_unreadable") from None
        self.unread_bytes = 0
        """The number of bytes from the first cut or damaged record to the end of the file, 0 if all are good.

        Known after all records have been read."""

    def __iter__(self) -> Iterator[Record]:
        """Read the records in order, and stop before the first one that is cut or damaged."""
        while frame := self._stream.read(_FRAME_BYTES):
            record = self._record(frame)
            if isinstance(record, int):
                self.unread_bytes = record
                while rest := self._stream.read(1 << 20):
                    self.unread_bytes += len(rest)
                return
            yield record

    def _record(self, frame: bytes) -> Record | int:
        """Read the rest of the record that starts with `frame`, and return the record.

        If the record is cut or damaged, return the number of bytes read, including `frame`.
        """
        if len(frame) < _FRAME_BYTES:
            return len(frame)
        kind, gap_us, at_us, length = _FIELDS.unpack_from(frame)
        if length > MAX_DATA_BYTES:
            return len(frame)
        data = self._stream.read(length)
        check = zlib.crc32(data, zlib.crc32(frame[: _FIELDS.size]))
        if len(data) < length or _CHECK.unpack_from(frame, _FIELDS.size) != (check,):
            return len(frame) + len(data)
        try:
            return Record(RecordKind(kind), gap_us, at_us, data)
        except ValueError:
            return len(frame) + len(data)
