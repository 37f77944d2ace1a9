"""The bar at the bottom. It shows the state of a device's port, lines, recording and cloud connection.

Invariants: every light (the symbol of a state) has a text beside it; a field keeps its width while its number
changes.
"""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.bench.status import CloudState, DeviceStatus, RecordingStatus
from app.messages.languages import text, text_of
from app.messages.message import Message
from ui import lights, wording
from ui.datastreams.rates import LineRate
from ui.widgets.elided_label import ElidedLabel

_MAX_NAME = 40
_WIDE_RATE, _WIDE_COUNT, _WIDE_AGO_S = "00,000", "0,000", 59
"""The fields always have room for these values."""


class StatusBar(QFrame):
    """A row of eight fields; an empty field is hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate = LineRate()
        self.port = ElidedLabel(text("label_port_box"))
        self.lines = ElidedLabel(text("label_lines_per_second"))
        self.rejected = ElidedLabel(text("label_rejected_lines"))
        self.recording = ElidedLabel(text("label_recording"))
        self.cloud = ElidedLabel(text("label_cloud"))
        self.queue = ElidedLabel(text("label_status_readings"))
        self.success = ElidedLabel(text("label_last_success"))
        self.messages = ElidedLabel(text("label_messages_left"))
        self._others = (
            *(self.lines, self.rejected, self.recording, self.cloud),
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
        """Forget the measured line rate, for example before another device is shown."""
        self._rate = LineRate()

    def show_idle(self, device: DeviceStatus | None = None) -> None:
        """Show that nothing is connected, and what of `device` is not sent yet, if it was disconnected."""
        self.restart()
        self.port.say(text("status_not_connected"))
        for label in self._others:
            label.say("")
        if device and (left := lights.unsent_labels(device)):
            self.queue.say(" · ".join(map(text_of, left)), tip=text("tip_all_runs"))

    def show_device(self, device: DeviceStatus, at_s: float) -> None:
        """Show a device's status, taken at `at_s` (Unix seconds)."""
        self._show_port(device)
        per_s = self._rate.update(at_s, device.lines.lines)
        self.lines.say(
            text("status_lines", count=wording.plural_of(per_s), rate=wording.rate(per_s)),
            steady=len(text("status_lines", count=0, rate=_WIDE_RATE)),
        )
        rejected = device.lines.rejected
        self.rejected.say(
            text(
                "status_some_rejected" if rejected else "status_rejected",
                number=wording.count(rejected),
            ),
            tone="bad" if rejected else "",
            tip=text("tip_replay_rejected" if device.replay else "tip_status_rejected"),
            steady=len(text("status_some_rejected", number="")),
        )
        self._show_recording(device.recording)
        self._show_cloud(device, at_s)

    def _show_port(self, device: DeviceStatus) -> None:
        """Show the state of the port, or the position of a recording."""
        tone, link = lights.of_port(device), device.link
        light, state = lights.SIGNS[tone], Message(wording.LINK_LABELS[link.state])
        at = wording.position(device.replay) if device.replay else None
        self.port.say(
            text("status_replay", light=light, position=at)
            if at
            else text("status_port", light=light, state=state, port=wording.port(device.port)),
            tone=tone,
            steady=len(f"{lights.SIGNS['good']} {text('label_link_good')}"),
            tip=text_of(wording.of_port(device.port, link.message)) if link.message else "",
        )

    def _show_recording(self, recording: RecordingStatus | None) -> None:
        if recording is None:
            self.recording.say("")
            return
        name = PurePath(recording.path).name
        if len(name) > _MAX_NAME:
            name = f"{name[: _MAX_NAME // 2]}…{name[-_MAX_NAME // 2 :]}"
        size = wording.size(recording.bytes)
        self.recording.say(
            text("status_recording", name=name, size=size), tone="recording", tip=recording.path
        )

    def _show_cloud(self, device: DeviceStatus, at_s: float) -> None:
        cloud, tone, left = device.cloud, lights.of_cloud(device), lights.unsent(device)
        refusals = [refusal.sentence for refusal in device.refusals]
        self.cloud.say(
            text("status_cloud", light=lights.SIGNS[tone], state=lights.cloud_state(device)),
            tone=tone,
            tip="\n".join(map(text_of, (cloud.message, *refusals, *cloud.warnings))),
        )
        of_all_runs = text("tip_all_runs")
        if device.replay:
            shown = text("label_shown", number=wording.count(device.counts.readings))
            self.queue.say(shown, tip=text("tip_shown"))
            self.success.say("")
            self.messages.say("")
            return
        if cloud.state is CloudState.OFF:
            kept = text("status_kept", number=wording.count(lights.kept(device.counts)))
            held = [text("label_held", number=wording.count(left.held))] if left.held else []
            self.queue.say(" · ".join((kept, *held)), tip=of_all_runs)
            self.success.say("")
            self.messages.say("")
            return
        waiting = [text("status_waiting", number=wording.count(left.waiting))]
        if left.held:
            waiting.append(text("label_held", number=wording.count(left.held)))
        self.queue.say(
            " · ".join(waiting),
            steady=len(text("status_waiting", number=_WIDE_COUNT)),
            tip=of_all_runs,
        )
        last_us, messages = cloud.last_success_us, cloud.messages_left
        none = text("status_no_success")
        self.success.say(
            none if last_us is None else text("status_last_success", ago=wording.ago(at_s - last_us / 1e6)),
            steady=max(len(none), len(text("status_last_success", ago=wording.ago(_WIDE_AGO_S)))),
        )
        self.messages.say(
            ""
            if messages is None
            else text("status_messages_left", count=messages, number=wording.count(messages)),
            tip=" ".join(map(text_of, cloud.forecast)),
        )
