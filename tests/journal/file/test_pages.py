"""Without SQLite, the page reader finds the same rows as SQLite. No content of a page makes it raise."""

from __future__ import annotations

import io
import random
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from app.journal.file.pages import Column, Pages

INTS = (0, 1, -1, *(sign * 2**bits for bits in (7, 8, 15, 23, 31, 47, 62) for sign in (1, -1)))


def column(chance: random.Random) -> Column:
    size = chance.choice((0, 1, 30, 5000))
    return chance.choice(
        (None, chance.choice(INTS), chance.random(), chance.randbytes(size), "ü" * size, "x" * size)
    )


def made(path: Path, page_bytes: int, rows: list[list[Column]], vacuum: str = "INCREMENTAL") -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {page_bytes}")
        connection.execute(f"PRAGMA auto_vacuum = {vacuum}")
        connection.executescript(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, x, y);"
            "CREATE TABLE b (x PRIMARY KEY, y, z) WITHOUT ROWID;"
        )
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO a VALUES (?, ?, ?)", rows)
        connection.executemany("INSERT OR IGNORE INTO b VALUES (?, ?, ?)", [[n, x, y] for n, x, y in rows])
        connection.execute("COMMIT")


def frozen(row: list[Column]) -> str:
    return repr(row)


@pytest.mark.parametrize(
    ("page_bytes", "vacuum"), [(512, "INCREMENTAL"), (1024, "NONE"), (4096, "INCREMENTAL"), (65536, "FULL")]
)
def test_every_row_is_read_as_sqlite_reads_it(tmp_path: Path, page_bytes: int, vacuum: str) -> None:
    chance = random.Random(page_bytes)
    rowids = {chance.choice(INTS) + n for n in range(300)}
    rows = [[rowid, column(chance), column(chance)] for rowid in rowids]
    made(tmp_path / "a.db", page_bytes, rows, vacuum)
    pages = Pages(io.BytesIO((tmp_path / "a.db").read_bytes()))
    assert pages.size == page_bytes
    found = [row for number in pages.in_use() for row in pages.rows(number)]
    # A table with rowids stores NULL as its primary key; a table without rowids stores the key itself.
    by_rowid = [frozen([rowid, *row[1:]]) for rowid, row in found if len(row) == 3 and row[0] is None]
    others = [frozen(row) for _, row in found if len(row) == 3 and row[0] is not None]
    assert Counter(by_rowid) == Counter(map(frozen, rows))
    assert Counter(others) == Counter(map(frozen, rows))
    # The first page is read too, although it begins with the file's header.
    assert [row[1] for _, row in pages.rows(1)] == ["a", "b"]


@pytest.mark.parametrize(
    ("page_bytes", "sizes"),
    [
        (512, [*range(1100)]),
        # Around the lengths at which the largest or the smallest part of a row is on the row's own page, in
        # an index and in a table.
        (1024, [*range(100, 140), *range(200, 260), *range(970, 1010), *range(1120, 1160)]),
        (4096, [*range(480, 520), *range(980, 1030), *range(4040, 4070), *range(4580, 4620)]),
    ],
)
def test_rows_of_every_length_are_read(tmp_path: Path, page_bytes: int, sizes: list[int]) -> None:
    made(tmp_path / "a.db", page_bytes, [[n, n, "x" * n] for n in sizes])
    found = Counter(rows_of((tmp_path / "a.db").read_bytes()))
    for n in sizes:
        assert found[frozen([n, None, n, "x" * n])] == 1
        assert found[frozen([0, n, n, "x" * n])] == 1


@pytest.mark.parametrize(
    ("said", "size"),
    [
        *((2**power, 2**power) for power in range(9, 16)),
        (1, 65536),
        *((said, 4096) for said in (12, 256, 500, 520, 4095, 40_000)),
    ],
)
def test_a_page_has_one_of_sqlite_s_sizes(said: int, size: int) -> None:
    content = bytearray(3 * (65536 if said == 1 else said))
    content[16:18] = said.to_bytes(2, "big")
    content[28:32] = (3).to_bytes(4, "big")
    assert Pages(io.BytesIO(content)).size == size


