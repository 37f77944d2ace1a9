"""The legend: for each curve of the plot, a button that shows or hides it.

Invariants: the legend has names, colours and line styles, but no readings. It stores which curves are hidden,
also while another device is shown, and emits a signal when the user hides or shows a curve.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from app.messages.languages import text
from app.messages.visible import visible
from ui import wording
from ui.plot.curves import Key, Style
from ui.plot.line_sample import SAMPLE, sample_icon
from ui.widgets.flow import FlowWidget
from ui.widgets.shortening import cut_to, told_apart

_SWATCH_PX = 14
_MAX_NAME, _LEAST_DEVICE = 28, 6
"""Letters. A label that is longer than `_MAX_NAME` is cut, at first the name of its device, of which at least
`_LEAST_DEVICE` letters stay; so that the labels can still be told apart."""


class Legend(FlowWidget):
    """The row of buttons above the plot: one button for each curve."""

    hidden_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._styles: tuple[Style, ...] = ()
        self._buttons: dict[Key, QToolButton] = {}
        self._hidden: frozenset[Key] = frozenset()

    @property
    def hidden(self) -> frozenset[Key]:
        """The hidden curves, also those that are not in the plot now."""
        return self._hidden

    @property
    def buttons(self) -> list[QToolButton]:
        """The buttons, in their order on the screen."""
        return list(self._buttons.values())

    def set_styles(self, styles: Sequence[Style]) -> bool:
        """Show a button for each curve in `styles`. Hidden curves stay hidden.

        Returns False if `styles` is the same as before.
        """
        if tuple(styles) == self._styles:
            return False
        self._styles = tuple(styles)
        super().clear()
        self._buttons = {}
        for style in styles:
            button = QToolButton(self)
            button.setProperty("chip", True)
            button.setCheckable(True)
            button.setChecked(style.key not in self._hidden)
            button.setText(" " + _short(style, styles).replace("&", "&&"))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIcon(sample_icon(QColor(style.color), style.line_style))
            button.setIconSize(SAMPLE)
            tip = text("tip_curve", name=style.label, target=style.target)
            button.setToolTip(wording.tooltip(tip))
            button.setAccessibleName(text("label_show_curve", name=style.label))
            button.toggled.connect(partial(self._toggled, style.key))
            self.add(button)
            self._buttons[style.key] = button
        self.setVisible(bool(styles))
        return True

    def toggle(self, key: Key) -> None:
        """Show a curve if it is hidden; hide it if it is shown."""
        if key in self._buttons:
            self._buttons[key].toggle()

    def set_hidden(self, hidden: Collection[Key]) -> None:
        """Hide these curves, and show all others."""
        self._hidden = frozenset(hidden)
        for key, button in self._buttons.items():
            with QSignalBlocker(button):
                button.setChecked(key not in hidden)
        self.hidden_changed.emit()

    def clear(self) -> None:
        """Remove all buttons, and forget which curves were hidden."""
        self.set_styles(())
        self._hidden = frozenset()

    def _toggled(self, key: Key, shown: bool) -> None:
        self._hidden = self._hidden - {key} if shown else self._hidden | {key}
        self.hidden_changed.emit()


def _short(style: Style, styles: Sequence[Style]) -> str:
    """The text of a button: the label of a curve, cut if it is too long."""
    label, device = style.label, visible(style.device)
    if len(label) <= _MAX_NAME:
        return label
    rest = label[len(device) :]
    room = _MAX_NAME - len(rest)
    if style.shows_device and room >= _LEAST_DEVICE:
        return told_apart(device, {visible(other.device) for other in styles}, cut_to(room)) + rest
    return told_apart(label, [other.label for other in styles], cut_to(_MAX_NAME))


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
