"""Saving pictures and data: the export runs in a thread of its own, and its result is shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig
from app.messages.message import Message, verbatim
from tests.ui.fake_bench import FakeBench, FakeClock, FakeExported
from tests.ui.stage import PATIENCE_MS
from ui.dialogs.job import Progress
from ui.dialogs.saving import SaveDataDialog, Saving
from ui.plot.pane import PlotPane
from ui.settings import Settings


class Scene:
    """A `Saving` with a fake bench and a plain parent widget; `said` records the messages that it shows."""

    def __init__(self, qtbot: QtBot, config: BenchConfig, clock: FakeClock) -> None:
        self.parent = QWidget()
        self.pane = PlotPane()
        for widget in (self.parent, self.pane):
            qtbot.addWidget(widget)
        self.settings = Settings()
        self.said: list[tuple[str, Message]] = []
        self.bench = FakeBench(config, {}, clock)
        self.saving = Saving(
            self.parent,
            self.settings,
            self.pane,
            lambda message, tone: self.said.append((tone, message)),
            clock,
        )


@pytest.fixture
def scene(qtbot: QtBot, config: BenchConfig, clock: FakeClock) -> Iterator[Scene]:
    scene = Scene(qtbot, config, clock)
    yield scene
    scene.saving.cancel()


def test_data_are_saved_with_the_chosen_signs(
    qtbot: QtBot, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data.csv"
    proposed: list[str] = []

    def choose(_parent: QWidget, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        proposed.append(name)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    scene.saving.ask_for_data(scene.bench, "greenhouse")
    (dialog,) = scene.parent.findChildren(SaveDataDialog)
    dialog.decimal_box.setCurrentIndex(1)
    assert not dialog.agree.isEnabled()
    dialog.separator_box.setCurrentIndex(1)
    dialog.agree.click()
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    assert scene.bench.calls == [("export", "greenhouse", ";", ",")]
    assert scene.said == [("good", Message("data_saved", count=2, path=str(path)))]
    assert (scene.settings.separator, scene.settings.decimal) == (";", ",")
    assert proposed[0].startswith("greenhouse 2026-")
    assert scene.saving.look() is None
    assert len(scene.said) == 1


def test_a_failure_is_shown(qtbot: QtBot, scene: Scene, tmp_path: Path) -> None:
    scene.bench.trouble = "the journal cannot be read"
    scene.saving.save_data(scene.bench, "greenhouse", tmp_path / "data.csv")
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    assert scene.said == [("bad", verbatim("the journal cannot be read"))]


def test_damage_is_shown_beside_the_number_of_saved_readings(
    qtbot: QtBot, scene: Scene, tmp_path: Path
) -> None:
    scene.bench.damage = [verbatim("Readings 7 to 9 are damaged."), verbatim("So is 12.")]
    path = tmp_path / "data.csv"
    scene.saving.save_data(scene.bench, "greenhouse", path)
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    ((tone, message),) = scene.said
    assert tone == "warn"
    assert str(message) == f"2 readings are in {path}. Readings 7 to 9 are damaged. So is 12."


def test_without_a_device_there_is_nothing_to_save(scene: Scene) -> None:
    scene.saving.ask_for_data(None, "")
    scene.saving.ask_for_data(scene.bench, "")
    assert scene.said == [("warn", Message("nothing_to_save"))] * 2
    assert scene.parent.findChildren(SaveDataDialog) == []


def test_a_picture_is_written_or_the_failure_is_shown(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [str(tmp_path / "plot.png"), str(tmp_path / "nowhere" / "plot.png"), ""]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (answers.pop(0), ""))
    for _ in range(3):
        scene.saving.ask_for_picture()
    assert (tmp_path / "plot.png").stat().st_size > 100
    nowhere = tmp_path / "nowhere" / "plot.png"
    assert scene.said == [
        ("good", Message("picture_saved", path=str(tmp_path / "plot.png"))),
        ("bad", Message("picture_not_saved", path=str(nowhere))),
    ]


class SlowWork:
    """An export that reports some progress, and then waits until the test sets `may_go_on`."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.has_begun = threading.Event()

    def __call__(self, progress: Progress) -> FakeExported:
        progress(25, 100)
        self.has_begun.set()
        assert self.may_go_on.wait(60)
        progress(50, 100)
        return FakeExported(100, [])