class Long(io.BytesIO):
    """A file that claims to have 2**24 + 3 pages, too many for a test to write."""

    def seek(self, at: int, whence: int = 0) -> int:
        return 512 * (2**24 + 3) if whence else super().seek(at)


def test_a_file_may_have_more_pages_than_three_bytes_can_number() -> None:
    content = bytearray(512)
    content[16:18], content[28:32] = (512).to_bytes(2, "big"), (2**24 + 3).to_bytes(4, "big")
    assert Pages(Long(content)).size == 512


def rows_of(content: bytes, log: bytes | None = None) -> list[str]:
    pages = Pages(io.BytesIO(content), None if log is None else io.BytesIO(log))
    return sorted(frozen([rowid, *row]) for n in pages.in_use() for rowid, row in pages.rows(n))


@pytest.mark.parametrize("place", [0, 15, 16, 17, 28, 31])
def test_a_damaged_header_is_not_believed(tmp_path: Path, place: int) -> None:
    made(tmp_path / "a.db", 4096, [[n, n, "x" * 500] for n in range(100)])
    content = bytearray((tmp_path / "a.db").read_bytes())
    expected = rows_of(bytes(content))
    assert len(expected) > 200
    content[place] ^= 0x30
    assert rows_of(bytes(content)) == expected


