"""All readings in the log of a damaged journal are exported, whatever happened to the database file."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from app.journal.export.rows import Exported
from tests.journal.file.sound import PAGE, Row, exported, readings, written
from tests.journal.test_journal import opened


class Crashed(NamedTuple):
    """The journal of a killed program: some commits are in the database file, others only in the log."""

    content: bytes
    log: bytes
    rows: list[Row]
    logged: set[str]
    """The ids of the readings that are only in the log."""


def crashed(path: Path, commits: int = 20) -> Crashed:
    written(path, commits).close()
    ids = {row["id"] for row in exported(path)[0]}
    journal = opened(path)
    chance = random.Random(commits)
    for commit in range(100, 110):
        journal.write([("board", readings(chance, commit))], [])
    content, log = path.read_bytes(), path.with_name(f"{path.name}-wal").read_bytes()
    rows, _ = exported(path)
    journal.close()
    return Crashed(content, log, rows, {row["id"] for row in rows} - ids)


def with_log(path: Path, content: bytes, log: bytes) -> tuple[list[Row], Exported]:
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    path.write_bytes(content)
    path.with_name(f"{path.name}-wal").write_bytes(log)
    found, told = exported(path)
    assert (path.read_bytes(), path.with_name(f"{path.name}-wal").read_bytes()) == (content, log)
    return found, told


def values(rows: list[Row]) -> dict[str, str]:
    return {row["id"]: row["value"] for row in rows}


def test_the_log_s_commits_are_read_without_the_database(tmp_path: Path) -> None:
    before = crashed(tmp_path / "j.db")
    path = tmp_path / "k.db"
    pages = len(before.content) // PAGE
    assert with_log(path, before.content, before.log) == (before.rows, Exported(len(before.rows), []))
    for first, last in ((0, pages), (1, pages), (pages // 2, pages)):
        content = bytearray(before.content)
        content[first * PAGE : last * PAGE] = random.Random(first).randbytes((last - first) * PAGE)
        found, told = with_log(path, bytes(content), before.log)
        assert values(found).items() <= values(before.rows).items()
        assert before.logged <= values(found).keys()
        assert told.unreadable
    # A power cut may tear a page that is being copied from the log: nothing is lost, and this is not damage.
    garbage = random.Random(1).randbytes(700)
    for torn in (garbage[:512] + before.content[512:], before.content + garbage):
        assert with_log(path, torn, before.log) == (before.rows, Exported(len(before.rows), []))
        journal = opened(path)
        assert journal.warning is None
        journal.close()


def test_a_cut_log_loses_only_its_last_commits(tmp_path: Path) -> None:
    before = crashed(tmp_path / "j.db")
    path = tmp_path / "k.db"
    # The second file lacks only the page that leads to the segments, so that it must be recovered.
    for content in (before.content, before.content[: -PAGE // 2]):
        counts = []
        for cut in range(0, len(before.log), len(before.log) // 7):
            found, told = with_log(path, content, before.log[:cut])
            assert values(found).items() <= values(before.rows).items()
            counts.append(len(values(found).keys() & before.logged))
            assert bool(told.unreadable) == (content != before.content)
        assert counts == sorted(counts)
        assert counts[0] < counts[len(counts) // 2] < counts[-1]


def test_the_log_of_another_journal_is_ignored(tmp_path: Path) -> None:
    before, other = crashed(tmp_path / "j.db"), crashed(tmp_path / "other.db", 24)
    path = tmp_path / "k.db"
    own = with_log(path, before.content, b"")[0]
    assert own
    damaged = before.content[: -PAGE // 2]
    expected, _ = with_log(path, damaged, b"")
    found, told = with_log(path, damaged, other.log)
    assert found == expected
    assert told.unreadable
