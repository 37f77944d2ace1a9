"""The timeline of a device as values: what happened to it and when, and the user's markers. Pure.

Invariants: events are in the order in which they happened, which is not always that of their times, because
the computer's clock may be set; no event and no marker holds a token.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

import msgspec

from app.messages.message import Message

MAX_NOTE = 500
"""The most characters that the note of a marker may have."""


class EventKind(enum.StrEnum):
    """What happened. The journal and exports contain these names, so they never change their meaning."""

    NOT_RUNNING = "not_running"
    """The program did not run for the device: the seam between two of its runs."""
    CONNECTED = "connected"
    """The port was opened. `Event.detail` is the port as the bench file names it."""
    TAKEN_BACK = "taken_back"
    """The port was opened again, after it was released."""
    LOST = "lost"
    """The open port has failed: the board was unplugged, for example. `Event.detail` is the port."""
    RELEASED = "released"
    """The port was closed, so that another program can use it."""
    CLOSED = "closed"
    """The port is not open for another reason: it was not found, for example."""
    NOT_OPENED = "not_opened"
    """The port is there, but cannot be opened. `Event.detail` is the state: `busy`, `no_permission` or
    `ambiguous`."""
    RESTARTED = "restarted"
    """The board has restarted by itself. `Event.detail` is the sign, such as `brown_out` or `watchdog`."""
    CLOCK_SET = "clock_set"
    """The computer's clock was set forward by `Event.count` microseconds; back, if `count` is negative."""
    CLOUD_DOWN = "cloud_down"
    """The cloud took no readings of the device, because of `Event.reason`; `Event.count` is how many outages
    there were, if they followed each other soon."""
    REJECTED = "rejected"
    """`Event.count` lines for `Event.target` were rejected; lines that name no target, if that is empty."""
    BYTES_LOST = "bytes_lost"
    """The program had no room for `Event.count` bytes from the board, and dropped them."""


AWAY = (EventKind.LOST, EventKind.RELEASED, EventKind.CLOSED, EventKind.NOT_OPENED)
"""The kinds of events during which the port is not open."""


class Event(msgspec.Struct, frozen=True):
    """Something that happened to a device at an instant, or for some time."""

    number: int
    """Grows with each event of the journal; negative for steps of the clock, which are counted apart."""
    kind: EventKind
    at_us: int
    """When it happened or began, in microseconds since 1970, UTC."""
    until_us: int | None
    """When it ended; None while it lasts; the same as `at_us` if it was an instant."""
    target: str = ""
    count: int = 0
    detail: str = ""
    reason: Message | None = None


class Marker(NamedTuple):
    """A place on the time axis that the user has marked, with a note."""

    number: int
    device: str
    """Empty if it is a marker of the whole bench."""
    at_us: int
    """Microseconds since 1970, UTC."""
    note: str


class Timeline(NamedTuple):
    """What happened to a device in a period, and the markers there."""

    version: int = 0
    """Changes whenever an event or a marker of the device does."""
    events: tuple[Event, ...] = ()
    markers: tuple[Marker, ...] = ()