@pytest.mark.parametrize(
    ("separator", "decimal", "can"),
    [(0, 0, True), (0, 1, False), (1, 0, True), (1, 1, True), (2, 0, True), (2, 1, True)],
)
def test_separator_and_decimal_sign_must_differ(
    scene: Scene, separator: int, decimal: int, can: bool
) -> None:
    scene.saving.ask_for_data(scene.bench, "greenhouse")
    (dialog,) = scene.parent.findChildren(SaveDataDialog)
    dialog.separator_box.setCurrentIndex(separator)
    dialog.decimal_box.setCurrentIndex(decimal)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert dialog.agree.isEnabled() is can
    assert ("must differ" in said) is not can
    assert ("Excel" in said) is can
    assert "Save the data of greenhouse" in said
    assert "as a table" in said
    assert len([label for label in dialog.findChildren(QLabel) if label.property("faint")]) == 2


def test_the_signs_of_the_last_time_are_chosen(scene: Scene) -> None:
    scene.settings.separator, scene.settings.decimal = "\t", ","
    scene.saving.ask_for_data(scene.bench, "greenhouse")
    (dialog,) = scene.parent.findChildren(SaveDataDialog)
    assert (dialog.separator_box.currentText(), dialog.decimal_box.currentText()) == ("Tab", "Comma  3,14")
    labels = [label for label in dialog.findChildren(QLabel) if label.buddy()]
    assert [(label.text(), label.buddy()) for label in labels] == [
        *(("&Separator", dialog.separator_box), ("&Decimal sign", dialog.decimal_box))
    ]
    assert [dialog.separator_box.itemText(n) for n in range(3)] == ["Comma  ,", "Semicolon  ;", "Tab"]
    assert [dialog.decimal_box.itemText(n) for n in range(2)] == ["Point  3.14", "Comma  3,14"]
    assert (dialog.separator_box.accessibleName(), dialog.decimal_box.accessibleName()) == (
        *("Separator", "Decimal sign"),
    )
    assert dialog.windowTitle() == "Save data"
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)


def test_unknown_signs_in_the_settings_are_replaced_by_the_defaults(scene: Scene) -> None:
    scene.settings.separator, scene.settings.decimal = "?", "?"
    scene.saving.ask_for_data(scene.bench, "greenhouse")
    (dialog,) = scene.parent.findChildren(SaveDataDialog)
    assert (dialog.separator_box.currentData(), dialog.decimal_box.currentData()) == (",", ".")


def test_files_are_named_by_device_date_and_time(
    scene: Scene, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1))
    asked: list[tuple[object, ...]] = []

    def choose(*question: object) -> tuple[str, str]:
        asked.append(question)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    scene.saving.ask_for_picture()
    scene.saving.ask_for_data(scene.bench, "green/house: a-b_c.d 1")
    scene.parent.findChildren(SaveDataDialog)[0].agree.click()
    assert asked == [
        (
            scene.parent,
            "Save a picture of the plot",
            "pinbridge 2026-11-24 14.05.09.png",
            "Pictures (*.png)",
        ),
        (scene.parent, "Save data", "green-house- a-b_c.d 1 2026-11-24 14.05.09.csv", "Tables (*.csv)"),
    ]
    assert scene.bench.calls == []


def test_another_export_cancels_the_one_that_runs(qtbot: QtBot, scene: Scene, tmp_path: Path) -> None:
    work = SlowWork()
    usual = scene.bench.export
    scene.bench.export = lambda *_, progress, **__: work(progress)  # type: ignore[method-assign]
    scene.saving.save_data(scene.bench, "greenhouse", tmp_path / "first.csv")
    assert work.has_begun.wait(60)
    scene.bench.export = usual  # type: ignore[method-assign]
    work.may_go_on.set()
    scene.saving.save_data(scene.bench, "greenhouse", tmp_path / "second.csv")
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    saved = Message("data_saved", count=2, path=str(tmp_path / "second.csv"))
    assert scene.said == [("good", saved)]


def test_progress_can_be_seen_and_cancelled(scene: Scene, tmp_path: Path) -> None:
    work = SlowWork()
    scene.bench.export = lambda *_, progress, **__: work(progress)  # type: ignore[method-assign]
    scene.saving.save_data(scene.bench, "greenhouse", tmp_path / "data.csv")
    assert work.has_begun.wait(60)
    notice = scene.saving.look()
    assert notice is not None
    assert notice.message == Message("saving_runs", path=str(tmp_path / "data.csv"), percent=25)
    assert (notice.tone, notice.action) == ("good", "button_cancel")
    assert notice.act is not None
    notice.act()
    ending = scene.saving.look()
    assert ending
    assert (ending.message, ending.action) == (notice.message, "")
    work.may_go_on.set()
    scene.saving.cancel()
    assert scene.saving.look() is None
    assert scene.said == [("warn", Message("saving_cancelled", path=str(tmp_path / "data.csv")))]
