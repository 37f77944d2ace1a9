"""What a person should be told now: a word in an empty pane, and the notices under the connection bar.

Invariants: pure, from a snapshot to sentences; what is well is not talked about; the cloud's and the port's
own sentences are passed on as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.bench.status import BenchStatus, CloudState, DeviceStatus, LinkState
from app.messages.languages import text_of
from ui.plot.trace import has_curve

NEWCOMER = ("No board yet", "Choose a port and press Connect. Server and token may wait: without them the "
            "board is plotted and kept, and nothing is sent.")  # fmt: skip
_HEADLINES = {
    LinkState.CLOSED: "The port is being opened",
    LinkState.NO_SUCH_PORT: "The board is not there",
    LinkState.AMBIGUOUS: "Two boards could be meant",
    LinkState.BUSY: "The port is in use",
    LinkState.NO_PERMISSION: "The port may not be opened",
    LinkState.OPEN: "Connected, and waiting for the first line",
    LinkState.SILENT: "Connected, but no line has come yet",
    LinkState.NO_LINE_ENDS: "Bytes come in, but no line ends",
    LinkState.NONE_GOOD: "Lines come in, but none is good",
    LinkState.UNREADABLE: "Bytes come in, but they are unreadable",
    LinkState.GOOD: "Lines come in, but no number to plot yet",
    LinkState.RELEASED: "The port is left to another program",
    LinkState.ENDED: "The board has said all it had to say",
}
_CALM = (LinkState.GOOD, LinkState.OPEN, LinkState.ENDED, LinkState.CLOSED)
_NOT_OPEN = (
    *(LinkState.CLOSED, LinkState.NO_SUCH_PORT, LinkState.AMBIGUOUS, LinkState.BUSY),
    *(LinkState.NO_PERMISSION, LinkState.RELEASED, LinkState.ENDED),
)


class Notice(NamedTuple):
    """One notice; `tone` is `good`, `warn` or `bad`."""

    tone: str
    text: str
    action: str = ""
    """The button's word; empty for none."""
    act: Callable[[], None] | None = None


def empty_words(device: DeviceStatus) -> tuple[str, str] | None:
    """Headline and sentence for a connected device with nothing to plot; None where there is something."""
    if any(has_curve(row) for row in device.datastreams):
        return None
    sentence = str(device.link.message)
    if device.link.state is LinkState.GOOD:
        sentence = (
            "Text and comments stand in the table and the console; a line such as v1=100 draws a curve."
        )
    return _HEADLINES[device.link.state], sentence


class Handlers(NamedTuple):
    """What the notices' buttons do."""

    try_now: Callable[[], None]
    choose_port: Callable[[], None]
    take_port: Callable[[], None]
    show_cloud: Callable[[], None]


def is_open(device: DeviceStatus) -> bool:
    """Whether the board's port is open, so that it can be spoken to."""
    return not device.orphan and device.link.state not in _NOT_OPEN


def notices(status: BenchStatus, device: DeviceStatus | None, handlers: Handlers) -> dict[str, Notice]:
    """The notices by subject, the most urgent first."""
    found: dict[str, Notice] = {}
    if device is not None:
        link, cloud = device.link, device.cloud
        if link.state is LinkState.AMBIGUOUS:
            found["link"] = Notice("warn", str(link.message), "Choose…", handlers.choose_port)
        elif link.state is LinkState.RELEASED:
            found["link"] = Notice("warn", str(link.message), "Take port back", handlers.take_port)
        elif link.state not in _CALM and empty_words(device) is None:
            found["link"] = Notice("warn", str(link.message))
        if cloud.state is CloudState.PAUSED:
            found["cloud"] = Notice("bad", str(cloud.message), "Try now", handlers.try_now)
        elif cloud.state is CloudState.WAITING:
            found["cloud"] = Notice("warn", str(cloud.message), "Try now", handlers.try_now)
        for warning in cloud.warnings:
            found[warning.code] = Notice("warn", text_of(warning))
        if device.lost_bytes:
            found["lost"] = Notice(
                "bad", f"{device.lost_bytes:,} bytes were dropped: the board was faster than the disk."
            )
        if device.orphan:
            text = "This device has left the bench file; its readings are still kept."
            found["held"] = Notice("warn", text, "Look", handlers.show_cloud)
        elif device.counts.held:
            text = f"{device.counts.held:,} readings are held: they were meant for another token or server."
            found["held"] = Notice("warn", text, "Look", handlers.show_cloud)
    for number, warning in enumerate(status.warnings):
        found[f"warning {number}"] = Notice("warn", text_of(warning))
    return found
