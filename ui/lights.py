"""The lights of a device: one tone for its port, and one for its connection to the cloud, with a few words.

Invariants: every tone has a sign of its own, so that nobody needs to tell colours apart; a cloud is `good`
only if readings have got there, nothing is refused, held, late or newly expired, and all readings can be
written. Pure.
"""

from __future__ import annotations

from typing import NamedTuple

from app.bench.status import CloudState, DeviceStatus, JournalCounts, LinkState, Trend
from app.messages.message import Message
from ui import wording

SIGNS = {"good": "●", "warn": "◐", "bad": "✗", "": "○"}
"""The sign of each tone: it works, it needs attention, it fails, it is off."""
_LINK_TONES = {
    LinkState.GOOD: "good",
    LinkState.OPEN: "",
    LinkState.CLOSED: "",
    LinkState.ENDED: "",
    LinkState.RELEASED: "",
    LinkState.SILENT: "warn",
}
_DOUBTS = ("lines_rejected_since", "many_lines_rejected", "numbers_kept_as_text")
"""Messages about a board whose lines come in, but many of them are wrong."""
_CLOUD_TONES = {
    CloudState.OFF: "",
    CloudState.IDLE: "good",
    CloudState.SENDING: "good",
    CloudState.WAITING: "warn",
    CloudState.PAUSED: "bad",
}
_BEHIND = {
    Trend.STEADY: "label_cloud_behind",
    Trend.GROWING: "label_cloud_behind_growing",
    Trend.SHRINKING: "label_cloud_behind_shrinking",
}


def of_port(device: DeviceStatus) -> str:
    """The tone of a device's port: `good`, `warn`, `bad`, or empty if nothing can be said about it."""
    link = device.link
    if device.replay:
        return ""
    if link.state is LinkState.GOOD and link.message and link.message.code in _DOUBTS:
        return "warn"
    return _LINK_TONES.get(link.state, "bad")


class Unsent(NamedTuple):
    """How many readings of a device are not in the cloud, in all runs, but can still get there."""

    waiting: int
    """Pending, and sent as soon as it is their turn."""
    held: int
    """Pending, but meant for another account: the user must decide."""
    refused: int
    """Refused by the cloud, and still in the journal: the user can send them again, or discard them."""


def unsent(device: DeviceStatus) -> Unsent:
    """The readings of a device that wait, that are held, and that were refused.

    Without a server, readings are only kept, so none of them waits.
    """
    counts = device.counts
    waiting = 0 if device.cloud.state is CloudState.OFF else counts.pending - counts.held
    return Unsent(waiting, counts.held, sum(refusal.count for refusal in device.refusals))


def is_undecided(device: DeviceStatus) -> bool:
    """Whether the user must decide about readings of a device. If not, an orphan is not worth a word."""
    left = unsent(device)
    return bool(left.held or left.refused)


def kept(counts: JournalCounts) -> int:
    """How many readings of a device without a server are only kept: those that are not held, and not settled.

    Deleted readings count as settled.
    """
    settled = counts.forwarded + counts.superseded + counts.refused + counts.expired
    return counts.readings - settled - counts.held


def not_written(device: DeviceStatus) -> int:
    """How many accepted readings of a device would be lost now, because they cannot be written.

    0 while they are only on their way to the journal, which takes milliseconds.
    """
    return device.unwritten.readings if device.unwritten.reason else 0


def unsent_labels(device: DeviceStatus) -> list[Message]:
    """A label for each number of `unsent` that is not 0, the gravest first: refused, held, waiting.

    The label of readings that cannot be written comes before all others.
    """
    left = unsent(device)
    labels = (
        (not_written(device), "label_not_written"),
        *((left.refused, "label_refused"), (left.held, "label_held"), (left.waiting, "label_waiting")),
    )
    return [Message(code, number=wording.count(number)) for number, code in labels if number]


def of_cloud(device: DeviceStatus) -> str:
    """The tone of a device's connection to the cloud: `good`, `warn`, `bad`, or empty.

    It is empty without a server, and as long as no reading has got there, because nobody knows whether it
    works. It is `warn`, too, if the user should know something or decide, even without a server. It is `bad`
    as long as readings cannot be written to the journal, because nothing can be sent before.
    """
    if not_written(device):
        return "bad"
    cloud, left = device.cloud, unsent(device)
    tone = "" if _is_unused(device) else _CLOUD_TONES[cloud.state]
    needs_user = left.held or left.refused or cloud.expired or cloud.behind_s or cloud.warnings
    return "warn" if needs_user and tone != "bad" else tone


def _is_unused(device: DeviceStatus) -> bool:
    """Whether there is a server, but no reading has got there in any run."""
    return device.cloud.state is CloudState.IDLE and not device.counts.forwarded


def cloud_state(device: DeviceStatus) -> Message:
    """The state of a device's connection to the cloud in a few words: the gravest that there is to say."""
    if count := not_written(device):
        return Message("label_not_written", number=wording.count(count))
    cloud, left = device.cloud, unsent(device)
    if device.replay:
        return Message("label_cloud_replay")
    if cloud.state is CloudState.WAITING and cloud.behind_s:
        return Message("label_cloud_waiting_behind", behind=cloud.behind_s)
    if cloud.state in (CloudState.PAUSED, CloudState.WAITING):
        return Message(wording.CLOUD_LABELS[cloud.state])
    for number, code in ((left.refused, "label_refused"), (cloud.expired, "label_expired")):
        if number:
            return Message(code, number=wording.count(number))
    if cloud.behind_s:
        return Message(_BEHIND[cloud.trend], behind=cloud.behind_s)
    if left.held and cloud.state is not CloudState.SENDING:
        return Message("label_held", number=wording.count(left.held))
    if _is_unused(device):
        return Message("label_cloud_none_sent" if device.counts.readings else "label_cloud_nothing")
    if cloud.state is CloudState.IDLE and device.counts.forwarded < device.counts.readings:
        return Message("label_cloud_sent")
    return Message(wording.CLOUD_LABELS[cloud.state])
