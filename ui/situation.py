"""Decides which notices to show under the connection bar, and which text to show instead of an empty plot.

Invariants: a part that works is not mentioned; messages from the cloud and from the port are shown unchanged.
Pure: turns a snapshot into messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import msgspec

from app.bench.status import BenchStatus, CloudState, DeviceStatus, LinkState, LinkStatus, Trend
from app.config.addresses import recording_path
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message
from ui import lights, wording
from ui.fixes.catalogue import Subject, fixes_of_all
from ui.fixes.fix import Fix
from ui.plot.curves import has_curve, has_states

NO_DEVICE = (Message("title_no_device"), Message("no_device_in_file"))
_HEADLINES = {
    LinkState.CLOSED: "title_link_closed",
    LinkState.NO_SUCH_PORT: "title_link_no_such_port",
    LinkState.AMBIGUOUS: "title_link_ambiguous",
    LinkState.BUSY: "title_link_busy",
    LinkState.NO_PERMISSION: "title_link_no_permission",
    LinkState.OPEN: "title_link_open",
    LinkState.SILENT: "title_link_silent",
    LinkState.NO_LINE_ENDS: "title_link_no_line_ends",
    LinkState.NONE_GOOD: "title_link_none_good",
    LinkState.UNREADABLE: "title_link_unreadable",
    LinkState.RESTARTING: "title_link_restarting",
    LinkState.UPLOAD_MODE: "title_link_upload_mode",
    LinkState.GOOD: "title_link_good",
    LinkState.RELEASED: "title_link_released",
    LinkState.ENDED: "title_link_ended",
}
_AFTERWARDS = {"board_stopped": "title_link_stopped", "port_closed": "title_link_disconnected"}
"""The headlines for messages about what was otherwise before; the states of the port are the same."""
_LOST = "readings_lost_at_end"
_CALM = (LinkState.OPEN, LinkState.ENDED, LinkState.CLOSED)
_NOT_OPEN = (
    *(LinkState.CLOSED, LinkState.NO_SUCH_PORT, LinkState.AMBIGUOUS, LinkState.BUSY),
    *(LinkState.NO_PERMISSION, LinkState.RELEASED, LinkState.ENDED),
)


Key = tuple[str, tuple[object, ...]]
"""What a notice is about: a device, or the empty string for the bench, and the subject of the message."""
_GRAVITY = ("bad", "warn", "good")


class Notice(NamedTuple):
    """A message to the user, shown under the connection bar, perhaps with buttons.

    `tone` is `good`, `warn` (a warning) or `bad` (an error). It selects the colours and the sign (✓, !, ✗).
    """

    tone: str
    message: Message
    action: str = ""
    """The code of the button's label; empty for no button."""
    act: Callable[[], None] | None = None
    device: str = ""
    """The device that the notice is about, shown before the message; empty if there is only one."""
    look: Callable[[], None] | None = None
    """Shows the device that the notice is about."""
    also: str = ""
    """The code of the label of a second button; empty for none."""
    also_act: Callable[[], None] | None = None
    fixes: tuple[Fix, ...] = ()
    """Each has a button of its own."""
    fix: Callable[[Fix], None] | None = None
    """Carries out one of `fixes`."""

    close: Callable[[], None] | None = None
    """Removes the notice; None if it disappears only by itself."""
    answers: bool = False
    """Whether the notice answers the user, so that it comes first for some seconds."""

    @property
    def key(self) -> Key:
        """Notices with equal keys are about the same thing, so that only one of them is shown."""
        return self.device, self.message.subject

    @property
    def frame(self) -> tuple[object, ...]:
        """All that is seen of the notice, apart from its text."""
        return self.tone, self.device, self.labels, self.fixes

    @property
    def seen(self) -> tuple[object, ...]:
        """All that is seen of the notice."""
        return self.message, self.frame

    @property
    def acts(self) -> tuple[Callable[[], None] | None, ...]:
        """What the three buttons do."""
        return self.act, self.also_act, self.close

    @property
    def labels(self) -> tuple[str, str, str]:
        """The codes of the labels of the three buttons; empty for no button."""
        return self.action, self.also, "button_close" if self.close else ""


class ShowMessage(Protocol):
    """Shows a message that answers the user."""

    def __call__(self, message: Message, tone: str, device: str = "") -> None:
        """`tone` is `good`, `warn` (a warning) or `bad` (an error).

        `device` is what the message is about. Its name is shown before the message, so that it is not in it.
        """


def by_gravity(notices: Iterable[Notice]) -> list[Notice]:
    """The notices with errors first, then warnings; otherwise in their order."""
    return sorted(notices, key=lambda notice: _GRAVITY.index(notice.tone))


class Handlers(NamedTuple):
    """The functions that the buttons of the notices call, each with the name of the notice's device."""

    try_now: Callable[[str], None]
    choose_port: Callable[[str], None]
    take_port: Callable[[str], None]
    show_cloud: Callable[[str], None]
    send_again: Callable[[str, tuple[str, ...]], None]
    """Its second argument is the targets whose refused readings are to be sent again."""
    look_at: Callable[[str], None]
    fix: Callable[[str, Fix], None]


def empty_text(device: DeviceStatus) -> tuple[Message, Message | None] | None:
    """The text to show if a device has nothing to plot: a headline, and a sentence or None.

    Returns None if the device has something to plot.
    """
    if any(has_curve(row) or has_states(row) for row in device.datastreams):
        return None
    link = device.link
    if device.replay:
        return Message("title_replay_without_curve"), Message("nothing_to_plot")
    sentence = Message("nothing_to_plot") if link.is_fine else link.message
    headline = _AFTERWARDS.get(link.message.code if link.message else "", _HEADLINES[link.state])
    return Message(headline), sentence and wording.of_port(device.port, sentence)


