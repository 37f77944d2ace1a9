"""The hint for a number that its datastream does not take: it names the limit. Pure."""

from __future__ import annotations

from app.messages.message import Message
from app.wire.datastreams import INT_MAX, INT_MIN, Datastream, is_number, sent_as
from app.wire.hints.repair import Rules

_MOST_VALUES = 10
"""An enum with more values does not fit into a sentence."""
_PLAIN = Message("hint_out_of_range")


def out_of_range(name: str, value: str, rules: Rules) -> Message:
    """How to fix the line that assigns `value` to the target `name`."""
    if "," in value:
        return Message("hint_globe")
    target = name.lower()
    if is_number(value) and rules.is_whole(target) and not INT_MIN <= float(value) <= INT_MAX:
        return Message("hint_int_range", least=INT_MIN, most=INT_MAX)
    entry = rules.datastream(target)
    if entry is None or not is_number(value):
        return _PLAIN
    if 0 < len(entry.values) <= _MOST_VALUES:
        return Message("hint_not_listed", values=tuple(map(str, entry.values)))
    return _limit(entry, value, rules.scaled_text(target, value))


def _limit(entry: Datastream, said: str, scaled: str | None) -> Message:
    """The limit that the number `said` breaks. `scaled` is its value, if `entry` has a scale or an offset."""
    if entry.is_scaled and scaled is None:
        return _PLAIN  # too large after scale and offset
    number = float(scaled or said)
    if entry.max is not None and number > entry.max:
        most = sent_as(entry.max)
        if scaled:
            return Message("hint_above_max_scaled", value=scaled, most=most)
        return Message("hint_above_max", most=most)
    if entry.min is not None and number < entry.min:
        least = sent_as(entry.min)
        if scaled:
            return Message("hint_below_min_scaled", value=scaled, least=least)
        return Message("hint_below_min", least=least)
    return _PLAIN
