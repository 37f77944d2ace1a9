"""Saves to files: a picture of the plot, and the data of the device that is shown.

Invariants: at most one export runs at a time, and never in the window's thread; the result of an export is
shown, unless another export has taken its place.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from functools import partial
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

from app.messages.languages import text
from app.messages.message import Message
from ui.contract import BenchView, ExportedView
from ui.dialogs.job import Job, Progress
from ui.plot.overview import plain_label
from ui.plot.pane import PlotPane
from ui.settings import Settings
from ui.situation import Notice
from ui.widgets.choice_box import ChoiceBox

SEPARATORS = (("separator_comma", ","), ("separator_semicolon", ";"), ("separator_tab", "\t"))
DECIMALS = (("decimal_point", "."), ("decimal_comma", ","))
"""Each choice: the message code of its label, and the character in the file."""


class SaveDataDialog(QDialog):
    """The dialog that asks for the format of the saved table; a second dialog asks for the file."""

    def __init__(
        self, device: str, what: str, settings: Settings, go: Callable[[], None], parent: QWidget
    ) -> None:
        """`what` is the code of the sentence that says what is in the table."""
        super().__init__(parent)
        self.setWindowTitle(text("title_save_data"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings, self._go = settings, go
        self.separator_box = _box("label_separator", SEPARATORS, settings.separator)
        self.decimal_box = _box("label_decimal", DECIMALS, settings.decimal)
        self._hint = plain_label("", faint=True)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.addRow(text("label_separator"), self.separator_box)
        form.addRow(text("label_decimal"), self.decimal_box)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_save_as"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(plain_label(text("title_save_data_of", device=device), title=True))
        column.addWidget(plain_label(text(what), faint=True))
        column.addLayout(form)
        column.addWidget(self._hint)
        column.addWidget(buttons)
        for box in (self.separator_box, self.decimal_box):
            box.currentIndexChanged.connect(self._check)
        self._check()

    def _check(self) -> None:
        same = self.separator_box.currentData() == self.decimal_box.currentData()
        self._hint.setText(text("signs_must_differ" if same else "signs_of_excel"))
        self.agree.setEnabled(not same)

    def accept(self) -> None:
        """Store the chosen format in the settings, and ask for the file."""
        self._settings.separator = str(self.separator_box.currentData())
        self._settings.decimal = str(self.decimal_box.currentData())
        super().accept()
        self._go()


class Saving:
    """Saves pictures and data, and holds the running export if there is one."""

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        pane: PlotPane,
        show_message: Callable[[Message, str], None],
        clock: Callable[[], float],
    ) -> None:
        """`show_message` takes a message and a tone (`good`, `warn`, `bad`); `clock` returns Unix seconds."""
        self._window, self._settings, self._pane = window, settings, pane
        self._show_message, self._clock = show_message, clock
        self._job: Job[ExportedView] | None = None
        self._path = Path()
        """The file of the export."""

    def ask_for_picture(self) -> None:
        """Ask for a file name, and save a picture of the plot to that file."""
        path = self._ask_for_path("title_save_picture", "pinbridge", "png", "label_pictures")
        if path is None:
            return
        if self._pane.save_picture(path):
            self._show_message(Message("picture_saved", path=str(path)), "good")
        else:
            self._show_message(Message("picture_not_saved", path=str(path)), "bad")

    def ask_for_data(self, bench: BenchView | None, device: str) -> None:
        """Ask for a format and a file, then export the readings of `device`.

        If `bench` is None or `device` is empty, only show a warning.
        """
        if bench is None or not device:
            self._show_message(Message("nothing_to_save"), "warn")
            return
        is_replay = any(status.replay for status in bench.status().devices)
        what = "save_recording_what" if is_replay else "save_data_what"
        go = partial(self._choose_file, bench, device)
        SaveDataDialog(device, what, self._settings, go, self._window).open()

    def save_data(self, bench: BenchView, device: str, path: Path) -> None:
        """Cancel the running export, if there is one. Start an export of the data of `device` to `path`."""
        if self._job:
            self._job.end()
        separator, decimal = self._settings.separator, self._settings.decimal

        def work(progress: Progress) -> ExportedView:
            return bench.export(device, path, separator=separator, decimal=decimal, progress=progress)

        self._job, self._path = Job("export", work), path
        self._job.start()

    def cancel(self) -> None:
        """Cancel the running export, if there is one, and wait for its end. `look` reports it."""
        if self._job:
            self._job.end()

    def cut_off(self) -> list[Message]:
        """What `cancel` would cancel now."""
        running = self._job and not self._job.is_over
        return [Message("ask_close_saving", path=str(self._path))] if running else []

    def take_over(self, other: Saving) -> None:
        """Move the running export from `other`, the `Saving` of another window, to this object.

        If `other` has no running export, this object has none either.
        """
        self._job, other._job = other._job, None
        self._path = other._path

    def look(self) -> Notice | None:
        """The progress of the running export, or None if no export is running.

        The first call after an export has ended shows the result of that export.
        """
        job = self._job
        if job is None:
            return None
        path = str(self._path)
        if not job.is_over:
            message = Message("saving_begins", path=path)
            if job.total:
                message = Message("saving_runs", path=path, percent=job.percent)
            notice = Notice("good", message, answers=True)
            return notice if job.is_cancelled else notice._replace(action="button_cancel", act=job.cancel)
        self._job = None
        if job.result is not None:
            saved = Message("data_saved", count=job.result.readings, path=path)
            damage = job.result.unreadable
            self._show_message(functools.reduce(_then, damage, saved), "warn" if damage else "good")
        elif job.failure is not None:
            self._show_message(job.failure, "bad")
        else:
            self._show_message(Message("saving_cancelled", path=path), "warn")
        return None

    def _choose_file(self, bench: BenchView, device: str) -> None:
        path = self._ask_for_path("title_save_data", device, "csv", "label_tables")
        if path is not None:
            self.save_data(bench, device, path)

    def _ask_for_path(self, title: str, stem: str, suffix: str, kinds: str) -> Path | None:
        at = time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(self._clock()))
        safe = "".join(letter if letter.isalnum() or letter in " -_." else "-" for letter in stem)
        name, _ = QFileDialog.getSaveFileName(
            self._window, text(title), f"{safe} {at}.{suffix}", text(kinds, patterns=f"*.{suffix}")
        )
        return Path(name) if name else None


def _then(first: Message, second: Message) -> Message:
    return Message("two_sentences", first=first, second=second)


def _box(label: str, choices: tuple[tuple[str, str], ...], chosen: str) -> QComboBox:
    box = ChoiceBox()
    box.setAccessibleName(text(label).replace("&", ""))
    for code, data in choices:
        box.addItem(text(code), data)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
