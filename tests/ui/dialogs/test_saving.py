"""Saving pictures and data: the export runs in a thread of its own, and its result is shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.bench.status import FileKind, Form, Layout, Selection, TimeForm
from app.config.bench_file import BenchConfig
from app.messages.message import Message, verbatim
from tests.ui.fake_bench import FakeBench, FakeClock, FakeDevice, FakeExported
from tests.ui.stage import PATIENCE_MS
from ui.dialogs.data_dialog import SaveDataDialog
from ui.dialogs.job import Progress
from ui.dialogs.saving import Saving
from ui.plot.pane import PlotPane
from ui.settings import Settings

GREENHOUSE = Selection({"greenhouse"})


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
    form = Form(Layout.WIDE, TimeForm.LOCAL, FileKind.CSV, ";", ",")
    assert scene.bench.calls == [("export", GREENHOUSE, form)]
    assert scene.said == [("good", Message("data_saved", count=2, path=str(path)))]
    assert (scene.settings.separator, scene.settings.decimal) == (";", ",")
    assert proposed[0].startswith("greenhouse 2026-")
    assert scene.saving.look() is None
    assert len(scene.said) == 1


def test_a_failure_is_shown(qtbot: QtBot, scene: Scene, tmp_path: Path) -> None:
    scene.bench.trouble = "the journal cannot be read"
    scene.saving.save_data(scene.bench, GREENHOUSE, Form(), tmp_path / "data.csv")
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    assert scene.said == [("bad", verbatim("the journal cannot be read"))]


def test_damage_is_shown_beside_the_number_of_saved_readings(
    qtbot: QtBot, scene: Scene, tmp_path: Path
) -> None:
    scene.bench.damage = [verbatim("Readings 7 to 9 are damaged."), verbatim("So is 12.")]
    path = tmp_path / "data.csv"
    scene.saving.save_data(scene.bench, GREENHOUSE, Form(), path)
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    ((tone, message),) = scene.said
    assert tone == "warn"
    assert str(message) == f"2 readings are in {path}. Readings 7 to 9 are damaged. So is 12."


def test_without_a_device_there_is_nothing_to_save(scene: Scene) -> None:
    scene.saving.ask_for_data(None, "")
    scene.saving.ask_for_data(scene.bench, "")
    assert scene.said == [("warn", Message("nothing_to_save"))] * 2
    assert scene.parent.findChildren(SaveDataDialog) == []


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


def test_files_are_named_by_device_date_and_time(
    scene: Scene, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now_s = time.mktime((2026, 11, 24, 14, 5, 9, 0, 0, -1))
    asked: list[tuple[object, ...]] = []

    def choose(*question: object) -> tuple[str, str]:
        asked.append(question)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    name = "green/house: a-b_c.d 1"
    scene.bench.devices = {name: FakeDevice(msgspec.structs.replace(scene.bench.config.device[0], name=name))}
    scene.saving.ask_for_data(scene.bench, name)
    scene.parent.findChildren(SaveDataDialog)[0].agree.click()
    assert asked == [
        (scene.parent, "Save data", "green-house- a-b_c.d 1 2026-11-24 14.05.09.csv", "Tables (*.csv)"),
    ]
    assert scene.bench.calls == []


def test_another_export_cancels_the_one_that_runs(qtbot: QtBot, scene: Scene, tmp_path: Path) -> None:
    work = SlowWork()
    usual = scene.bench.export
    scene.bench.export = lambda *given: work(given[-1])  # type: ignore[method-assign]
    scene.saving.save_data(scene.bench, GREENHOUSE, Form(), tmp_path / "first.csv")
    assert work.has_begun.wait(60)
    scene.bench.export = usual  # type: ignore[method-assign]
    work.may_go_on.set()
    scene.saving.save_data(scene.bench, GREENHOUSE, Form(), tmp_path / "second.csv")
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    saved = Message("data_saved", count=2, path=str(tmp_path / "second.csv"))
    assert scene.said == [("good", saved)]


def test_progress_can_be_seen_and_cancelled(scene: Scene, tmp_path: Path) -> None:
    work = SlowWork()
    scene.bench.export = lambda *given: work(given[-1])  # type: ignore[method-assign]
    scene.saving.save_data(scene.bench, GREENHOUSE, Form(), tmp_path / "data.csv")
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


def test_what_is_copied_is_in_the_clipboard_when_it_is_complete(qtbot: QtBot, scene: Scene) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setText("what was there")
    scene.saving.ask_for_data(scene.bench, "greenhouse")
    (dialog,) = scene.parent.findChildren(SaveDataDialog)
    dialog.separator_box.setCurrentIndex(1)
    dialog.copy.click()
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    form = Form(Layout.WIDE, TimeForm.LOCAL, FileKind.CSV, "\t", ".")
    assert scene.bench.calls == [("export_text", GREENHOUSE, form, 100_000)]
    assert clipboard.text() == "id\n1\n2\n"
    assert scene.said == [("good", Message("data_copied", count=2))]


def test_a_copy_that_is_refused_or_cancelled_leaves_the_clipboard(qtbot: QtBot, scene: Scene) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setText("what was there")
    scene.bench.trouble = "too many rows"
    scene.saving.copy_data(scene.bench, GREENHOUSE, Form())
    qtbot.waitUntil(lambda: scene.saving.look() is None, timeout=PATIENCE_MS)
    work = SlowWork()
    scene.bench.export_text = lambda *given: ("", work(given[-1]))  # type: ignore[method-assign]
    scene.saving.copy_data(scene.bench, GREENHOUSE, Form())
    assert work.has_begun.wait(60)
    notice = scene.saving.look()
    assert notice is not None
    assert notice.message == Message("copying_runs", percent=25)
    assert scene.saving.cut_off() == [Message("ask_close_copying")]
    assert notice.act
    notice.act()
    work.may_go_on.set()
    scene.saving.cancel()
    assert scene.saving.look() is None
    assert scene.said == [("bad", verbatim("too many rows")), ("warn", Message("copying_cancelled"))]
    assert clipboard.text() == "what was there"


def test_the_view_and_the_stretch_between_the_cursors_are_offered(scene: Scene) -> None:
    scene.pane.show_plot()
    scene.pane.refresh(1_000.0)
    scene.pane.view.pause(1_000.0)
    scene.pane.tools.cursors_button.setChecked(True)
    scene.saving.ask_for_data(scene.bench, "greenhouse")
    (dialog,) = scene.parent.findChildren(SaveDataDialog)
    chosen = [dialog.period_box.itemData(place)[1:] for place in range(dialog.period_box.count() - 1)]
    assert chosen == [(None, None), (990.0, 1_000.0), (993.5, 996.5)]


@pytest.mark.parametrize(
    ("span_s", "shown"),
    [
        (10.0, "In view: 05:46:30.000 – 05:46:40.000"),
        (86_400.0, "In view: 1969-12-31 05:46:40 – 1970-01-01 05:46:40"),
    ],
)
def test_a_long_period_is_offered_with_its_dates(scene: Scene, span_s: float, shown: str) -> None:
    scene.pane.show_plot()
    scene.pane.view.set_span(span_s)
    scene.pane.view.pause(1_000.0)
    scene.saving.ask_for_data(scene.bench, "greenhouse")
    (dialog,) = scene.parent.findChildren(SaveDataDialog)
    assert shown in [dialog.period_box.itemText(n) for n in range(dialog.period_box.count())]


@pytest.mark.parametrize(("has", "kinds"), [(True, 2), (False, 1)])
def test_parquet_is_offered_where_it_can_be_written(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has: bool, kinds: int
) -> None:
    asked: list[str] = []

    def choose(_parent: QWidget, _title: str, name: str, pattern: str) -> tuple[str, str]:
        asked.extend((name[-8:], pattern))
        return str(tmp_path / "a.parquet"), ""

    monkeypatch.setattr("ui.dialogs.saving.has_pyarrow", lambda: has)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    scene.saving.ask_for_data(scene.bench, "greenhouse")
    (dialog,) = scene.parent.findChildren(SaveDataDialog)
    assert dialog.kind_box.count() == kinds
    dialog.kind_box.setCurrentIndex(kinds - 1)
    dialog.agree.click()
    expected = [".parquet", "Parquet (*.parquet)"] if has else ["0.00.csv", "Tables (*.csv)"]
    assert asked[1] == expected[1]
    assert asked[0].endswith(expected[0][-4:])
    assert scene.settings.file_kind == ("parquet" if has else "csv")
