"""The bar at the bottom: port, lines a second, bad lines, cloud, queue, and the last success.

Invariants: every light has a word beside it; a field keeps its width while its number changes.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.status import CloudState, DeviceStatus, LinkState
from ui import wording
from ui.overview import plain_label
from ui.rates import Rate

_LINK_TONES = {
    LinkState.GOOD: "good",
    LinkState.OPEN: "",
    LinkState.CLOSED: "",
    LinkState.ENDED: "",
    LinkState.RELEASED: "",
    LinkState.SILENT: "warn",
}
_CLOUD_TONES = {
    CloudState.OFF: "",
    CloudState.IDLE: "good",
    CloudState.SENDING: "good",
    CloudState.WAITING: "warn",
    CloudState.PAUSED: "bad",
}
_LIGHTS = {"good": "●", "warn": "◐", "bad": "✗", "": "○"}


class StatusBar(QFrame):
    """Six fields in a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate = Rate()
        self.port = self._field("Port")
        self.port.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.lines = self._field("Lines a second")
        self.bad = self._field("Bad lines")
        self.cloud = self._field("Cloud")
        self.queue = self._field("Readings that wait for the cloud")
        self.success = self._field("Last success")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(20)
        row.addWidget(self.port, 1)
        for label in (self.lines, self.bad, self.cloud, self.queue, self.success):
            row.addWidget(label)
        self.show_idle()

    def _field(self, name: str) -> QLabel:
        label = plain_label("")
        label.setAccessibleName(name)
        label.setToolTip(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        return label

    def restart(self) -> None:
        """Another device or run follows."""
        self._rate = Rate()

    def show_idle(self) -> None:
        """Nothing is connected."""
        self.restart()
        _set(self.port, "○ Not connected")
        for label in (self.lines, self.bad, self.cloud, self.queue, self.success):
            _set(label, "")

    def show_device(self, device: DeviceStatus, at_s: float) -> None:
        """Show a device as it is at a time in Unix seconds."""
        tone = _LINK_TONES.get(device.link.state, "bad")
        word = wording.LINK_WORDS[device.link.state]
        _set(self.port, f"{_LIGHTS[tone]} {word[0].upper()}{word[1:]} · {device.port}", tone)
        self.port.setToolTip(wording.tooltip(device.link.sentence))
        per_s = self._rate.update(at_s, device.lines.lines)
        _set(self.lines, f"{wording.rate(per_s)} lines/s", width=len("00,000 lines/s"))
        bad = device.lines.rejected
        _set(self.bad, f"{'✗ ' if bad else ''}{wording.count(bad)} bad lines", "bad" if bad else "")
        tone = _CLOUD_TONES[device.cloud.state]
        _set(self.cloud, f"{_LIGHTS[tone]} Cloud: {wording.CLOUD_WORDS[device.cloud.state]}", tone)
        if device.cloud.state is CloudState.OFF:
            _set(self.queue, f"{wording.count(device.counts.readings)} kept")
            _set(self.success, "")
            return
        _set(self.queue, f"{wording.count(device.counts.pending)} waiting", width=len("0,000 waiting"))
        last_us = device.cloud.last_success_us
        text = (
            f"Last success {wording.ago(at_s - last_us / 1e6)}" if last_us is not None else "No success yet"
        )
        _set(self.success, text, width=len("Last success 00 s ago"))


def _set(label: QLabel, text: str, tone: str = "", *, width: int = 0) -> None:
    if label.text() != text:
        label.setText(text)
    if width:
        label.setMinimumWidth(width * label.fontMetrics().averageCharWidth())
    if label.property("tone") != tone:
        label.setProperty("tone", tone)
        label.style().polish(label)
