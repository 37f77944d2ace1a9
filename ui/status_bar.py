"""The bar at the bottom: how the port, the lines, the recording and the cloud are doing.

Invariants: every light has a word beside it; a field keeps its width while its number changes.
"""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.bench.status import CloudState, DeviceStatus, LinkState, RecordingStatus
from app.messages.languages import text_of
from ui import wording
from ui.datastreams.rates import LineRate
from ui.widgets.elided_label import ElidedLabel

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
_MAX_NAME = 40
_LIGHTS = {"good": "●", "warn": "◐", "bad": "✗", "": "○"}


class StatusBar(QFrame):
    """Eight fields in a row; what there is nothing to say of takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate = LineRate()
        self.port = ElidedLabel("Port")
        self.lines = ElidedLabel("Lines a second")
        self.bad = ElidedLabel("Bad lines")
        self.recording = ElidedLabel("Recording")
        self.cloud = ElidedLabel("Cloud")
        self.queue = ElidedLabel("Readings that wait for the cloud")
        self.success = ElidedLabel("Last success")
        self.messages = ElidedLabel("Messages left this month")
        self._others = (
            *(self.lines, self.bad, self.recording, self.cloud),
            *(self.queue, self.success, self.messages),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(16)
        row.addWidget(self.port, 1)
        for label in self._others:
            row.addWidget(label)
        self.show_idle()

    def restart(self) -> None:
        """Another device or run follows."""
        self._rate = LineRate()

    def show_idle(self) -> None:
        """Nothing is connected."""
        self.restart()
        self.port.say("○ Not connected")
        for label in self._others:
            label.say("")

    def show_device(self, device: DeviceStatus, at_s: float) -> None:
        """Show a device as it is at a time in Unix seconds."""
        tone = _LINK_TONES.get(device.link.state, "bad")
        word = wording.LINK_WORDS[device.link.state]
        self.port.say(
            f"{_LIGHTS[tone]} {word[0].upper()}{word[1:]} · {device.port}",
            tone=tone,
            steady=len("● Connected"),
            tip=str(device.link.message),
        )
        per_s = self._rate.update(at_s, device.lines.lines)
        self.lines.say(f"{wording.rate(per_s)} lines/s", steady=len("00,000 lines/s"))
        bad = device.lines.rejected
        self.bad.say(
            f"{'✗ ' if bad else ''}{wording.count(bad)} bad lines", tone="bad" if bad else "", steady=12
        )
        self._show_recording(device.recording)
        self._show_cloud(device, at_s)

    def _show_recording(self, recording: RecordingStatus | None) -> None:
        if recording is None:
            self.recording.say("")
            return
        name = PurePath(recording.path).name
        if len(name) > _MAX_NAME:
            name = f"{name[: _MAX_NAME // 2]}…{name[-_MAX_NAME // 2 :]}"
        self.recording.say(f"● {name} {wording.size(recording.bytes)}", tone="recording", tip=recording.path)

    def _show_cloud(self, device: DeviceStatus, at_s: float) -> None:
        cloud, tone = device.cloud, _CLOUD_TONES[device.cloud.state]
        words = wording.CLOUD_WORDS[cloud.state]
        self.cloud.say(f"{_LIGHTS[tone]} Cloud: {words}", tone=tone, tip=str(cloud.message))
        if cloud.state is CloudState.OFF:
            self.queue.say(f"{wording.count(device.counts.readings)} kept")
            self.success.say("")
            self.messages.say("")
            return
        self.queue.say(f"{wording.count(device.counts.pending)} waiting", steady=len("0,000 waiting"))
        last_us, left = cloud.last_success_us, cloud.messages_left
        self.success.say(
            f"Last success {wording.ago(at_s - last_us / 1e6)}" if last_us is not None else "No success yet",
            steady=len("Last success 00 s ago"),
        )
        self.messages.say(
            "" if left is None else f"{wording.count(left)} messages left",
            tip=" ".join(map(text_of, cloud.forecast)),
        )
