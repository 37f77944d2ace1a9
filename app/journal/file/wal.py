"""Recognises a write-ahead log that belongs to another file than the journal beside it, or that was cut off.

SQLite replays whatever log it finds. A log does not say to which file it belongs. But each journal has its
own secret, in the only row of the table `meta`, and every commit with readings writes this row again: so a
log with readings contains it. The index of a log says how many frames the log has.
Section 4 of https://sqlite.org/fileformat2.html describes the log.

Invariants: nothing is written to a log; a log that was torn by a power cut, which SQLite ignores, is not
foreign; no file that is not a log is left where SQLite would overwrite or remove it.
"""

from __future__ import annotations

import codecs
import io
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from app.journal.file.neighbours import APPLICATION_ID, log_of
from app.journal.file.new_file import move
from app.journal.file.pages import FRAME, LOG_HEADER, PAGE_BYTES, PAGE_SIZES, Pages, checksum

_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_INDEX = struct.Struct("=14x H I 12x 8s")
SECRET_BYTES = 32
INDEX_HEADER_BYTES = 48
"""The length of the first of two copies of the header in the index of a log."""


class LogIndex(NamedTuple):
    """What the header of a log's index says about the log."""

    frames: int
    """How many frames are in use."""
    page_bytes: int
    salts: bytes
    """The part of the header of each frame that changes whenever the log is begun anew."""


EMPTY_LOG = LogIndex(0, 0, b"")


def is_start_of_log(start: bytes) -> bool:
    """Whether `start`, the first four bytes of a file, may begin a log; an empty or torn one has zeros."""
    written = start.rstrip(b"\0")
    return any(magic.startswith(written) for magic in _MAGIC)


def read_index(start: bytes) -> LogIndex:
    """What a log's index says of the log, from `start`, its first `INDEX_HEADER_BYTES`.

    If `start` is shorter, the log is taken for empty.
    SQLite writes the frames of a commit to the log before it changes the index, and empties the index before
    the log. Source: section 2 of https://sqlite.org/walformat.html.
    """
    if len(start) < INDEX_HEADER_BYTES:
        return EMPTY_LOG
    page_bytes, frames, salts = _INDEX.unpack_from(start)
    return LogIndex(frames, 65536 if page_bytes == 1 else page_bytes, salts)


def has_frame(log: BinaryIO, frame: int, index: LogIndex) -> bool:
    """Whether `log` has the frame with this number (from 1 on), written since the log was last begun anew."""
    frame_bytes = FRAME.size + index.page_bytes
    log.seek(LOG_HEADER.size + (frame - 1) * frame_bytes)
    found = log.read(frame_bytes)
    return len(found) == frame_bytes and found[8:16] == index.salts


def has_foreign_log(path: Path) -> bool:
    """Whether the log beside the journal at `path` belongs to another file, or is a text.

    False if there is no log, and also if the log does not tell: it has no readings, or cannot be read.
    """
    try:
        with log_of(path).open("rb") as log:
            return _is_foreign(log, path)
    except OSError:
        return False


def move_unusable_log(path: Path, now: datetime) -> None:
    """Rename the file where SQLite keeps the log of the journal at `path`, if it is no log. Raises OSError.

    A power cut can leave such a file, or it is another program's. SQLite would take it for an empty log. The
    new name contains the time `now`.
    """
    log = log_of(path)
    try:
        with log.open("rb") as file:
            is_usable = is_start_of_log(file.read(4))
    except FileNotFoundError:
        return
    if not is_usable:
        move(log, log.with_name(f"{log.name}.unusable-{now:%Y-%m-%d-%H%M%S}"))


def _is_text(start: bytes) -> bool:
    """Whether `start`, the first bytes of a file, are readable text: a power cut leaves no such file."""
    try:
        # The last letter may be cut off.
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return text != "" and all(letter.isprintable() or letter.isspace() for letter in text)


def _is_foreign(log: BinaryIO, path: Path) -> bool:
    header = log.read(LOG_HEADER.size)
    if not is_start_of_log(header[:4]):
        return _is_text(header)
    if len(header) < LOG_HEADER.size:
        return False
    _, _, page_bytes, _, *salts, _, _ = LOG_HEADER.unpack(header)
    if page_bytes != PAGE_BYTES:
        return page_bytes in PAGE_SIZES
    secret = _secret_of(path)
    for number, page in _frames(log, salts):
        if number == 1:
            is_foreign = page[68:72] != APPLICATION_ID.to_bytes(4, "big")
        else:
            theirs = _secrets(page)
            is_foreign = bool(theirs) and secret not in (None, *theirs)
            if theirs and not is_foreign:
                return False
        if is_foreign:
            # Another process may be writing the log: only what is whole counts.
            return _is_sound(log, log.tell())
    return False


def _is_sound(log: BinaryIO, end: int) -> bool:
    """Whether the checksums of a log are right up to the offset `end`, where a frame ends."""
    log.seek(0)
    header = log.read(LOG_HEADER.size)
    running = checksum(header[:24], (0, 0))
    if running != LOG_HEADER.unpack(header)[6:]:
        return False
    while log.tell() < end:
        frame = log.read(FRAME.size + PAGE_BYTES)
        running = checksum(frame[FRAME.size :], checksum(frame[:8], running))
    return running == FRAME.unpack_from(frame)[4:]


def _frames(log: BinaryIO, salts: list[int]) -> Iterator[tuple[int, bytes]]:
    """The number and the content of each page in a log, without those left from an earlier use of it."""
    while len(frame := log.read(FRAME.size + PAGE_BYTES)) == FRAME.size + PAGE_BYTES:
        number, _, *salts_of_frame = FRAME.unpack_from(frame)[:4]
        if salts_of_frame != salts:
            return
        yield number, frame[FRAME.size :]


def _secrets(page: bytes) -> list[bytes]:
    """The secrets in the rows of `page`, which is any page but the first."""
    found = []
    for _, row in Pages(io.BytesIO(bytes(PAGE_BYTES) + page)).rows(2):
        match row:
            case [bytes() as secret, int()] if len(secret) == SECRET_BYTES:
                found.append(secret)
    return found


def _secret_of(path: Path) -> bytes | None:
    """The secret of the journal at `path`, from the file alone; None if it cannot be read."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            (secret,) = connection.execute("SELECT secret FROM meta").fetchone()
    except (sqlite3.Error, UnicodeDecodeError, TypeError):
        return None
    # A page of the file that a power cut has torn, because SQLite was copying it from the log, says anything.
    return secret if isinstance(secret, bytes) and len(secret) == SECRET_BYTES else None
