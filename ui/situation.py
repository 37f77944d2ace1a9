"""Decides which notices to show under the connection bar, and which text to show instead of an empty plot.

Invariants: a part that works is not mentioned; messages from the cloud and from the port are shown unchanged.
Pure: turns a snapshot into messages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.bench.status import BenchStatus, CloudState, DeviceStatus, LinkState
from app.messages.message import Message
from ui.plot.trace import has_curve

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
_CALM = (LinkState.OPEN, LinkState.ENDED, LinkState.CLOSED)
_NOT_OPEN = (
    *(LinkState.CLOSED, LinkState.NO_SUCH_PORT, LinkState.AMBIGUOUS, LinkState.BUSY),
    *(LinkState.NO_PERMISSION, LinkState.RELEASED, LinkState.ENDED),
)


class Notice(NamedTuple):
    """A message to the user, shown in a row under the connection bar, perhaps with a button.

    `tone` is `good`, `warn` (a warning) or `bad` (an error). It selects the row's colours and sign (✓, !, ✗).
    """

    tone: str
    message: Message
    action: str = ""
    """The code of the button's label; empty for no button."""
    act: Callable[[], None] | None = None


class Handlers(NamedTuple):
    """The functions that the buttons of the notices call."""

    try_now: Callable[[], None]
    choose_port: Callable[[], None]
    take_port: Callable[[], None]
    show_cloud: Callable[[], None]


def empty_text(device: DeviceStatus) -> tuple[Message, Message | None] | None:
    """The text to show if a device has nothing to plot: a headline, and a sentence or None.

    Returns None if the device has something to plot.
    """
    if any(has_curve(row) for row in device.datastreams):
        return None
    link = device.link
    sentence = Message("nothing_to_plot") if link.is_fine else link.message
    return Message(_HEADLINES[link.state]), sentence


def is_open(device: DeviceStatus) -> bool:
    """Whether the board's port is open, so that a line can be sent to it."""
    return not device.orphan and device.link.state not in _NOT_OPEN


def notices(status: BenchStatus, device: DeviceStatus | None, handlers: Handlers) -> list[Notice]:
    """The notices about a bench and `device`, the device that is shown; the most urgent notice first."""
    found = _device_notices(device, handlers) if device is not None else []
    return found + [Notice("warn", warning) for warning in status.warnings]


def _device_notices(device: DeviceStatus, handlers: Handlers) -> list[Notice]:
    found = [] if device.link.message is None else _link_notices(device, device.link.message, handlers)
    cloud = device.cloud
    if cloud.state is CloudState.PAUSED:
        found.append(Notice("bad", cloud.message, "button_try_now", handlers.try_now))
    elif cloud.state is CloudState.WAITING:
        found.append(Notice("warn", cloud.message, "button_try_now", handlers.try_now))
    found += [Notice("warn", warning) for warning in cloud.warnings]
    if device.lost_bytes:
        found.append(Notice("bad", Message("bytes_dropped", count=device.lost_bytes)))
    if device.orphan:
        found.append(Notice("warn", Message("device_left_bench"), "button_look", handlers.show_cloud))
    elif device.counts.held:
        held = Message("readings_held", count=device.counts.held)
        found.append(Notice("warn", held, "button_look", handlers.show_cloud))
    return found


def _link_notices(device: DeviceStatus, message: Message, handlers: Handlers) -> list[Notice]:
    link = device.link
    if link.state is LinkState.AMBIGUOUS:
        return [Notice("warn", message, "button_choose_port", handlers.choose_port)]
    if link.state is LinkState.RELEASED:
        return [Notice("warn", message, "button_take_port_back", handlers.take_port)]
    # While there is no curve to plot, the empty plot already shows this message.
    is_shown = link.is_fine or link.state in _CALM or empty_text(device) is not None
    return [] if is_shown else [Notice("warn", message)]
