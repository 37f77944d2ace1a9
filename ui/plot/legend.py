"""The legend: for each datastream, a button that shows or hides its curve.

Invariant: the legend has names and colours, but no readings. It stores which curves are hidden, and emits a
signal when the user hides or shows a curve.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from app.messages.languages import text
from ui import wording
from ui.plot.strip import Style
from ui.widgets.flow import FlowWidget

_SWATCH_PX = 14
_MAX_NAME = 28


class Legend(FlowWidget):
    """The row of buttons above the plot: one button for each datastream."""

    hidden_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._styles: tuple[Style, ...] = ()
        self._buttons: dict[str, QToolButton] = {}

    @property
    def hidden(self) -> frozenset[str]:
        """The targets whose curves are hidden."""
        return frozenset(target for target, button in self._buttons.items() if not button.isChecked())

    @property
    def buttons(self) -> list[QToolButton]:
        """The buttons, in their order on the screen."""
        return list(self._buttons.values())

    def set_styles(self, styles: Sequence[Style]) -> bool:
        """Show a button for each datastream in `styles`. Hidden curves stay hidden.

        Returns False if `styles` is the same as before.
        """
        if tuple(styles) == self._styles:
            return False
        hidden = self.hidden
        self._styles = tuple(styles)
        super().clear()
        self._buttons = {}
        for style in styles:
            button = QToolButton(self)
            button.setProperty("chip", True)
            button.setCheckable(True)
            button.setChecked(style.target not in hidden)
            name = style.name if len(style.name) <= _MAX_NAME else style.name[: _MAX_NAME - 1] + "…"
            button.setText(" " + name.replace("&", "&&"))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIcon(swatch(style.color))
            button.setIconSize(QSize(_SWATCH_PX, _SWATCH_PX))
            tip = text("tip_curve", name=style.name, target=style.target)
            button.setToolTip(wording.tooltip(tip))
            button.setAccessibleName(text("label_show_curve", name=style.name))
            button.toggled.connect(self.hidden_changed)
            self.add(button)
            self._buttons[style.target] = button
        self.setVisible(bool(styles))
        return True

    def toggle(self, target: str) -> None:
        """Show the curve of `target` if it is hidden; hide it if it is shown."""
        if target in self._buttons:
            self._buttons[target].toggle()

    def clear(self) -> None:
        """Remove all buttons, and forget which curves were hidden."""
        self.set_styles(())


def swatch(color: str, *, filled: bool = True, size: int = _SWATCH_PX) -> QIcon:
    """An icon with a filled or hollow dot of the colour `color`."""
    picture = QPixmap(2 * size, 2 * size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(color), size / 4))
    painter.setBrush(QColor(color) if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(size // 3, size // 3, 2 * size - 2 * (size // 3), 2 * size - 2 * (size // 3))
    painter.end()
    return QIcon(picture)
