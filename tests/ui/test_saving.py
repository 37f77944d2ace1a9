"""Saving data and pictures: never in the window's thread, and what became of it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.config import BenchConfig
from tests.ui.fake_bench import FakeBench, FakeClock, FakeExported
from tests.ui.stage import PATIENCE_MS
from ui.export_job import ExportJob, Progress
from ui.plot_pane import PlotPane
from ui.saving import SaveDataDialog, Saving
from ui.settings import Settings


class Place:
    """A window that saves, and what it told."""

    def __init__(self, qtbot: QtBot, config: BenchConfig, clock: FakeClock) -> None:
        self.parent = QWidget()
        self.pane = PlotPane()
        for widget in (self.parent, self.pane):
            qtbot.addWidget(widget)
        self.settings = Settings()
        self.said: list[tuple[str, str]] = []
        self.bench = FakeBench(config, {}, clock)
        self.saving = Saving(
            self.parent,
            self.settings,
            self.pane,
            lambda text, tone: self.said.append((tone, text)),
            clock,
        )


@pytest.fixture
def place(qtbot: QtBot, config: BenchConfig, clock: FakeClock) -> Iterator[Place]:
    place = Place(qtbot, config, clock)
    yield place
    place.saving.cancel()


def test_data_are_saved_with_the_chosen_signs(
    qtbot: QtBot, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data.csv"
    proposed: list[str] = []

    def choose(_parent: QWidget, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        proposed.append(name)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    place.saving.ask_for_data(place.bench, "greenhouse")
    (dialog,) = place.parent.findChildren(SaveDataDialog)
    dialog.decimal_box.setCurrentIndex(1)
    assert not dialog.agree.isEnabled()
    dialog.separator_box.setCurrentIndex(1)
    dialog.agree.click()
    qtbot.waitUntil(lambda: place.saving.look() is None, timeout=PATIENCE_MS)
    assert place.bench.told == [("export", "greenhouse", ";", ",")]
    assert place.said == [("good", f"2 readings are in {path}.")]
    assert (place.settings.separator, place.settings.decimal) == (";", ",")
    assert proposed[0].startswith("greenhouse 2026-")
    assert place.saving.look() is None
    assert len(place.said) == 1


def test_failure_is_told(qtbot: QtBot, place: Place, tmp_path: Path) -> None:
    place.bench.trouble = "the journal cannot be read"
    place.saving.save_data(place.bench, "greenhouse", tmp_path / "data.csv")
    qtbot.waitUntil(lambda: place.saving.look() is None, timeout=PATIENCE_MS)
    assert place.said == [("bad", "the journal cannot be read")]


def test_damage_is_told_beside_what_could_be_saved(qtbot: QtBot, place: Place, tmp_path: Path) -> None:
    place.bench.damage = ["Readings 7 to 9 are damaged."]
    path = tmp_path / "data.csv"
    place.saving.save_data(place.bench, "greenhouse", path)
    qtbot.waitUntil(lambda: place.saving.look() is None, timeout=PATIENCE_MS)
    assert place.said == [("warn", f"2 readings are in {path}. Readings 7 to 9 are damaged.")]


def test_nothing_to_save_yet(place: Place) -> None:
    place.saving.ask_for_data(None, "")
    assert place.said[0][0] == "warn"


def test_picture_is_written_or_told(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [str(tmp_path / "plot.png"), str(tmp_path / "nowhere" / "plot.png"), ""]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (answers.pop(0), ""))
    for _ in range(3):
        place.saving.ask_for_picture()
    assert (tmp_path / "plot.png").stat().st_size > 100
    assert [tone for tone, _ in place.said] == ["good", "bad"]


class SlowWork:
    """Writes until it is let go of, and then tells how far it is."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.has_begun = threading.Event()

    def __call__(self, progress: Progress) -> FakeExported:
        progress(25, 100)
        self.has_begun.set()
        assert self.may_go_on.wait(60)
        progress(50, 100)
        return FakeExported(100, [])


def test_progress_can_be_seen_and_cancelled(place: Place, tmp_path: Path) -> None:
    work = SlowWork()
    place.bench.export = lambda *_, progress, **__: work(progress)  # type: ignore[method-assign]
    place.saving.save_data(place.bench, "greenhouse", tmp_path / "data.csv")
    assert work.has_begun.wait(60)
    notice = place.saving.look()
    assert notice is not None
    assert notice.text.endswith("25 %")
    assert notice.act is not None
    work.may_go_on.set()
    notice.act()
    assert place.saving.look() is None
    assert place.said == []


def test_cancelled_job_has_neither_count_nor_failure(tmp_path: Path) -> None:
    work = SlowWork()
    job = ExportJob(tmp_path / "data.csv", work)
    job.start()
    assert work.has_begun.wait(60)
    job.cancel(timeout_s=0)
    assert not job.is_over
    work.may_go_on.set()
    job.cancel(timeout_s=60)
    assert job.is_over
    assert (job.exported, job.failure) == (None, "")
