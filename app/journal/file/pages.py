"""Reads the pages of a journal's file, and the rows on the pages, when SQLite can no longer read the file.

Invariants: nothing is written; the newest committed version of a page is read: from SQLite's write-ahead log
if the log has the page, otherwise from the file; a row that cannot be read completely is left out; no error
is raised, whatever the file contains.
The section numbers in the docstrings are those of https://sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from app.journal.file.beside import opened_beside_sqlite
from app.journal.file.neighbours import log_of

Column = int | float | str | bytes | None

PAGE_BYTES = 4096
"""SQLite's default page size, which is used if the file's header is damaged. No journal has another size."""
PAGE_SIZES = (512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
LOG_HEADER = struct.Struct(">8I")
FRAME = struct.Struct(">6I")
"""The header of a frame of a log. The page follows it."""
_INTERIOR_INDEX, _LEAF_INDEX, _LEAF_TABLE = b"\x02", b"\x0a", b"\x0d"
_INTS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_FREE, _KINDS_OF_PAGE = 2, range(6)
"""Kinds of pages in a pointer map. Kind 0 is the page at 1 GiB, which SQLite reserves for its locks."""


@contextmanager
def pages_of(path: Path) -> Iterator[Pages]:
    """Open the journal at `path`, and its write-ahead log if there is one, to read pages. Raises OSError."""
    log = log_of(path)
    with ExitStack() as opened:
        file = opened.enter_context(opened_beside_sqlite(path))
        yield Pages(file, opened.enter_context(log.open("rb")) if log.exists() else None)


class Pages:
    """The pages, numbered from 1, of one SQLite file and its write-ahead log."""

    def __init__(self, file: BinaryIO, log: BinaryIO | None = None) -> None:
        """`log` is the write-ahead log beside the file, if there is one."""
        self._file = file
        self._log = log
        length = file.seek(0, 2)
        self.size = _page_bytes(_read(file, 0, 100), length)
        self._frames = _committed(log, self.size) if log else {}
        in_file = -(-length // self.size)
        self.count = max(in_file, *self._frames) if self._frames else in_file

    @property
    def logged(self) -> list[int]:
        """The numbers of the pages that have newer content in SQLite's write-ahead log."""
        return list(self._frames)

    def page(self, number: int) -> bytes:
        """The content of page `number`; shorter than a page if the file ends within it."""
        at = self._frames.get(number)
        if at is not None and self._log:
            return _read(self._log, at, self.size)
        return _read(self._file, (number - 1) * self.size, self.size)

    def in_use(self) -> Iterator[int]:
        """The numbers of all pages that the file does not mark as free. Rows on a free page were deleted.

        The marks are in pointer map pages (section 1.8 of SQLite's file format). If a pointer map page is
        damaged, all pages that it describes count as in use.
        """
        entries = self.size // 5
        yield from range(1, min(2, self.count + 1))
        for map_ in range(2, self.count + 1, entries + 1):
            kinds = self.page(map_).ljust(self.size, b"\0")[: 5 * min(entries, self.count - map_) : 5]
            is_sound = all(kind in _KINDS_OF_PAGE for kind in kinds)
            if not is_sound:
                yield map_
            yield from (n for n, kind in enumerate(kinds, map_ + 1) if kind != _FREE or not is_sound)

    def rows(self, number: int) -> Iterator[tuple[int, list[Column]]]:
        """The rowid and the columns of each row on page `number`.

        The rowid is 0 if the page belongs to an index or to a table without rowids. How rows are stored on a
        page is described in section 1.6 of SQLite's file format (b-tree pages).
        """
        page = self.page(number)
        start = 100 if number == 1 else 0
        kind, cells = page[start : start + 1], int.from_bytes(page[start + 3 : start + 5], "big")
        if kind not in (_INTERIOR_INDEX, _LEAF_INDEX, _LEAF_TABLE):
            return
        child = 4 if kind == _INTERIOR_INDEX else 0
        start += 8 + child
        end = start + 2 * cells
        for at in range(start, min(end, len(page) - 1), 2):
            cell = int.from_bytes(page[at : at + 2], "big") + child
            if cell < end:
                continue
            try:
                length, cell = _varint(page, cell)
                rowid = 0
                if kind == _LEAF_TABLE:
                    rowid, cell = _varint(page, cell)
                yield rowid, _columns(self._payload(page, cell, length, kind == _LEAF_TABLE))
            except (ValueError, IndexError):
                continue

    def _payload(self, page: bytes, at: int, length: int, is_table: bool) -> bytes:
        """The content of a row: `length` bytes that begin at offset `at` and may continue on overflow pages.

        Overflow pages are described in section 1.6 of SQLite's file format. Raises ValueError if the row is
        not complete.
        """
        usable = self.size
        most = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
        local = length
        if length > most:
            least = (usable - 12) * 32 // 255 - 23
            local = least + (length - least) % (usable - 4)
            local = local if local <= most else least
        if not 0 < length <= self.count * self.size:
            raise ValueError("the row is longer than the file")
        parts = [page[at : at + local]]
        left = length - local
        number = int.from_bytes(page[at + local : at + local + 4], "big") if left else 0
        while left > 0:
            if not 1 < number <= self.count:
                raise ValueError("an overflow page is missing")
            page = self.page(number)
            parts.append(page[4 : min(4 + left, usable)])
            left -= usable - 4
            number = int.from_bytes(page[:4], "big")
        if number:
            raise ValueError("there is an overflow page too many")
        payload = b"".join(parts)
        if len(payload) < length:
            raise ValueError("the file ends within the row")
        return payload


