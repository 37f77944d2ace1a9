"""How the user fixes what made the cloud refuse readings: a sentence for each reason that `outcomes` gives.

Invariant: every reason gets a sentence, also one that an earlier or later version has stored. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.messages.message import Message
from app.wire.streams import EVENT, is_event, pin_of

_FIXES = {
    "refused_wrong_pin": "fix_wrong_pin",
    "refused_wrong_datastream_id": "fix_wrong_datastream_id",
    "refused_wrong_type": "fix_wrong_type",
    "refused_pin_without_datastream": "fix_no_datastream",
    "refused_unknown_datastream": "fix_no_datastream",
    "refused_unknown_event": "fix_unknown_event",
    "refused_event_without_code": "fix_event_without_code",
    "skipped_by_user": "fix_skipped",
}


def fix_of(reason: Message, targets: Iterable[str]) -> Message:
    """What to do about readings for `targets` that were refused for `reason`."""
    names = tuple(dict.fromkeys(map(_name, targets)))
    return Message(_FIXES.get(reason.code, "fix_other"), count=len(names), targets=names)


def _name(target: str) -> str:
    """What Blynk calls a target: `V3` for `v3` and for `v3.label`, `overheat` for `event.overheat`."""
    if is_event(target):
        return target.removeprefix(EVENT)
    pin = pin_of(target)
    return target if pin is None else f"V{pin}"