def fixes_for(
    device: DeviceStatus, devices: Mapping[str, DeviceConfig], *messages: Message | None
) -> tuple[Fix, ...]:
    """The fixes that `messages` about a device name; `devices` are those of the bench file."""
    entry = devices.get(device.name)
    if entry is None or device.orphan:
        return ()
    return fixes_of_all(messages, Subject(entry, len(device.datastreams)))


def is_open(device: DeviceStatus) -> bool:
    """Whether the board's port is open, so that a line can be sent to it. A recording takes no lines."""
    return not device.orphan and device.link.state not in _NOT_OPEN and not recording_path(device.port)


def are_alike(devices: Sequence[DeviceStatus], others: Sequence[DeviceStatus]) -> bool:
    """Whether two snapshots of all devices differ in nothing but how long a port has been as it is."""
    if len(devices) != len(others):
        return False
    return all(
        device == other
        or (
            _about(device.link) == _about(other.link)
            and msgspec.structs.replace(device, link=other.link) == other
        )
        for device, other in zip(devices, others, strict=True)
    )


def _about(link: LinkStatus) -> tuple[object, ...]:
    return link.state, link.choices, link.message and link.message.subject


def notices(
    status: BenchStatus,
    shown: str | None,
    handlers: Handlers,
    config: BenchConfig | None = None,
) -> list[Notice]:
    """The notices about a bench and all its devices, the most urgent of each device first.

    `config` is what the bench runs with; without it, the notices have no fixes.

    `shown` is the device that is shown: what its empty plot says is not repeated. If it is None, the bench is
    not connected, and only the bench's own warnings are left.
    """
    found: list[Notice] = []
    entries = {entry.name: entry for entry in config.device} if config else {}
    if shown is not None:
        devices = [d for d in status.devices if d.name == shown or not d.orphan or lights.is_undecided(d)]
        for device in devices:
            look = partial(handlers.look_at, device.name)
            name = device.name if len(devices) > 1 else ""
            of_device = _device_notices(device, handlers, is_shown=device.name == shown)
            fix = partial(handlers.fix, device.name)
            for notice in of_device:
                named = fixes_for(device, entries, notice.message)
                fixes = tuple(f for f in named if f.label.code not in (notice.action, notice.also))
                found.append(notice._replace(device=name, look=look, fixes=fixes, fix=fix))
    return [*found, *_bench_notices(status, runs=shown is not None)]


def _bench_notices(status: BenchStatus, *, runs: bool) -> Iterator[Notice]:
    """The notices about the whole bench: the journal that cannot be written, then other warnings."""
    unwritten = [device.unwritten for device in status.devices] if runs else []
    reason = next((each.reason for each in unwritten if each.reason), None)
    if reason:
        lost = sum(each.readings for each in unwritten)
        yield Notice("bad", Message("readings_not_written", count=lost, reason=reason))
    for warning in status.warnings:
        if warning != reason:
            yield Notice("bad" if warning.code == _LOST else "warn", warning)


def _device_notices(device: DeviceStatus, handlers: Handlers, *, is_shown: bool) -> Iterator[Notice]:
    name, cloud, left = device.name, device.cloud, lights.unsent(device)
    if device.link.message is not None:
        message = wording.of_port(device.port, device.link.message)
        yield from _link_notices(device, message, handlers, is_shown=is_shown)
    try_now, show_cloud = partial(handlers.try_now, name), partial(handlers.show_cloud, name)
    if cloud.state in (CloudState.PAUSED, CloudState.WAITING):
        tone, message = "bad" if cloud.state is CloudState.PAUSED else "warn", cloud.message
        if cloud.behind_s:
            code = "behind_and_growing" if cloud.trend is Trend.GROWING else "behind_because"
            message = Message(code, behind=cloud.behind_s, message=message)
        yield Notice(tone, message, "button_try_now", try_now)
    elif cloud.behind_s and cloud.trend is not Trend.STEADY:  # What does not change asks for nothing.
        yield Notice("warn", cloud.message)
    yield from (Notice("warn", warning) for warning in cloud.warnings)
    if device.lost_bytes:
        yield Notice("bad", Message("bytes_dropped", count=device.lost_bytes))
    for refusal in device.refusals:
        again = partial(handlers.send_again, name, refusal.targets)
        notice = Notice("warn", refusal.sentence, "button_look", show_cloud)
        yield notice if device.orphan else notice._replace(also="button_send_again", also_act=again)
    if device.orphan:
        yield Notice("warn", Message("device_left_bench"), "button_look", show_cloud)
    elif left.held:
        yield Notice("warn", Message("readings_held", count=left.held), "button_look", show_cloud)
    if cloud.expired:
        yield Notice("warn", Message("readings_expired", count=cloud.expired), "button_look", show_cloud)


def _link_notices(
    device: DeviceStatus, message: Message, handlers: Handlers, *, is_shown: bool
) -> Iterator[Notice]:
    link = device.link
    if link.state is LinkState.AMBIGUOUS:
        yield Notice("bad", message, "button_choose_port", partial(handlers.choose_port, device.name))
    elif link.state is LinkState.RELEASED:
        yield Notice("warn", message, "button_take_port_back", partial(handlers.take_port, device.name))
    # While there is no curve to plot, the empty plot already shows this message.
    elif not (link.is_fine or link.state in _CALM or (is_shown and empty_text(device) is not None)):
        yield Notice("bad" if lights.of_port(device) == "bad" else "warn", message)
