"""Pictures of the plot: the dialog with their format and size, the files, and the clipboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.ui.stage import Stage
from ui.dialogs.picture import PictureDialog


def opened(stage: Stage) -> PictureDialog:
    stage.press("Ctrl+Shift+S")
    return stage.dialog(PictureDialog)


def notice(stage: Stage) -> str:
    stage.frames()
    return stage.window.notices.label.text()


@pytest.mark.parametrize(("at", "begin"), [(0, b"\x89PNG"), (1, b"<?xml"), (2, b"%PDF")])
def test_each_format_is_written(stage: Stage, at: int, begin: bytes) -> None:
    dialog = opened(stage)
    dialog.format_box.setCurrentIndex(at)
    suffix = dialog.format_box.currentData()
    path = stage.folder / f"plot.{suffix}"
    asked = stage.answers_with(path)
    assert dialog.scale_box.isEnabled() is (suffix == "png")
    stage.click(dialog.agree)
    assert path.read_bytes().startswith(begin)
    assert f".{suffix} | Pictures (*.{suffix})" in asked[0]
    assert notice(stage) == f"The picture is in {path}."
    assert not list(stage.folder.glob("*.new"))


def test_a_larger_picture_has_more_pixels_and_the_choice_is_remembered(stage: Stage) -> None:
    sizes = []
    for scale in (1, 3):
        dialog = opened(stage)
        dialog.scale_box.setCurrentIndex(dialog.scale_box.findData(scale))
        stage.answers_with(stage.folder / f"{scale}.png")
        stage.click(dialog.agree)
        sizes.append(QImage(str(stage.folder / f"{scale}.png")).size())
    assert sizes[1] == sizes[0] * 3
    assert opened(stage).scale_box.currentData() == 3


def test_a_picture_is_copied(stage: Stage) -> None:
    QApplication.clipboard().clear()
    stage.click(opened(stage).copy_button)
    copied = QApplication.clipboard().image()
    assert copied.width() > 300
    assert notice(stage) == "The picture is on the clipboard."


def test_a_file_that_cannot_be_written_is_said(stage: Stage) -> None:
    path = stage.folder / "nowhere" / "plot.png"
    stage.answers_with(path)
    stage.click(opened(stage).agree)
    assert notice(stage).startswith(f"The picture cannot be written to {path}")


def test_nothing_is_written_if_no_file_is_chosen(stage: Stage) -> None:
    before = set(Path(stage.folder).iterdir())
    stage.answers_with("")
    stage.click(opened(stage).agree)
    assert set(Path(stage.folder).iterdir()) == before


def test_without_a_plot_there_is_no_picture(stage: Stage) -> None:
    stage.window.pane.show_overview()
    stage.press("Ctrl+Shift+S")
    assert stage.window.findChildren(PictureDialog) == []
    assert "no plot yet" in notice(stage)
