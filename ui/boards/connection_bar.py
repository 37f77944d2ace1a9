"""The bar at the top: what to connect, and the one button that does it.

Invariants: a newcomer fills in a form, a bench file is shown as it is; while connected nothing here can be
changed but the device that is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.bench.status import DeviceStatus, LinkState
from app.config.bench_file import BenchConfig
from ui.boards.newcomer import NewcomerForm
from ui.plot.legend import swatch
from ui.plot.overview import plain_label
from ui.settings import Settings
from ui.theme.colors import RECORDING
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.elided_label import ElidedLabel


class ConnectionBar(QFrame):
    """Form or bench at the left, Connect at the right."""

    connect_asked = Signal()
    disconnect_asked = Signal()
    device_chosen = Signal(str)
    record_asked = Signal(bool)
    release_asked = Signal(bool)
    """Let go of the port; True: take it back."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.form = NewcomerForm(settings)
        self.device_box = ChoiceBox()
        self.device_box.setAccessibleName("Device")
        self.device_box.setToolTip("The device that is looked at (Ctrl+PgUp, Ctrl+PgDown); all of them run")
        self.device_box.setMinimumHeight(32)
        self.device_box.setMinimumContentsLength(14)
        self._title = plain_label("", heading=True)
        self._road = ElidedLabel("Port, baud rate and server")
        device_label = QLabel("&Device")
        device_label.setProperty("heading", True)
        device_label.setBuddy(self.device_box)
        chooser = QVBoxLayout()
        chooser.setSpacing(3)
        chooser.addWidget(device_label)
        chooser.addWidget(self.device_box)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._title)
        words.addWidget(self._road, 1, Qt.AlignmentFlag.AlignVCenter)
        self._bench_page = QWidget()
        row = QHBoxLayout(self._bench_page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addLayout(chooser)
        row.addLayout(words, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.form)
        self._pages.addWidget(self._bench_page)
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button = QPushButton("Connect")
        self.button.setProperty("primary", True)
        self.button.setMinimumHeight(36)
        self.button.setMinimumWidth(140)
        self.record_button = _tool(" Record", "Record every byte of this board to a file (Ctrl+R)")
        self.record_button.setCheckable(True)
        self.record_button.setProperty("record", True)
        self.record_button.setIcon(swatch(RECORDING))
        self.release_button = _tool("Release port", "")
        bar = QHBoxLayout(self)
        bar.setContentsMargins(14, 9, 14, 11)
        bar.setSpacing(14)
        bar.addWidget(self._pages, 1)
        for button in (self.record_button, self.release_button, self.button):
            bar.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._connected = False
        self._config: BenchConfig | None = None
        self._released = False
        self.button.clicked.connect(self._clicked)
        self.record_button.clicked.connect(self.record_asked)
        self.release_button.clicked.connect(lambda: self.release_asked.emit(self._released))
        self.form.submitted.connect(self._clicked_unless_connected)
        self.device_box.currentTextChanged.connect(self._device_changed)
        self.show_state(connected=False)

    @property
    def device(self) -> str:
        """Name of the device that is looked at; empty where there is none."""
        return self.device_box.currentText()

    def show_form(self) -> None:
        """A newcomer's form, without a bench file."""
        self._config = None
        self._pages.setCurrentWidget(self.form)

    def show_bench(self, config: BenchConfig) -> None:
        """A bench file as it is."""
        self._config = config
        self._pages.setCurrentWidget(self._bench_page)
        self._title.setText(config.bench.name)
        self.set_devices([device.name for device in config.device])
        self._show_road()

    def set_devices(self, names: Sequence[str]) -> None:
        """The devices there are to look at; the choice stays where it can."""
        if list(names) == [self.device_box.itemText(n) for n in range(self.device_box.count())]:
            return
        chosen = self.device
        with QSignalBlocker(self.device_box):
            self.device_box.clear()
            self.device_box.addItems(list(names))
            self.device_box.setCurrentIndex(max(0, self.device_box.findText(chosen)))
        if self.device != chosen:
            self._device_changed()

    def step_device(self, by: int) -> None:
        """Look at the next device, or the one before."""
        count = self.device_box.count()
        if count:
            self.device_box.setCurrentIndex((self.device_box.currentIndex() + by) % count)

    def show_state(self, *, connected: bool, busy: str = "") -> None:
        """Show whether the bench runs; `busy` is a word for what is being done just now."""
        self._connected = connected
        self.button.setText(busy or ("Disconnect" if connected else "Connect"))
        self.button.setEnabled(not busy)
        self.button.setProperty("primary", not connected)
        self.button.style().polish(self.button)
        self.form.setEnabled(not connected and not busy)
        for tool in (self.record_button, self.release_button):
            tool.setVisible(connected)

    def show_device(self, device: DeviceStatus) -> None:
        """Show whether the board is recorded, and whether its port is let go of."""
        self.record_button.setChecked(device.recording is not None)
        self.record_button.setText(" Recording" if device.recording else " Record")
        self._released = device.link.state is LinkState.RELEASED
        word = "Take port back" if self._released else "Release port"
        self.release_button.setText(word)
        self.release_button.setAccessibleName(word)
        self.release_button.setToolTip(
            "Open the port again now"
            if self._released
            else "Let another program have the port, for an upload; it is taken back after that (Ctrl+U)"
        )
        for tool in (self.record_button, self.release_button):
            tool.setEnabled(not device.orphan)

    def _show_road(self) -> None:
        config = self._config
        device = next((d for d in config.device if d.name == self.device), None) if config else None
        if device is None:
            self._road.say("")
            return
        target = device.server or "no server: plot and journal only"
        self._road.say(f"{device.port}  ·  {device.baud_rate} baud  ·  {target}")

    def _device_changed(self) -> None:
        self._show_road()
        self.device_chosen.emit(self.device)

    def _clicked(self) -> None:
        if self._connected:
            self.disconnect_asked.emit()
        else:
            self.connect_asked.emit()

    def _clicked_unless_connected(self) -> None:
        if not self._connected:
            self.connect_asked.emit()


def _tool(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(text.strip())
    button.setToolTip(tip)
    button.setMinimumHeight(36)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