def _page_bytes(header: bytes, length: int) -> int:
    """The page size according to the file's header (section 1.3 of SQLite's file format).

    If the header does not agree with the file's `length` in bytes, SQLite's default is returned.
    """
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    pages = int.from_bytes(header[28:32], "big")
    return size if size in PAGE_SIZES and size * pages == length else PAGE_BYTES


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    """Read up to `size` bytes at offset `at`.

    Returns no bytes if the operating system reports an error, so that the caller can go on elsewhere.
    """
    try:
        file.seek(at)
        return file.read(size)
    except OSError:
        return b""


def _committed(log: BinaryIO, page_bytes: int) -> dict[int, int]:
    """Map the number of each page in SQLite's write-ahead log to the offset of its newest committed content.

    The log is described in section 4 of SQLite's file format.
    """
    header = _read(log, 0, LOG_HEADER.size)
    if len(header) < LOG_HEADER.size:
        return {}
    _, _, size, _, *salts_and_check = LOG_HEADER.unpack(header)
    salts = salts_and_check[:2]
    running = checksum(header[:24], (0, 0))
    if size != page_bytes or running != tuple(salts_and_check[2:]):
        return {}
    frames: dict[int, int] = {}
    uncommitted: dict[int, int] = {}
    at = LOG_HEADER.size
    while len(frame := _read(log, at, FRAME.size + size)) == FRAME.size + size:
        number, is_commit, *salts_and_check = FRAME.unpack_from(frame)
        running = checksum(frame[FRAME.size :], checksum(frame[:8], running))
        if salts_and_check[:2] != salts or running != tuple(salts_and_check[2:]):
            break
        uncommitted[number] = at + FRAME.size
        if is_commit:
            frames |= uncommitted
            uncommitted = {}
        at += len(frame)
    return frames


def checksum(data: bytes, before: tuple[int, int]) -> tuple[int, int]:
    """The running checksum of SQLite's write-ahead log after `data`; `before` is the checksum before `data`.

    The checksum is described in section 4.2 of SQLite's file format. The 32-bit words of `data` are
    little-endian, because the log was written on a little-endian machine.
    """
    first, second = before
    words = iter(struct.unpack(f"<{len(data) // 4}I", data))
    for word, next_word in zip(words, words, strict=True):
        first = (first + word + second) & 0xFFFFFFFF
        second = (second + next_word + first) & 0xFFFFFFFF
    return first, second


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The variable-length integer at offset `at`, and the offset after its last byte.

    Such integers are described in section 1.6 of SQLite's file format.
    """
    value = 0
    for place in range(at, at + 8):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    value = value << 8 | data[at + 8]
    return value - (value >> 63 << 64), at + 9


def _columns(payload: bytes) -> list[Column]:
    """Decode the columns of a row; `payload` is its content (section 2.1 of SQLite's file format).

    Raises ValueError or IndexError if the row is damaged.
    """
    end, at = _varint(payload, 0)
    body = end
    found: list[Column] = []
    while at < end:
        code, at = _varint(payload, at)
        size = _INTS.get(code, 8 if code == 7 else max(0, code - 12) // 2)
        data = payload[body : body + size]
        if len(data) < size or code in (10, 11):
            raise ValueError("the row is cut off")
        body += size
        if code == 0:
            found.append(None)
        elif code in _INTS:
            found.append(int.from_bytes(data, "big", signed=True))
        elif code == 7:
            found.append(float(struct.unpack(">d", data)[0]))
        elif code in (8, 9):
            found.append(code - 8)
        else:
            found.append(data.decode() if code % 2 else data)
    if body != len(payload):
        raise ValueError("the row is longer than its columns")
    return found
