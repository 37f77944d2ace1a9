"""Saves a picture of the plot: the dialog for its format and size, and what it does.

Invariants: a file is written only where the user has said; the result is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text
from app.messages.message import Message
from ui.plot.overview import plain_label
from ui.plot.pane import PlotPane
from ui.settings import Settings
from ui.widgets.choice_box import ChoiceBox

_FORMATS = (("picture_png", "png"), ("picture_svg", "svg"), ("picture_pdf", "pdf"))
_SCALES = (1, 2, 3, 4)


class PictureDialog(QDialog):
    """Asks for the format and the size, and whether to save the picture or to copy it."""

    def __init__(
        self,
        settings: Settings,
        save: Callable[[str, int], object],
        copy: Callable[[int], object],
        parent: QWidget,
    ) -> None:
        """`save` takes the suffix of the file and the size of a PNG, `copy` the size."""
        super().__init__(parent)
        self.setWindowTitle(text("title_save_picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings, self._save, self._copy = settings, save, copy
        self.format_box, self.scale_box = ChoiceBox(), ChoiceBox()
        for code, suffix in _FORMATS:
            self.format_box.addItem(text(code), suffix)
        for scale in _SCALES:
            self.scale_box.addItem(text("picture_scale", scale=scale), scale)
        for box, chosen in (
            (self.format_box, settings.picture_format),
            (self.scale_box, settings.picture_scale),
        ):
            box.setCurrentIndex(max(0, box.findData(chosen)))
        form = QFormLayout()
        form.setVerticalSpacing(8)
        for code, box in (("label_picture_format", self.format_box), ("label_picture_size", self.scale_box)):
            box.setAccessibleName(text(code).replace("&", ""))
            form.addRow(text(code), box)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_save_as"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        self.copy_button = buttons.addButton(
            text("button_copy_picture"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.copy_button.clicked.connect(self._copy_now)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(plain_label(text("title_save_picture"), title=True))
        column.addLayout(form)
        column.addWidget(buttons)
        self.format_box.currentIndexChanged.connect(self._show_scale)
        self._show_scale()

    def _show_scale(self) -> None:
        """Only a PNG has a size in pixels."""
        self.scale_box.setEnabled(self.format_box.currentData() == "png")

    def _remember(self) -> None:
        self._settings.picture_format = str(self.format_box.currentData())
        self._settings.picture_scale = int(self.scale_box.currentData())

    def accept(self) -> None:
        """Store the choices in the settings, and ask for the file."""
        self._remember()
        super().accept()
        self._save(self._settings.picture_format, self._settings.picture_scale)

    def _copy_now(self) -> None:
        self._remember()
        super().accept()
        self._copy(self._settings.picture_scale)


class Pictures:
    """Saves and copies pictures of the plot."""

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

    def ask(self) -> None:
        """Open the dialog; if there is no plot, say so."""
        if not self._pane.has_curves:
            self._show_message(Message("no_plot_for_picture"), "warn")
            return
        PictureDialog(self._settings, self._choose_file, self._copy, self._window).open()

    def _choose_file(self, suffix: str, scale: int) -> None:
        at = time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(self._clock()))
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            text("title_save_picture"),
            text("picture_name", moment=at, suffix=suffix),
            text("label_pictures", patterns=f"*.{suffix}"),
        )
        if name:
            self.save(Path(name), scale)

    def save(self, path: Path, scale: int = 1) -> None:
        """Write a picture to a file, and say whether it is there."""
        from ui.plot import picture

        if picture.save(self._pane.plot, path, scale):
            self._show_message(Message("picture_saved", path=str(path)), "good")
        else:
            self._show_message(Message("picture_not_saved", path=str(path)), "bad")

    def _copy(self, scale: int) -> None:
        from ui.plot import picture

        QApplication.clipboard().setImage(picture.image(self._pane.plot, scale))
        self._show_message(Message("picture_copied"), "good")
