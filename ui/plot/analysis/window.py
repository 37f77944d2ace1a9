"""The window with the analyses of what the plot shows.

Invariants: it follows the plot: the period is that between the cursors while they are shown, otherwise that
in view, and it stands still while the plot is paused; it is renewed only while it is visible; it closes with
the main window. A closed window keeps its place, and what was chosen in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.messages.languages import text
from ui import wording
from ui.plot.analysis.asking import Readings, Scope
from ui.plot.analysis.distribution import Distribution
from ui.plot.analysis.frequencies import Frequencies
from ui.plot.analysis.kind import Kind
from ui.plot.analysis.tab import AnalysisTab, Seen, turn
from ui.plot.analysis.xy import XY
from ui.plot.overview import plain_label
from ui.plot.pane import PlotPane
from ui.plot.strips.axes import text_scale
from ui.theme.colors import Scheme

_SIZE, _FRAME = QSize(720, 520), QSize(40, 60)
"""The size at the usual size of the text, and what it is smaller than the screen at least."""
_KINDS: tuple[type[Kind[Any]], ...] = (XY, Distribution, Frequencies)
_PICTURE_SCALE = 2
_RENEWAL_MS = 250


class AnalysisWindow(QDialog):
    """A window beside the main window, with a tab for each kind of analysis."""

    def __init__(
        self,
        parent: QWidget,
        pane: PlotPane,
        readings: Callable[[], Readings | None],
        scheme: Callable[[], Scheme],
    ) -> None:
        """`readings` are those of the open bench, `scheme` the present colours."""
        super().__init__(parent)
        self.setWindowTitle(text("title_analysis"))
        self.setWindowFlag(Qt.WindowType.WindowMinMaxButtonsHint)
        self._pane, self._readings, self._scheme = pane, readings, scheme
        self.period = plain_label("")
        self.period.setAccessibleName(text("label_analysis_period"))
        self.tabs, self._pages = QTabBar(), QStackedWidget()
        self.tabs.setAccessibleName(text("title_analysis"))
        self.tabs.setDrawBase(False)
        self.pages = tuple(AnalysisTab(kind()) for kind in _KINDS)
        for page in self.pages:
            self.tabs.addTab(text(page.kind.title))
            self._pages.addWidget(page)
            for box in page.boxes:
                box.activated.connect(self.renew)
            if page.option:
                page.option.toggled.connect(self.renew)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_picture = buttons.addButton(
            text("button_copy_chart"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.copy_values = buttons.addButton(
            text("button_copy_values"), QDialogButtonBox.ButtonRole.ActionRole
        )
        for button in buttons.findChildren(QPushButton):
            button.setAutoDefault(False)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        self._head.addWidget(self.period)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addLayout(self._head)
        column.addWidget(self._pages, 1)
        column.addWidget(buttons)
        self.timer = QTimer(self)
        self.timer.setInterval(_RENEWAL_MS)
        self.timer.timeout.connect(self.renew)
        self.tabs.currentChanged.connect(self._turn)
        self.copy_picture.clicked.connect(self._copy_picture)
        self.copy_values.clicked.connect(self._copy_values)
        buttons.rejected.connect(self.reject)
        parent.installEventFilter(self)
        wanted = _SIZE * text_scale(self.font())
        self.resize(wanted.boundedTo(self.screen().availableSize() - _FRAME))

    @property
    def page(self) -> AnalysisTab:
        """The tab in front."""
        return self.pages[self.tabs.currentIndex()]

    def renew(self) -> None:
        """Show the newest results."""
        shown = self.page.renew(self._seen(), self._scheme())
        code = "analysis_between" if shown and shown.is_between else "analysis_in_view"
        self.period.setText(text(code, length=wording.length(shown.length_s)) if shown else "")
        self._fit()
        for button in (self.copy_picture, self.copy_values):
            button.setEnabled(self.page.chart.figure is not None)

    def _seen(self) -> Seen | None:
        readings, plot = self._readings(), self._pane.plot_area.made
        between = self._pane.between_cursors
        period = between or self._pane.in_view
        styles = tuple(style for style in plot.styles if not style.is_text) if plot else ()
        if readings is None or period is None or not styles:
            return None
        return Seen(readings, styles, Scope(*period, is_between=between is not None))

    def _turn(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self.renew()

    def _copy_picture(self) -> None:
        QApplication.clipboard().setImage(self.page.chart.image(_PICTURE_SCALE))

    def _copy_values(self) -> None:
        QApplication.clipboard().setText(self.page.table())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """If the window is narrow, put the period below the tabs."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        tabs, period = self.tabs.sizeHint().width(), self.period.sizeHint().width()
        is_narrow = tabs + self._head.spacing() + period > self._pages.width()
        turn(self._head, is_narrow)
        side = Qt.AlignmentFlag.AlignLeft if is_narrow else Qt.AlignmentFlag.AlignRight
        self.period.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin to renew the results."""
        super().showEvent(event)
        self.renew()
        self.timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Renew nothing while the window is hidden or minimised."""
        super().hideEvent(event)
        self.timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Close with the main window, also when that is hidden in the tray, but not when it is minimised."""
        if event.type() is QEvent.Type.Hide and watched is self.parent() and not event.spontaneous():
            self.close()
        return super().eventFilter(watched, event)
