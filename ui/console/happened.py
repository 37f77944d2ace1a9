"""What happened to the ports of boards, as rows among the lines of the console.

Invariants: only what happened in the present run of a board is shown, and each event once; a port that was
not open from the beginning is not reported as closed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from app.config.addresses import is_network
from app.messages.languages import text_of
from app.messages.message import Message
from app.messages.visible import visible
from app.wire.timeline import Event, EventKind, Timeline
from ui.console.log import Happening

_BEGIN_S, _END_S = 0.0, 1e11
_SHOWN = (
    *(EventKind.CONNECTED, EventKind.TAKEN_BACK, EventKind.LOST, EventKind.RELEASED, EventKind.CLOSED),
    *(EventKind.NOT_OPENED, EventKind.RESTARTED),
)
_CODES = {EventKind.RELEASED: "port_was_released", EventKind.CLOSED: "port_was_closed"}
_NOT_OPENED = {
    "busy": "port_was_busy",
    "no_permission": "port_was_forbidden",
    "ambiguous": "port_was_ambiguous",
}


class Timelines(Protocol):
    """The timelines of a bench."""

    def read(self, device: str, from_s: float, to_s: float) -> Timeline:
        """What happened to a device between two times, in Unix seconds."""

    def version(self, device: str) -> int:
        """A number that changes when `read` may return something else."""


class Happened:
    """Remembers what the console has shown of each timeline."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}
        self._newest: dict[str, Event] = {}

    def new(self, timelines: Timelines, device: str) -> Sequence[Happening]:
        """What has happened to the port of a device since the last call, in order."""
        if timelines.version(device) == self._versions.get(device):
            return ()
        timeline = timelines.read(device, _BEGIN_S, _END_S)
        self._versions[device] = timeline.version
        run: list[Event] = []
        for event in timeline.events:
            if event.kind is EventKind.NOT_RUNNING:
                run = []
            elif event.kind in _SHOWN and (run or event.kind is not EventKind.CLOSED):
                run.append(event)
        newest = self._newest.get(device)
        found = [event for event in run if newest is None or _is_new(event, newest)]
        if found:
            self._newest[device] = found[-1]
        return [Happening(event.at_us, visible(text_of(_words(event)))) for event in found]

    def keep_only(self, devices: Collection[str]) -> None:
        """Forget what was shown of other devices."""
        for known in (self._versions, self._newest):
            for device in known.keys() - set(devices):
                del known[device]


def _is_new(event: Event, newest: Event) -> bool:
    """Whether an event comes after `newest`, the last one that was shown.

    What lasts gets another number when the data of the device are deleted.
    """
    is_same = (event.kind, event.at_us) == (newest.kind, newest.at_us)
    return event.number > newest.number and not is_same


def _words(event: Event) -> Message:
    if event.kind is EventKind.LOST:
        return Message("connection_was_lost" if is_network(event.detail) else "board_was_unplugged")
    if event.kind is EventKind.NOT_OPENED:
        return Message(_NOT_OPENED[event.detail])
    if event.kind in _CODES:
        return Message(_CODES[event.kind])
    from ui.plot.feed.gaps import described  # here, so that the window opens sooner

    return described(event)
