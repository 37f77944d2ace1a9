"""While a bench runs, reports its warnings and the states of its boards and of the cloud to the user.

Invariants: a warning about the bench or a device's cloud is reported when it begins and when it is over; one
of a cloud is over only after `_OVER_AFTER_S`, so that one that comes and goes is reported once. The state of
a device's link or cloud is reported when it differs from the last reported state. Every other message about a
device, such as another cause of the same state, or what is wrong although lines come in, is reported once.
Two messages that differ only in numbers or in the parameter `words` count as one message (see
`Message.subject`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from app.bench.status import BenchStatus, CloudState, DeviceStatus, LinkState, Trend
from app.messages.languages import text, text_of
from app.messages.message import Message

_QUIET_LINKS = (LinkState.CLOSED, LinkState.ENDED)
_BRIEF_LINKS = (*_QUIET_LINKS, LinkState.OPEN)
"""States of a link in which only the first message is reported."""
_OVER_AFTER_S = 60.0


class Announcements:
    """Compares each status of a running bench with the earlier ones, and reports what is new."""

    def __init__(self, say: Callable[[str], None], refused_before: Mapping[str, int]) -> None:
        """`refused_before` maps device names to the number of readings refused before the bench started."""
        self._say = say
        self._refused_before = refused_before
        self._warnings: dict[object, Message] = {}
        self._cloud_warnings: dict[tuple[str, object], tuple[Message, int]] = {}
        """Maps (name of the device, subject) to the warning, and to when it last applied, in Unix µs."""
        self._said: set[object] = set()
        self._states: dict[tuple[str, str], str] = {}
        """Maps (name of the device, name of the part) to the last reported state."""

    def update(self, status: BenchStatus) -> None:
        """Report what is new in `status`."""
        self._say_warnings(status.warnings)
        for device in status.devices:
            for message in _asks_for_decision(device, self._refused_before):
                self._say_once(device, message)
            if device.orphan:
                continue
            self._say_cloud_warnings(device, status.at_us)
            for message in (*device.cloud.forecast, *device.cloud.notes):
                self._say_once(device, message)
            for part, state, message in _states(device):
                key = (device.name, part)
                if self._states.get(key, "") != state:
                    self._states[key] = state
                    self._said.add((device.name, message.subject))
                    self._say_of(device, message)
            link = device.link
            if link.message and not (link.state in _BRIEF_LINKS or link.is_fine):
                self._say_once(device, link.message)

    def _say_warnings(self, warnings: tuple[Message, ...]) -> None:
        """Report which warnings are over and which are new."""
        now = {warning.subject: warning for warning in warnings}
        for subject in [subject for subject in self._warnings if subject not in now]:
            self._say(text("warning_over", message=self._warnings.pop(subject)))
        for subject, warning in now.items():
            if subject not in self._warnings:
                self._warnings[subject] = warning
                self._say(text_of(warning))

    def _say_cloud_warnings(self, device: DeviceStatus, now_us: int) -> None:
        """Report which warnings of the cloud of `device` are over and which are new."""
        now = {(device.name, warning.subject): warning for warning in device.cloud.warnings}
        for key, (warning, last_us) in list(self._cloud_warnings.items()):
            if key[0] == device.name and key not in now and now_us - last_us > _OVER_AFTER_S * 1e6:
                del self._cloud_warnings[key]
                self._say_of(device, Message("warning_over", message=warning))
        for key, warning in now.items():
            if key not in self._cloud_warnings:
                self._say_of(device, warning)
            self._cloud_warnings[key] = warning, now_us

    def _say_once(self, device: DeviceStatus, message: Message) -> None:
        key = (device.name, message.subject)
        if key not in self._said:
            self._said.add(key)
            self._say_of(device, message)

    def _say_of(self, device: DeviceStatus, message: Message) -> None:
        self._say(text("about", subject=device.name, message=message))


def _asks_for_decision(device: DeviceStatus, refused_before: Mapping[str, int]) -> Iterator[Message]:
    """Yield a message if readings are held, and another if readings were refused since the bench started.

    The user must decide about these readings; the messages name the commands for it. `refused_before` maps
    device names to the number of readings that had already been refused when the bench started.
    """
    held = device.counts.held
    if held:
        yield Message("held_of_left_device" if device.orphan else "held_for_other_account", count=held)
    if device.counts.refused > refused_before.get(device.name, 0):
        yield from (refusal.sentence for refusal in device.refusals)
        yield Message("some_readings_refused")


def _states(device: DeviceStatus) -> Iterator[tuple[str, str, Message]]:
    """Yield (name, state, message) for the link of a device, for its lost bytes, and for its cloud.

    `name` says which of the three it is. One with nothing to report is left out.
    """
    if device.link.state not in _QUIET_LINKS and device.link.message:
        yield "link", str(device.link.state), device.link.message
    if device.lost_bytes:
        yield "loss", "lost", Message("bytes_dropped_so_far", count=device.lost_bytes)
    if device.cloud.state in (CloudState.WAITING, CloudState.PAUSED):
        yield "cloud", str(device.cloud.state), device.cloud.message
    elif device.cloud.behind_s:
        if device.cloud.trend is not Trend.STEADY:
            yield "cloud", str(device.cloud.trend), device.cloud.message
    elif device.cloud.last_success_us:
        yield "cloud", "works", Message("cloud_takes_readings")
