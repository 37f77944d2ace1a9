"""Whatever is beside a journal or has its name: files of others stay byte for byte as they are."""

from __future__ import annotations

import io
import os
import shutil
import struct
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from app.journal import deleting
from app.journal.export.file import export_file
from app.journal.export.rows import Selection, export
from app.journal.file.damage import set_aside
from app.journal.file.neighbours import foreign_neighbour
from app.journal.file.schema import JournalError, check_header, open_for_reading
from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.journal.steps import carry_out
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened

Tree = dict[str, bytes | str | None]
ROLLBACK_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
WAL_MAGIC = b"\x37\x7f\x06\x82"
INDEX = struct.pack("=I", 3_007_000)


def work(path: Path) -> None:
    journal = opened(path)
    journal.write([("board", batch("v1=1\nv1=2\n", 1))], [Run(1, 1, 1, Fate.FORWARDED)])
    pruner = Pruner(journal, keep_days=1, max_journal_mb=1000)
    pruner.step()
    pruner.step()
    carry_out(deleting.delete_data(journal, "board"))
    journal.close()


def export_to_file(path: Path) -> None:
    export_file(path, path.with_name("out.csv"), Selection())


def damage(path: Path) -> None:
    if path.is_file() and path.read_bytes().startswith(b"SQLite"):
        path.write_bytes(path.read_bytes()[:5000])
    work(path)


OPERATIONS: dict[str, Callable[[Path], object]] = {
    "export": lambda path: export(path, io.StringIO(), Selection()),
    "export to a file": export_to_file,
    "look": lambda path: open_for_reading(path).close(),
    "work": work,
    "damage": damage,
}
CONTENTS = [
    b"",
    b"\0" * 40_000,
    b"homework",
    ROLLBACK_MAGIC,
    ROLLBACK_MAGIC + struct.pack(">5I", 0xFFFFFFFF, 7, 0, 512, 4096) + bytes(484),
    ROLLBACK_MAGIC + struct.pack(">5I", 1, 7, 1, 512, 4096) + bytes(484) + b"\0\0\0\1" + b"x" * 4100,
    ROLLBACK_MAGIC + struct.pack(">5I", 1, 7, 9, 512, 0) + bytes(5000),
    WAL_MAGIC + bytes(40),
]


def tree(folder: Path) -> Tree:
    """The files of a folder with their contents, links with their targets, and folders with None."""
    found: Tree = {}
    for entry in folder.iterdir():
        if entry.is_symlink():
            found[entry.name] = str(entry.readlink())
        else:
            found[entry.name] = entry.read_bytes() if entry.is_file() else None
    return found


def put(path: Path, kind: str, content: bytes) -> None:
    match kind:
        case "file":
            path.write_bytes(content)
        case "folder":
            path.mkdir()
        case "link":
            path.with_name("their notes").write_bytes(content)
            path.symlink_to("their notes")
        case _:
            path.symlink_to("nowhere")


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with no journal, one that was closed, and one that was in use at a crash; all named `Cargo`."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("none", "closed", "crashed")}
    live = opened(folders["closed"] / "live")
    live.write([("board", batch("v1=1\nv1=2\n"))], [])
    for ending in ("", "-wal"):
        shutil.copy(folders["closed"] / f"live{ending}", folders["crashed"] / f"Cargo{ending}")
    live.close()
    (folders["closed"] / "live").rename(folders["closed"] / "Cargo")
    (folders["closed"] / "live.pinbridge-lock").unlink()
    return folders


NAMES_OF_SQLITE = ("-wal", "-shm", "-journal")
CASES = [
    *(
        (state, ending, "file", content)
        for state in ("none", "closed", "crashed")
        for ending in NAMES_OF_SQLITE
        for content in CONTENTS
        # The rows that are left out are the journal's own log, and a log that only its pages tell from that.
        if state == "none" or ending != "-wal"
    ),
    *(("none", "", "file", content) for content in CONTENTS),
    *(
        (state, ending, kind, b"homework")
        for state in ("none", "closed")
        for ending in (*NAMES_OF_SQLITE, ".pinbridge-lock", *([""] if state == "none" else []))
        for kind in ("folder", "link", "broken link")
    ),
    *(("closed", ending, "file", b"") for ending in (".pinbridge-lock", ".lock", ".part", ".new", "-wal2")),
    *(("none", ending, "file", b"1 2 3") for ending in (".pinbridge-lock", ".lock", ".part", ".damaged-1")),
]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links need rights on Windows")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_operation_changes_a_file_of_another_program(
    tmp_path: Path, journals: dict[str, Path], operation: str
) -> None:
    for number, (state, ending, kind, content) in enumerate(CASES):
        if ending == "-shm" and state != "none" and not any(content[:4]):
            # An index may begin with zeros after a power cut.
            continue
        folder = tmp_path / str(number)
        shutil.copytree(journals[state], folder)
        before = set(tree(folder))
        theirs = folder / f"Cargo{ending}"
        put(theirs, kind, content)
        expected = {name: what for name, what in tree(folder).items() if name not in before}
        named = str(theirs)
        try:
            OPERATIONS[operation](folder / "Cargo")
        except JournalError as error:
            named = str(error.message.params.get("other", theirs))
        assert named == str(theirs)
        found = {name: what for name, what in tree(folder).items() if name in expected}
        assert found == expected, (state, ending, kind, content[:40])


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_a_file_beside_a_new_journal_is_named_in_the_error(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "j.db"
    path.with_name(f"j.db{ending}").write_bytes(b"")
    with pytest.raises(JournalError) as raised:
        Journal(path)
    assert str(raised.value) == (
        f"{path}: {path}{ending} is not part of this journal, but has a name that the journal needs: "
        "move it to another folder, or name another journal"
    )
    assert tree(tmp_path) == {f"j.db{ending}": b""}


def test_a_link_to_a_journal_is_used_like_the_journal(tmp_path: Path) -> None:
    real, link = tmp_path / "real" / "j.db", tmp_path / "link.db"
    real.parent.mkdir()
    opened(real).close()
    link.symlink_to(real)
    journal = opened(link)
    journal.write([("board", batch("v1=1\n"))], [])
    with pytest.raises(JournalError, match="another Pinbridge"):
        Journal(real)
    journal.close()
    output = io.StringIO()
    assert export(link, output, Selection()).readings == 1
    assert set(tree(tmp_path)) == {"real", "link.db"}
    # If the journal is damaged, the file is set aside, not the link.
    real.write_bytes(real.read_bytes()[:5000])
    journal = opened(link)
    assert str(real.with_name("j.damaged-")) in str(journal.warning)
    journal.close()
    assert link.is_symlink()
    assert len(list(real.parent.glob("j.damaged-*.db"))) == 1


@pytest.mark.parametrize("target", ["nowhere", "link.db", "none/j.db"])
def test_no_file_is_made_through_a_link(tmp_path: Path, target: str) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / target)
    for use in (Journal, open_for_reading):
        with pytest.raises(JournalError) as raised:
            use(link)
        assert str(raised.value) == f"{link}: is a link to a file that does not exist: name the file itself"
    assert tree(tmp_path) == {"link.db": str(tmp_path / target)}


