"""Saving to files: a picture of the plot, and the data of the device that is looked at.

Invariants: one export at a time, and never in the window's thread; what became of a file is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text_of
from ui.contract import BenchView, ExportedView
from ui.dialogs.export_job import ExportJob, Progress
from ui.plot.overview import plain_label
from ui.plot.pane import PlotPane
from ui.settings import Settings
from ui.situation import Notice
from ui.widgets.choice_box import ChoiceBox

SEPARATORS = (("Comma  ,", ","), ("Semicolon  ;", ";"), ("Tab", "\t"))
DECIMALS = (("Point  3.14", "."), ("Comma  3,14", ","))


class SaveDataDialog(QDialog):
    """How the table is written; the file is asked for afterwards."""

    def __init__(self, device: str, settings: Settings, go: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save data")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings, self._go = settings, go
        self.separator_box = _box("Separator", SEPARATORS, settings.separator)
        self.decimal_box = _box("Decimal sign", DECIMALS, settings.decimal)
        self._word = plain_label("", faint=True)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.addRow("&Separator", self.separator_box)
        form.addRow("&Decimal sign", self.decimal_box)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton("Save as…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(plain_label(f"Save the data of {device}", title=True))
        column.addWidget(plain_label("All that the journal holds of it, as a table (CSV).", faint=True))
        column.addLayout(form)
        column.addWidget(self._word)
        column.addWidget(buttons)
        for box in (self.separator_box, self.decimal_box):
            box.currentIndexChanged.connect(self._check)
        self._check()

    def _check(self) -> None:
        same = self.separator_box.currentData() == self.decimal_box.currentData()
        self._word.setText(
            "Separator and decimal sign must differ." if same else "A German or French Excel wants ; and ,"
        )
        self.agree.setEnabled(not same)

    def accept(self) -> None:
        """Remember the choice and go on."""
        self._settings.separator = str(self.separator_box.currentData())
        self._settings.decimal = str(self.decimal_box.currentData())
        super().accept()
        self._go()


class Saving:
    """The two actions, and the export that runs."""

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        pane: PlotPane,
        show_message: Callable[[str, str], None],
        clock: Callable[[], float],
    ) -> None:
        """`show_message` shows a sentence in a tone: `good`, `warn` or `bad`; `clock` gives Unix seconds."""
        self._window, self._settings, self._pane = window, settings, pane
        self._show_message, self._clock = show_message, clock
        self._job: ExportJob | None = None

    def ask_for_picture(self) -> None:
        """Choose a file in a dialog and save a picture of the plot in it."""
        path = self._ask_for_path("Save a picture of the plot", "pinbridge", "png", "Pictures (*.png)")
        if path is None:
            return
        if self._pane.save_picture(path):
            self._show_message(f"The picture is in {path}.", "good")
        else:
            self._show_message(f"The picture could not be written to {path}: choose another folder.", "bad")

    def ask_for_data(self, bench: BenchView | None, device: str) -> None:
        """Ask how and where, and export the device's readings."""
        if bench is None or not device:
            self._show_message("There is no device yet whose data could be saved: connect first.", "warn")
            return
        SaveDataDialog(device, self._settings, lambda: self._choose_file(bench, device), self._window).open()

    def save_data(self, bench: BenchView, device: str, path: Path) -> None:
        """Begin to export, in place of an export that runs."""
        self.cancel()
        separator, decimal = self._settings.separator, self._settings.decimal

        def work(progress: Progress) -> ExportedView:
            return bench.export(device, path, separator=separator, decimal=decimal, progress=progress)

        self._job = ExportJob(path, work)
        self._job.start()

    def cancel(self) -> None:
        """End the export that runs, if one does."""
        job, self._job = self._job, None
        if job:
            job.cancel()

    def look(self) -> Notice | None:
        """How far the export is; what became of it is told once."""
        job = self._job
        if job is None:
            return None
        if not job.is_over:
            share = f"{100 * job.seen // job.total} %" if job.total else "…"
            return Notice("good", f"Saving data to {job.path}: {share}", "Cancel", self.cancel)
        self._job = None
        if job.exported is None:
            self._show_message(job.failure, "bad")
        else:
            text = f"{job.exported.readings:,} readings are in {job.path}."
            damage = job.exported.unreadable
            self._show_message(" ".join((text, *map(text_of, damage))), "warn" if damage else "good")
        return None

    def _choose_file(self, bench: BenchView, device: str) -> None:
        path = self._ask_for_path("Save data", device, "csv", "Tables (*.csv)")
        if path is not None:
            self.save_data(bench, device, path)

    def _ask_for_path(self, title: str, stem: str, suffix: str, kinds: str) -> Path | None:
        at = time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(self._clock()))
        safe = "".join(letter if letter.isalnum() or letter in " -_." else "-" for letter in stem)
        name, _ = QFileDialog.getSaveFileName(self._window, title, f"{safe} {at}.{suffix}", kinds)
        return Path(name) if name else None


def _box(name: str, choices: tuple[tuple[str, str], ...], chosen: str) -> QComboBox:
    box = ChoiceBox()
    box.setAccessibleName(name)
    for text, data in choices:
        box.addItem(text, data)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
