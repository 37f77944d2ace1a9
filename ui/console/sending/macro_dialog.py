"""The dialog in which the user names, changes, orders and removes the lines that are sent often.

Invariant: nothing changes before the user agrees; a line that is empty is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text
from app.messages.visible import visible
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.overview import plain_label
from ui.settings import Macro

_MAX_LENGTH = 1000
_WIDE_LETTERS = 64
_LIST_ROWS = 6


class MacroDialog(FittingDialog):
    """A list of the lines, and fields for the chosen one."""

    def __init__(
        self, macros: Sequence[Macro], port: str, go: Callable[[list[Macro]], None], parent: QWidget
    ) -> None:
        """`port` is that of the board for which new lines can be kept alone; `go` gets the result."""
        super().__init__(parent)
        self.setWindowTitle(text("title_macros"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._macros, self._port, self._go = list(macros), port, go
        self.list = QListWidget()
        self.list.setAccessibleName(text("label_macro_list"))
        self.list.setMinimumHeight(_LIST_ROWS * (self.fontMetrics().height() + 6))
        self.name_field = _field("label_macro_name")
        self.line_field = _field("label_macro_line")
        self.own_box = QCheckBox(text("label_macro_own"))
        self.own_box.setToolTip(text("tip_macro_own"))
        self.new_button = _button("button_new_macro")
        self.remove_button = _button("button_remove_macro")
        self.up_button = _button("button_macro_up")
        self.down_button = _button("button_macro_down")
        self._lay_out()
        self.list.currentRowChanged.connect(self._show)
        self.name_field.textEdited.connect(lambda _: self._change())
        self.line_field.textEdited.connect(lambda _: self._change())
        self.own_box.clicked.connect(lambda _: self._change())
        self.new_button.clicked.connect(self.add)
        self.remove_button.clicked.connect(self._remove)
        self.up_button.clicked.connect(lambda: self._move(-1))
        self.down_button.clicked.connect(lambda: self._move(1))
        self._fill(0)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.addRow(text("label_macro_name"), self.name_field)
        form.addRow(text("label_macro_line"), self.line_field)
        form.addRow("", self.own_box)
        beside = QVBoxLayout()
        for button in (self.new_button, self.remove_button, self.up_button, self.down_button):
            beside.addWidget(button)
        beside.addStretch(1)
        upper = QHBoxLayout()
        upper.addWidget(self.list, 1)
        upper.addLayout(beside)
        what = plain_label(text("macros_what"), faint=True)
        what.setWordWrap(True)
        column = self.contents
        column.setSpacing(10)
        column.addWidget(plain_label(text("title_macros"), title=True))
        column.addWidget(what)
        column.addLayout(upper, 1)
        column.addLayout(form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_keep_macros"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.add_buttons(buttons)
        self.setMinimumWidth(_WIDE_LETTERS * self.fontMetrics().averageCharWidth())

    def accept(self) -> None:
        """Give the lines back, and close the dialog."""
        super().accept()
        self._go([macro for macro in self._macros if macro.line])

    def add(self) -> None:
        """Add an empty line at the end, and let the user fill it in."""
        self._macros.append(Macro())
        self._fill(len(self._macros) - 1)
        self.name_field.setFocus()

    def _fill(self, row: int) -> None:
        """List the lines again, and choose `row`."""
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems([_title(macro) for macro in self._macros])
        self.list.setCurrentRow(min(row, len(self._macros) - 1))
        self.list.blockSignals(False)
        self._show(self.list.currentRow())

    def _show(self, row: int) -> None:
        macro = self._macros[row] if row >= 0 else Macro()
        for widget in (self.name_field, self.line_field, self.own_box, self.remove_button):
            widget.setEnabled(row >= 0)
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < len(self._macros) - 1)
        self.name_field.setText(macro.name)
        self.line_field.setText(macro.line)
        self.own_box.setChecked(bool(macro.port))

    def _change(self) -> None:
        row = self.list.currentRow()
        before = self._macros[row].port
        port = (before or self._port) if self.own_box.isChecked() else ""
        self._macros[row] = Macro(name=self.name_field.text(), line=self.line_field.text(), port=port)
        self.list.item(row).setText(_title(self._macros[row]))

    def _remove(self) -> None:
        row = self.list.currentRow()
        del self._macros[row]
        self._fill(row)

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        self._macros.insert(row + by, self._macros.pop(row))
        self._fill(row + by)


def _title(macro: Macro) -> str:
    return visible(macro.name or macro.line) or "…"


def _field(code: str) -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(_MAX_LENGTH)
    field.setAccessibleName(text(code).replace("&", ""))
    return field


def _button(code: str) -> QPushButton:
    button = QPushButton(text(code))
    button.setAutoDefault(False)
    return button