@pytest.mark.parametrize("content", [b"", bytes(40_000)], ids=["empty", "zeros"])
@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_an_empty_file_with_a_second_name_is_not_the_journal_s(
    tmp_path: Path, journals: dict[str, Path], ending: str, content: bytes
) -> None:
    path, theirs = tmp_path / "Cargo", tmp_path / "their notes"
    shutil.copy(journals["closed"] / "Cargo", path)
    theirs.write_bytes(content)
    os.link(theirs, f"{path}{ending}")
    with pytest.raises(JournalError, match=f"Cargo{ending} is not part of this journal"):
        Journal(path)
    with pytest.raises(JournalError, match=f"Cargo{ending} is not part of this journal"):
        open_for_reading(path)
    assert theirs.read_bytes() == content
    theirs.unlink()
    Journal(path).close()


def test_files_of_sqlite_beside_a_journal_are_its_own(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = opened(path)
    journal.write([("board", batch("v1=1\n"))], [])
    assert {"j.db", "j.db-wal", "j.db-shm"} < {entry.name for entry in tmp_path.iterdir()}
    assert foreign_neighbour(path) is None
    # As after a power cut: the log and its index are empty or zeros, or only one of them is there.
    for log, index in ((b"", b""), (bytes(40), bytes(32768)), (None, INDEX), (bytes(4), None)):
        copy = tmp_path / "copy.db"
        shutil.copy(path, copy)
        for ending, content in (("-wal", log), ("-shm", index)):
            copy.with_name(f"copy.db{ending}").unlink(missing_ok=True)
            if content is not None:
                copy.with_name(f"copy.db{ending}").write_bytes(content)
        assert foreign_neighbour(copy) is None
    journal.close()


def test_a_file_that_goes_away_meanwhile_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.db"
    opened(path).close()
    path.with_name("j.db-shm").write_bytes(INDEX)

    def go(gone: Path) -> os.stat_result:
        found = os.lstat(gone)
        gone.unlink()
        return found

    monkeypatch.setattr(Path, "lstat", go)
    assert foreign_neighbour(path) is None


def test_a_switch_to_wal_that_was_interrupted_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    opened(path).close()
    after = path.read_bytes()
    before = after[:18] + b"\1\1" + after[20:4096]
    # An old version made the tables in the mode before WAL, and then switched. See section 3 of the format.
    check = sum(before[at] for at in range(4096 - 200, 0, -200))
    header = ROLLBACK_MAGIC + struct.pack(">5I", 1, 0, len(after) // 4096, 512, 4096)
    rollback = header.ljust(512, b"\0") + struct.pack(">I", 1) + before + struct.pack(">I", check)
    for content, is_own in (
        (rollback.replace(b"Pinb", b"Mine"), False),
        (rollback[:-5], False),
        (rollback, True),
    ):
        path.with_name("j.db-journal").write_bytes(content)
        assert (foreign_neighbour(path) is None) is is_own
    check_header(path)
    assert not path.with_name("j.db-journal").exists()
    assert path.read_bytes() == before + after[4096:]
    opened(path).close()
    assert path.read_bytes()[18:20] == b"\2\2"


def test_a_journal_is_set_aside_although_its_index_is_foreign(tmp_path: Path) -> None:
    (tmp_path / "j.db").write_bytes(b"x")
    (tmp_path / "j.db-shm").symlink_to("nowhere")
    set_aside(tmp_path / "j.db", datetime(2026, 11, 24, 20, 30, 5))
    assert tree(tmp_path) == {"j.damaged-2026-11-24-203005.db": b"x", "j.db-shm": "nowhere"}
