"""An exported file is complete, or the export leaves the folder as it was."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.journal.export.file import export_file
from app.journal.export.form import FileKind, Form, Layout
from app.journal.export.rows import Selection
from app.journal.file.schema import JournalError
from tests.journal.test_journal import batch, opened

FORMS = [Form(), Form(Layout.WIDE), Form(kind=FileKind.PARQUET), Form(Layout.WIDE, kind=FileKind.PARQUET)]


class CancelError(Exception):
    """Raised by a test's `progress` to cancel an export."""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "bench.db"
    journal = opened(path)
    journal.bind("cellar", b"b" * 16)
    journal.write([("board", batch("v1=1.5\nv1=2.5\n", 1_000_000)), ("cellar", batch("v9=9\n", 2))], [])
    journal.close()
    return path


def test_readings_of_one_device_with_decimal_commas(journal: Path, tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    seen: list[tuple[int, int]] = []
    count, _ = export_file(
        journal,
        path,
        Selection({"board"}),
        Form(separator=";", decimal=","),
        progress=lambda *at: seen.append(at),
    )
    rows = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()]
    assert count == len(rows) - 1
    assert {row[2] for row in rows[1:]} == {"board"}
    assert [row[4] for row in rows[1:]] == ["1,5", "2,5"]
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize("form", FORMS)
def test_an_export_that_is_cancelled_leaves_the_earlier_file(
    journal: Path, tmp_path: Path, form: Form
) -> None:
    path = tmp_path / "data.csv"
    path.write_text("what was there", encoding="utf-8")

    def cancel(_seen: int, _total: int) -> None:
        raise CancelError

    with pytest.raises(CancelError):
        export_file(journal, path, Selection(), form, progress=cancel)
    assert path.read_text(encoding="utf-8") == "what was there"
    assert sorted(entry.name for entry in tmp_path.iterdir() if "csv" in entry.name) == ["data.csv"]


def test_only_the_file_itself_is_replaced(journal: Path, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("an older export, longer than this one\n" * 100, encoding="utf-8")
    path.with_name("data.csv.part").write_text("of another program", encoding="utf-8")
    export_file(journal, path, Selection({"cellar"}))
    assert path.read_bytes() == (
        b"id,received_at,device,target,value,fate\n3,1970-01-01T00:00:00.000002Z,cellar,v9,9,pending\n"
    )
    assert path.with_name("data.csv.part").read_text() == "of another program"


@pytest.mark.parametrize("target", ["notes.txt", "nowhere"])
def test_a_link_is_replaced_and_its_target_kept(journal: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "notes.txt").write_text("homework")
    path = tmp_path / "data.csv"
    path.symlink_to(tmp_path / target)
    exported = export_file(journal, path, Selection())
    assert not path.is_symlink()
    assert path.read_text().count("\n") == exported.readings + 1
    assert (tmp_path / "notes.txt").read_text() == "homework"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody read a locked file")
def test_no_file_of_a_journal_is_replaced(journal: Path, tmp_path: Path) -> None:
    opened(tmp_path / "other.db").close()
    live = opened(journal)
    (tmp_path / "link.db").symlink_to(journal)
    (tmp_path / "twin.db").hardlink_to(tmp_path / "other.db")
    names = ("bench.db", "bench.db-wal", "bench.db-shm", "bench.db.pinbridge-lock")
    for name in (*names, "other.db", "link.db", "twin.db"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(
            JournalError, match=f"{name}: is a file of a Pinbridge journal: name another file"
        ):
            export_file(journal, tmp_path / name, Selection())
        assert (tmp_path / name).read_bytes() == before
    live.close()
    # Not even if it cannot be recognised any more.
    journal.write_bytes(b"damaged" + journal.read_bytes()[7:])
    with pytest.raises(JournalError, match=r"bench.db: is a file of a Pinbridge journal"):
        export_file(journal, journal, Selection())


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal", ".pinbridge-lock"])
def test_no_name_that_another_journal_needs_is_taken(journal: Path, tmp_path: Path, ending: str) -> None:
    other = tmp_path / "other.db"
    shutil.copy(journal, other)
    place = tmp_path / f"other.db{ending}"
    with pytest.raises(JournalError, match=f"other.db{ending}: is a file of a Pinbridge journal"):
        export_file(journal, place, Selection())
    assert not place.exists()
    other.unlink()
    export_file(journal, place, Selection())
    assert place.exists()


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(*_: Path) -> None:
        raise PermissionError("open in another program")

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(PermissionError):
        export_file(journal, tmp_path / "a.csv", Selection())
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix in (".csv", ".part")] == []


def test_no_file_is_left_if_there_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no such journal"):
        export_file(
            tmp_path / "none.db",
            tmp_path / "data.csv",
            Selection(),
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("form", "how"),
    [
        (Form(), {"encoding": "utf-8", "newline": ""}),
        (Form(Layout.WIDE), {"encoding": "utf-8-sig", "newline": ""}),
        (Form(kind=FileKind.PARQUET), {}),
    ],
)
def test_the_file_does_not_depend_on_the_encoding_and_line_ends_of_the_system(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form, how: dict[str, str]
) -> None:
    opened_with: list[dict[str, object]] = []
    open_ = Path.open

    def noted(path: Path, mode: str = "r", **how: Any) -> object:
        if mode != "rb":
            opened_with.append(how)
        return open_(path, mode, **how)

    monkeypatch.setattr(Path, "open", noted)
    export_file(journal, tmp_path / "a.csv", Selection(), form)
    assert opened_with == [how]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
def test_a_pipe_is_written_to_and_not_replaced(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(*_: Path) -> None:
        raise PermissionError("as in the folder /dev")

    monkeypatch.setattr(Path, "replace", replace)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    exported = export_file(journal, pipe, Selection())
    assert os.read(reader, 10_000).count(b"\n") == exported.readings + 1 == 4
    os.close(reader)
    assert pipe.is_fifo()
