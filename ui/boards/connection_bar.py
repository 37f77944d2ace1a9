"""The bar at the top: the Connect button, and either the form for a single board or a bench file.

Invariants: if no bench file is open, the bar shows the form, whose port cannot be changed while it is open;
if a bench file is open, the bar shows its name and, read-only, the settings of the device that is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.bench.status import DeviceStatus, LinkState
from app.config.addresses import is_loopback, is_private
from app.config.bench_file import BenchConfig
from app.messages.languages import text, text_of
from app.messages.message import Message
from app.messages.visible import visible
from ui import wording
from ui.boards.newcomer import NewcomerForm
from ui.plot.overview import plain_label
from ui.settings import Settings
from ui.theme.colors import RECORDING
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.swatch import swatch

_MARGINS, _TIGHT_MARGINS = (14, 9, 14, 11), (14, 7, 14, 6)
_NARROW_LETTERS = 190
"""In a bar with room for fewer letters, the buttons leave more room to the form."""
_BUTTON_PX, _SPACING_PX, _NARROW_SPACING_PX = 140, 14, 8


class ConnectionBar(QFrame):
    """The bar at the top of the window, with the Connect button and two more buttons at the right.

    At the left is either the form for a single board, or the name of the open bench and one of its devices;
    beside these, a button opens the page of a local cloud.
    """

    connect_asked = Signal()
    disconnect_asked = Signal()
    record_asked = Signal(bool)
    release_asked = Signal(bool)
    """Emitted with False to release the port, and with True to reopen a released port."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.form = NewcomerForm(settings)
        self._title = plain_label("", heading=True)
        self._connection = ElidedLabel(text("label_connection"))
        facts = QVBoxLayout()
        facts.setSpacing(3)
        facts.addWidget(self._title)
        facts.addWidget(self._connection, 1, Qt.AlignmentFlag.AlignVCenter)
        self._bench_page = QWidget()
        row = QHBoxLayout(self._bench_page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addLayout(facts, 1)
        self.page_button = _tool("button_cloud_page", "tip_cloud_page")
        row.addWidget(self.page_button, 0, Qt.AlignmentFlag.AlignBottom)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.form)
        self._pages.addWidget(self._bench_page)
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button = QPushButton(text("button_connect"))
        self.button.setProperty("primary", True)
        self.button.setMinimumHeight(36)
        self.record_button = _tool("button_record", "tip_record")
        self.record_button.setText(_beside_icon("button_record"))
        self.record_button.setCheckable(True)
        self.record_button.setProperty("record", True)
        self.record_button.setIcon(swatch(RECORDING))
        self.release_button = _tool("button_release_port", "tip_release_port")
        self._row = bar = QHBoxLayout(self)
        bar.setContentsMargins(*_MARGINS)
        bar.addWidget(self._pages, 1)
        for button in (self.record_button, self.release_button, self.button):
            bar.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._connected = False
        self._config: BenchConfig | None = None
        self._released = False
        self._replays: Mapping[str, Message] = {}
        self.button.clicked.connect(self._clicked)
        self.record_button.clicked.connect(self.record_asked)
        self.release_button.clicked.connect(lambda: self.release_asked.emit(self._released))
        self.form.submitted.connect(self._clicked_unless_connected)
        self._fit(is_narrow=False)
        self.show_state(connected=False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave more room to the form if the bar is narrow."""
        super().resizeEvent(event)
        self._fit(is_narrow=self.width() < _NARROW_LETTERS * self.fontMetrics().averageCharWidth())

    def _fit(self, *, is_narrow: bool) -> None:
        self._row.setSpacing(_NARROW_SPACING_PX if is_narrow else _SPACING_PX)
        self.button.setMinimumWidth(0 if is_narrow else _BUTTON_PX)

    def show_form(self) -> None:
        """Show the form for a single board, instead of the contents of a bench file."""
        self._config, self._replays = None, {}
        self._show_page(self.form)

    def show_bench(self, config: BenchConfig, replays: Mapping[str, Message] = {}) -> None:
        """Show the name of a bench. `show_settings` shows one of its devices.

        If the bench replays recordings, `replays` says for each device which one. The button then closes
        them, and there are no buttons for boards.
        """
        self._config, self._replays = config, replays
        self._show_page(self._bench_page)
        self._title.setText(config.bench.name)
        self.show_settings("")

    def _show_page(self, page: QWidget) -> None:
        """Show a page. Only that one decides how narrow the bar may become.

        For recordings, the bar is lower, because their controls need a row of the window.
        """
        self._row.setContentsMargins(*(_TIGHT_MARGINS if self._replays else _MARGINS))
        self._pages.setCurrentWidget(page)
        for other in (self.form, self._bench_page):
            policy = other.sizePolicy()
            kind = QSizePolicy.Policy.Preferred if other is page else QSizePolicy.Policy.Ignored
            policy.setHorizontalPolicy(kind)
            other.setSizePolicy(policy)

    def show_settings(self, name: str) -> None:
        """Show port, baud rate and server of the device `name`, if the bench file has this device."""
        config = self._config
        device = next((d for d in config.device if d.name == name), None) if config else None
        if device is None:
            self._connection.say("")
            return
        if name in self._replays:
            self._connection.say(text_of(self._replays[name]))
            return
        code = "connection" if device.server else "connection_without_server"
        self._connection.say(
            text(
                code,
                device=visible(device.name),
                port=wording.port(device.port),
                baud_rate=device.baud_rate,
                server=device.server,
            )
        )

    def show_state(self, *, connected: bool, busy: str = "") -> None:
        """Show whether the bench is connected.

        While the bench connects or disconnects, `busy` is the text of the Connect button, which is disabled.
        """
        self._connected = connected
        leave = "button_close_recording" if self._replays else "button_disconnect"
        self.button.setText(busy or text(leave if connected else "button_connect"))
        self.button.setEnabled(not busy)
        self.button.setProperty("primary", not connected)
        self.button.style().polish(self.button)
        self.form.show_state(connected=connected, busy=bool(busy))
        for tool in (self.record_button, self.release_button):
            tool.setVisible(connected and not self._replays)
        if not connected:
            self.page_button.hide()

    @contextmanager
    def busy(self, code: str) -> Iterator[None]:
        """A context for a slow call, for which the user has to wait.

        Until the call returns, the Connect button shows the text that has the message code `code`. It is
        repainted directly, because the call may block this thread.
        """
        self.show_state(connected=self._connected, busy=text(code))
        self.button.repaint()
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            yield
        finally:
            QApplication.restoreOverrideCursor()

    def show_device(self, device: DeviceStatus) -> None:
        """Show on the buttons whether the board is being recorded, and whether its port is released.

        The button that opens the cloud's page is shown for a local cloud.
        """
        self.page_button.setVisible(self._connected and _is_local(device.server))
        self.record_button.setChecked(device.recording is not None)
        self.record_button.setText(_beside_icon("button_recording" if device.recording else "button_record"))
        self._released = device.link.state is LinkState.RELEASED
        name = text("button_take_port_back" if self._released else "button_release_port")
        self.release_button.setText(name)
        self.release_button.setAccessibleName(name)
        self.release_button.setToolTip(text("tip_take_port_back" if self._released else "tip_release_port"))
        for tool in (self.record_button, self.release_button):
            tool.setEnabled(not device.orphan)

    def _clicked(self) -> None:
        if self._connected:
            self.disconnect_asked.emit()
        else:
            self.connect_asked.emit()

    def _clicked_unless_connected(self) -> None:
        if not self._connected:
            self.connect_asked.emit()


def _is_local(server: str) -> bool:
    """Whether the cloud at `server` runs on this computer or in this network. False if there is none."""
    return bool(server) and (is_loopback(server) or is_private(server))


def _beside_icon(code: str) -> str:
    return f" {text(code)}"


def _tool(code: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text(code))
    button.setAccessibleName(text(code))
    button.setToolTip(text(tip))
    button.setMinimumHeight(36)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
