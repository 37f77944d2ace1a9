"""The list of recent bench files: the newest first, each once, not too many, and any name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidgetItem

from tests.ui.conftest import BENCH
from tests.ui.stage import Stage
from ui import settings as memory
from ui.boards.recent import MOST, shown, with_file


def test_the_file_that_was_opened_last_is_first_and_none_is_listed_twice() -> None:
    assert with_file([], "a") == ["a"]
    assert with_file(["a", "b", "c"], "b") == ["b", "a", "c"]
    assert with_file(["x/a", "x/./a"], "x/b") == ["x/b", "x/a", "x/./a"]
    many = [str(number) for number in range(8)]
    assert with_file(many, "new") == ["new", *many[:-1]]
    assert with_file([*many, "more"], "0") == many


def test_a_path_that_is_not_utf8_is_not_listed() -> None:
    many = [str(number) for number in range(MOST + 1)]
    assert with_file(many, "a\udcff.toml") == many[:MOST]


def test_a_file_is_shown_by_its_name_and_its_folder() -> None:
    file = shown(str(Path("/home/Jörg/温室 1.pinbridge")))
    assert (file.name, file.folder) == ("温室 1.pinbridge", str(Path("/home/Jörg")))
    assert shown("/a\nb/c\u202ed.toml").name == "c\ufffdd.toml"


def rows(stage: Stage) -> list[QListWidgetItem]:
    files = stage.window.first_page.recent
    return [files.item(row) for row in range(files.count())]


def test_files_are_kept_over_a_restart_and_one_that_is_gone_is_greyed(stage: Stage) -> None:
    here, gone = stage.folder / "Wärme 温室.pinbridge", stage.folder / "gone.pinbridge"
    for path in (gone, here):
        path.write_bytes(BENCH)
        stage.window.connection.open_file(path)
        # A crash loses nothing: the list is saved at once.
        assert memory.load(stage.settings_path).recent[0] == str(path)
    gone.unlink()
    stage.window.connection.close_bench_file()
    stage.wait_until(lambda: rows(stage)[1].text() == "gone.pinbridge\nis not there any more")
    assert rows(stage)[1].flags() == Qt.ItemFlag.NoItemFlags
    assert rows(stage)[0].text() == f"{here.name}\n{stage.folder}"
    assert rows(stage)[0].toolTip() == str(here)
    files = stage.window.first_page.recent
    stage.click(files.viewport(), files.visualItemRect(rows(stage)[1]).center())
    assert stage.window.connection.config is None
    files.setCurrentRow(0)
    stage.press("Enter", files)
    assert stage.window.connection.source == str(here)


def test_a_file_that_cannot_be_opened_is_not_remembered(stage: Stage) -> None:
    before = list(stage.settings.recent)
    wrong = stage.folder / "wrong.toml"
    wrong.write_text("[bench]\ncolour = 1\n")
    stage.window.connection.open_file(wrong)
    assert stage.settings.recent == before


def test_a_new_list_is_not_marked_by_what_was_found_about_the_last_one(stage: Stage) -> None:
    files = stage.window.first_page.recent
    files.show_files([str(stage.folder / "gone")])
    (stage.folder / "gone").touch()
    files.show_files([str(stage.folder / "gone")])
    stage.wait_until(lambda: not files._timer.isActive())
    assert files.item(0).flags() & Qt.ItemFlag.ItemIsEnabled
