"""The targets of one device: their names in a line, and how many there may be.

Every target makes a stream in the journal, a lane to the cloud, a curve and a row in the window. Without a
limit, a sketch that prints a counter as a part of the name would make thousands of them.

Invariants: a target that was taken once is always taken again; the targets of the bench file's datastreams
always have room; all others together are at most `MAX_TARGETS`, except those that the journal had before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.wire.datastreams import INT_MAX, PIN_MAX, Reason
from app.wire.streams import EVENT

MAX_TARGETS = 1024
"""How many targets a device may have besides those of the bench file. Properties and events count too."""
_PIN = re.compile(r"[vV](0|[1-9][0-9]{0,2})")
_DATASTREAM_ID = re.compile(r"ds([1-9][0-9]{0,9})")
_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_EVENT_CODE = re.compile(r"[A-Za-z0-9_]{1,64}")


class Targets:
    """The targets of one device. One thread adds targets; any thread may ask for those that it has added."""

    def __init__(self, own: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        """`own` are the targets of the bench file's datastreams, `known` those in the device's journal."""
        self._own = frozenset(own)
        self._others = set(known) - self._own

    def has_room(self, target: str) -> bool:
        """Whether the device has `target`, or has room for it."""
        return target in self._own or target in self._others or len(self._others) < MAX_TARGETS

    def add(self, target: str) -> None:
        """Give the device `target`, for which there must be room."""
        if target not in self._own:
            self._others.add(target)


def parse_target(name: str) -> str | Reason:
    """The target that `name` stands for, in its canonical spelling; or the reason why `name` is invalid."""
    head, dot, prop = name.partition(".")
    if name.startswith("ds"):
        match = _DATASTREAM_ID.fullmatch(head)
        if not match or int(match[1]) > INT_MAX:
            return Reason.WRONG_DATASTREAM_ID
        return Reason.WRONG_PROPERTY if dot else head
    match = _PIN.fullmatch(head)
    if not match or int(match[1]) > PIN_MAX:
        if name.startswith(EVENT):
            return name if _EVENT_CODE.fullmatch(prop) else Reason.WRONG_EVENT
        return Reason.WRONG_PIN
    pin = f"v{match[1]}"
    if not dot:
        return pin
    return f"{pin}.{prop}" if _PROPERTY.fullmatch(prop) else Reason.WRONG_PROPERTY
