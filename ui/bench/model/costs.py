"""What the way to forward of an edited device costs, in sentences. Pure.

Invariant: nothing is said about a device that is wrong, or that sends nothing to a cloud with a plan. A
server on this computer has a plan only if an organisation sets one.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.bench.estimates import estimate
from app.config.addresses import is_loopback
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from ui.bench.model.draft import Draft, Node


def per_second(times_us: Sequence[int]) -> float | None:
    """How many readings come in a second, from their times of arrival; None from fewer than two instants."""
    if not times_us or times_us[-1] <= times_us[0]:
        return None
    return (len(times_us) - 1) * 1e6 / (times_us[-1] - times_us[0])


def exceeds(found: Sequence[Message]) -> bool:
    """Whether one of the sums is, or at worst would be, more than what may be used."""
    sums = [message.params.get("estimate", message) for message in found]
    return any(isinstance(each, Message) and each.code.endswith("_exceeded") for each in sums)


def costs(draft: Draft, device: Node, datastreams: int, readings_per_s: float | None) -> list[Message]:
    """The sum of messages of a device at the present rate, and at worst, and the points of a day.

    `datastreams` is how many send, and `readings_per_s` what they send together; None if that is not known.
    """
    place = draft.devices.index(device)
    try:
        config = msgspec.convert(draft.document()["device"][place], DeviceConfig)
    except msgspec.ValidationError:
        return []
    organisation = device.get("organisation")
    monthly = organisation.get("monthly_messages") if isinstance(organisation, Node) else 0
    budget = max(0, monthly) if isinstance(monthly, int) else 0
    if not config.server or (is_loopback(config.server) and not budget):
        return []
    known = estimate(config, datastreams, readings_per_s or 0.0, budget)
    found = [known.most_message] if readings_per_s is None else [known.message, known.points_message]
    return [message for message in found if message is not None]