def test_only_complete_commits_of_the_log_count(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    made(path, 4096, [[n, n, "x" * 500] for n in range(50)])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        content = path.read_bytes()
        states = [rows_of(content)]
        ends = [32]
        log = path.with_name("a.db-wal")
        for commit in range(4):
            connection.execute("BEGIN")
            connection.execute("UPDATE a SET x = ? WHERE id % 7 = 0", (commit + 1000,))
            connection.execute("INSERT INTO a VALUES (?, 1, 2)", (commit + 100,))
            connection.execute("COMMIT")
            ends.append(log.stat().st_size)
            states.append(rows_of(content, log.read_bytes()))
        assert path.read_bytes() == content
        written = log.read_bytes()
        assert len(states[-1]) == len(states[0]) + 4
        assert len(set(map(tuple, states))) == 5
    frame = 24 + 4096
    for number, (begin, end) in enumerate(pairwise(ends)):
        assert end - begin >= 2 * frame
        # A commit that is cut off or has a wrong byte does not count, nor does any commit after it.
        assert rows_of(content, written[: end - 1]) == states[number]
        for place in (begin + 4, begin + 9, begin + 17, begin + 30, begin + frame - 1):
            wrong = bytearray(written)
            wrong[place] ^= 1
            assert rows_of(content, bytes(wrong)) == states[number]
    for place in (0, 3, 9, 17, 25):
        wrong = bytearray(written)
        wrong[place] ^= 1
        assert rows_of(content, bytes(wrong)) == states[0]


def test_a_log_of_another_page_size_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    made(path, 512, [[1, 1, 1]])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO a VALUES (2, 2, ?)", ("x" * 5000,))
        content, log = path.read_bytes(), path.with_name("a.db-wal").read_bytes()
    pages = Pages(io.BytesIO(content), io.BytesIO(log))
    # The added pages are in the log, but not in the file yet.
    assert pages.count == max(pages.logged) > len(content) // 512
    assert Pages(io.BytesIO(bytes(8192)), io.BytesIO(log)).logged == []


MAPPED = 4096 // 5 + 1
"""The number of pages that one map describes, plus one for the map itself."""


@pytest.mark.parametrize(
    ("count", "kinds", "used"),
    [
        (0, [], []),
        (1, [], [1]),
        (2, [], [1]),
        (3, [5], [1, 3]),
        (3, [2], [1]),
        (6, [1, 2, 0, 3], [1, 3, 5, 6]),
        # There is no kind 6, so the whole map is ignored.
        (4, [2, 6], [1, 2, 3, 4]),
        # Bytes after the entry of the file's last page are ignored.
        (4, [2, 1, 255], [1, 4]),
        (MAPPED + 2, [2] * (MAPPED - 1), [1]),
        (MAPPED + 3, [2] * (MAPPED - 1), [1, MAPPED + 3]),
    ],
)
def test_pages_are_in_use_unless_a_map_says_otherwise(count: int, kinds: list[int], used: list[int]) -> None:
    first_map = b"".join(bytes([kind, 0, 0, 0, 0]) for kind in kinds)
    content = (bytes(4096) + first_map).ljust(4096 * count, b"\0")[: 4096 * count]
    assert list(Pages(io.BytesIO(content)).in_use()) == used


def test_all_of_a_thousand_rows_on_a_page_are_read(tmp_path: Path) -> None:
    made(tmp_path / "a.db", 65536, [[n, n, 7] for n in range(1000)])
    found = rows_of((tmp_path / "a.db").read_bytes())
    assert {frozen([n, None, n, 7]) for n in range(1000)} <= set(found)


def leaf(at: int, row: bytes) -> bytes:
    """A table's leaf page with one row; the row begins at offset `at`, and nothing follows it."""
    return (bytes([13, 0, 0, 0, 1, 0, 0, 0]) + at.to_bytes(2, "big")).ljust(at, b"\0") + row


NO_ROWS = {
    # The page's header, read as a row, would mean: 13 bytes, rowid 0, NULL and ten bytes.
    "in-the-head-of-its-page": bytes([13, 0, 3, 0, 32]).ljust(4096, b"\0"),
    "longer-than-the-file": leaf(4087, bytes([9, 1, 2, 23, *b"abcde"])),
    # A row of 5000 bytes, of which 908 are on this page.
    "going-on-in-the-first-page": leaf(
        3000, bytes([167, 8, 1, 3, 206, 22]).ljust(3 + 908, b"x") + bytes([0, 0, 0, 1])
    ),
    "cut-within-a-number": leaf(4088, bytes([5, 1, 2, 7, 64, 9, 33])),
    "longer-than-its-columns": leaf(4089, bytes([5, 1, 2, 15, *b"abc"])),
    # Column types that SQLite reserves for its own use.
    "of-kind-10": leaf(4092, bytes([2, 1, 2, 10])),
    "of-kind-11": leaf(4092, bytes([2, 1, 2, 11])),
}


@pytest.mark.parametrize("page", NO_ROWS.values(), ids=NO_ROWS.keys())
def test_bytes_that_cannot_be_a_row_are_left_out(page: bytes) -> None:
    assert list(Pages(io.BytesIO(bytes(4096) + page)).rows(2)) == []


def test_similar_rows_that_are_valid_are_read() -> None:
    row = leaf(4087, bytes([7, 1, 2, 23, *b"abcde"]))
    assert list(Pages(io.BytesIO(bytes(4096) + row)).rows(2)) == [(1, ["abcde"])]
    # A row's overflow page may come before the row's own page, and may be the last page of the file.
    begun = NO_ROWS["going-on-in-the-first-page"][:-1]
    expected = [(1, [b"x" * 905 + bytes(4092)])]
    content = bytes(8192) + (begun + b"\2").ljust(4096, b"\0")
    assert list(Pages(io.BytesIO(content)).rows(3)) == expected
    content = bytes(4096) + (begun + b"\3").ljust(4096, b"\0") + bytes(4096)
    assert list(Pages(io.BytesIO(content)).rows(2)) == expected
    # A row without columns, right after the page header; one byte earlier would be in the header.
    content = bytes(4096) + bytes([13, 0, 0, 0, 2, 0, 0, 0, 0, 4, 0, 12, 1, 5, 1])
    assert list(Pages(io.BytesIO(content)).rows(2)) == [(5, [])]


class Scratched(io.BytesIO):
    """A file that cannot be read at offset 4096, as on a scratched disk."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() == 4096:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_a_place_that_cannot_be_read_affects_no_other() -> None:
    pages = Pages(Scratched(bytes(8192) + leaf(4087, bytes([7, 1, 2, 23, *b"abcde"]))))
    assert pages.page(2) == b""
    assert list(pages.rows(2)) == []
    assert list(pages.rows(3)) == [(1, ["abcde"])]


def test_a_row_that_takes_most_of_the_file_is_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE a (x)")
        connection.execute("INSERT INTO a VALUES (?)", ("y" * 1_000_000,))
    pages = Pages(io.BytesIO((tmp_path / "a.db").read_bytes()))
    assert (1, ["y" * 1_000_000]) in [row for number in pages.in_use() for row in pages.rows(number)]


def test_a_row_with_too_many_overflow_pages_or_a_circle_of_them_is_left_out(tmp_path: Path) -> None:
    made(tmp_path / "a.db", 4096, [[1, None, "z" * 6000], [2, None, "y"]])
    content = (tmp_path / "a.db").read_bytes()
    places = [
        place for place in range(0, len(content), 4096) if content[place + 4 : place + 104] == b"z" * 100
    ]
    # The rest of the row is on one or two overflow pages in each of the two tables.
    assert len(places) >= 2
    for following in (3, places[0] // 4096 + 1, 10**6):
        damaged = bytearray(content)
        for place in places:
            damaged[place : place + 4] = following.to_bytes(4, "big")
        left = rows_of(bytes(damaged))
        assert left == [row for row in rows_of(content) if "zzz" not in row]


def test_a_row_that_is_longer_than_its_file_is_not_followed() -> None:
    """If it were, a circle of pages would be read up to the row's claimed length, at most 2**62 bytes."""
    read: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            read.append(self.tell())
            return super().read(size)

    # A row of 37,916 bytes, of which 1088 are on page 2; page 3 follows, and names itself as the next.
    begun = leaf(3000, bytes([130, 168, 28, 1]).ljust(4 + 1088, b"x") + bytes([0, 0, 0, 3]))
    circle = bytes([0, 0, 0, 3]).ljust(4096, b"x")
    pages = Pages(Watched(bytes(4096) + begun + circle))
    read.clear()
    assert list(pages.rows(2)) == []
    assert read == [4096]


def test_what_was_deleted_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    made(path, 512, [[n, n, "x" * 100] for n in range(2000)])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM a WHERE id BETWEEN 200 AND 1799")
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] > 200
    content = path.read_bytes()
    assert content.count(b"x" * 100) > 1500

    def ids(content: bytes) -> list[int]:
        pages = Pages(io.BytesIO(content))
        return [rowid for n in pages.in_use() for rowid, row in pages.rows(n) if row[0] is None]

    assert sorted(ids(content)) == [*range(200), *range(1800, 2000)]
    # If the maps are damaged, it is unknown which rows were deleted, so no row is left out.
    maps = bytearray(content)
    for first in range(512, len(maps), 512 * 103):
        maps[first : first + 512] = bytes(512)
    assert set(ids(bytes(maps))) > {*range(200), *range(1800, 2000)}


@pytest.mark.parametrize("seed", range(4))
def test_no_content_makes_reading_raise_or_go_on_for_ever(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    made(tmp_path / "a.db", 512, [[n, column(chance), column(chance)] for n in range(40)])
    content = (tmp_path / "a.db").read_bytes()
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 20, 300))):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 1, 2, 13, 255, chance.randrange(256)))
        cut = bytes(damaged[: chance.choice((len(damaged), chance.randrange(len(damaged))))])
        pages = Pages(io.BytesIO(cut), io.BytesIO(chance.randbytes(chance.choice((0, 31, 5000)))))
        for number in pages.in_use():
            for rowid, row in pages.rows(number):
                assert isinstance(rowid, int)
                assert sum(len(cell) for cell in row if isinstance(cell, bytes)) <= len(cut)
