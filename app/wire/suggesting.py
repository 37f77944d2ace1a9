"""Suggests a type, a range and a scale for a datastream, from lines of its board at hand; widens its range.

Invariants: a suggestion changes something, and gives a valid datastream; with a suggested type or range,
no number at hand is rejected that was accepted before; nothing is suggested from a few lines.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import NamedTuple

import msgspec

from app.errors import InvalidValueError
from app.messages.message import Message
from app.wire.datastreams import (
    Datastream,
    DatastreamType,
    Reason,
    Value,
    check_text,
    is_sensor_fault,
    parse_location,
    parse_value,
    sent_as,
)
from app.wire.lines import MAX_LINE_BYTES
from app.wire.scaling import scaled
from app.wire.targets import parse_target

_FEWEST = 5
"""From fewer values, nothing is suggested."""
_FEWEST_TO_COUNT = 20
"""From fewer values, it cannot be seen which ones repeat, or how far they reach."""
_MOST_ODD = 0.05
"""The part of the values that may be of another type, such as a message of the sensor's library."""
_MOST_STATES = 6
"""An enum with more values is probably a measured number."""
_FEWEST_REPEATS = 3


class _Converter(NamedTuple):
    """An analogue-to-digital converter, as boards have it."""

    bits: int
    full: int
    """Its greatest number."""
    volts: float
    """The voltage of that number."""

    @property
    def scale(self) -> float:
        """Volts for each step. Rounded down to 8 digits, so that `full` is not above `volts`."""
        exact = Decimal(repr(self.volts)) / self.full
        digits = Decimal(1).scaleb(exact.adjusted() - 7)
        return float(exact.quantize(digits, ROUND_FLOOR))


_CONVERTERS = (_Converter(10, 1023, 5.0), _Converter(12, 4095, 3.3))


class Suggestion(msgspec.Struct, frozen=True):
    """Some keys of a datastream with better values, and why they are better."""

    changes: Mapping[str, object]
    """The values by the names of the fields of `Datastream`."""
    why: Message

    def applied(self, datastream: Datastream) -> Datastream:
        """`datastream` with the changes."""
        return msgspec.structs.replace(datastream, **self.changes)


def suggest(datastream: Datastream, texts: Iterable[str]) -> tuple[Suggestion, ...]:
    """Suggest a type, a scale and a range for `datastream`, in this order, each at most once.

    `texts` are lines without their ends, the newest last; those for other targets do not count.
    """
    said = _said(datastream, texts)
    kind = _valid(_type(datastream, said), datastream)
    typed = kind.applied(datastream) if kind else datastream
    found = kind, _valid(_scale(typed, said), typed), _valid(_range(typed, said), typed)
    return tuple(filter(None, found))


def _valid(suggestion: Suggestion | None, datastream: Datastream) -> Suggestion | None:
    """`suggestion`, or None if it contradicts other keys of `datastream`."""
    if suggestion:
        with suppress(InvalidValueError):
            suggestion.applied(datastream)
            return suggestion
    return None


def _said(datastream: Datastream, texts: Iterable[str]) -> list[str]:
    """The values in `texts`, as the board wrote them, without what a failing sensor printed."""
    targets = (f"v{datastream.virtual_pin}", f"ds{datastream.id}")
    parts = (text.partition("=") for text in texts if len(text) <= MAX_LINE_BYTES)
    values = (value.strip(" \t") for name, _, value in parts if parse_target(name.strip(" \t")) in targets)
    return [value for value in values if value and not is_sensor_fault(value)]


def _type(datastream: Datastream, said: list[str]) -> Suggestion | None:
    if len(said) < _FEWEST or (datastream.type and _fits(datastream, said)):
        return None
    for choose in (_whole, _number, _place, _text):
        if found := choose(datastream, said):
            return found
    return None


def _fits(datastream: Datastream, said: list[str]) -> bool:
    """Whether the values are of the type of `datastream`."""
    return _nearly_all(sum(not isinstance(parse_value(text, datastream), Reason) for text in said), said)


def _nearly_all(count: int, said: list[str]) -> bool:
    return count >= (1 - _MOST_ODD) * len(said)


def _whole(datastream: Datastream, said: list[str]) -> Suggestion | None:
    numbers = _numbers(datastream, said)
    if not all(isinstance(number, int) for number in numbers) or not _nearly_all(len(numbers), said):
        return None
    states = [] if datastream.is_scaled else _states(numbers)
    if states:
        why = Message("suggest_enum", values=tuple(map(str, states)))
        return _of_type(datastream, DatastreamType.ENUM, why, values=tuple(states))
    why = Message("suggest_int", fitting=len(numbers), all=len(said))
    return _of_type(datastream, DatastreamType.INT, why)


def _states(numbers: list[int | float]) -> list[int]:
    """The numbers if they are states, such as 0, 1, 2 or 10, 20, 30; empty if they were measured or counted.

    Successive numbers that do not begin at 0 or 1, such as 21, 22, 23, were measured. Two states 0 and 1 are
    a switch, for which Blynk has the type int.
    """
    counts = Counter(int(number) for number in numbers)
    found = sorted(counts)
    if not 2 <= len(found) <= _MOST_STATES or found == [0, 1] or len(numbers) < _FEWEST_TO_COUNT:
        return []
    is_row = found[-1] - found[0] == len(found) - 1
    is_measured = is_row and found[0] not in (0, 1)
    return [] if is_measured or min(counts.values()) < _FEWEST_REPEATS else found


def _number(datastream: Datastream, said: list[str]) -> Suggestion | None:
    numbers = _numbers(datastream, said)
    if not _nearly_all(len(numbers), said):
        return None
    why = Message("suggest_double", fitting=len(numbers), all=len(said))
    return _of_type(datastream, DatastreamType.DOUBLE, why)


def _place(datastream: Datastream, said: list[str]) -> Suggestion | None:
    """Suggest a location if both of its numbers have a decimal point: `21,5` is 21.5 with a comma."""
    pointed = [text for text in said if all("." in part for part in text.split(","))]
    fitting = sum(not isinstance(parse_location(text), Reason) for text in pointed)
    if not _nearly_all(fitting, said):
        return None
    why = Message("suggest_location", fitting=fitting, all=len(said))
    return _of_type(datastream, DatastreamType.LOCATION, why)


def _text(datastream: Datastream, said: list[str]) -> Suggestion | None:
    """Suggest a string, unless most texts look like numbers: the hints for their lines say more."""
    from app.wire.diagnosis import is_doubtful  # here, so that the window opens sooner

    texts = [text for text in said if isinstance(_value(text, None), str)]
    fitting = sum(check_text(text) is None for text in said)
    if not _nearly_all(fitting, said) or 2 * sum(map(is_doubtful, texts)) >= len(texts):
        return None
    why = Message("suggest_string", fitting=len(texts), all=len(said))
    return _of_type(datastream, DatastreamType.STRING, why)


def _of_type(
    datastream: Datastream, kind: DatastreamType, why: Message, values: tuple[int, ...] = ()
) -> Suggestion:
    """Suggest the type `kind`. Keys that do not go with it get their defaults."""
    changes: dict[str, object] = {"type": kind, "values": values}
    if kind not in (DatastreamType.INT, DatastreamType.DOUBLE):
        changes |= {"scale": 1.0, "offset": 0.0, "min": None, "max": None}
    return Suggestion({key: new for key, new in changes.items() if getattr(datastream, key) != new}, why)


def _numbers(datastream: Datastream, said: list[str]) -> list[int | float]:
    """The values that are numbers, with scale and offset of `datastream`, whatever its type is."""
    free = msgspec.structs.replace(datastream, type=None, values=())
    values = (_value(text, free) for text in said)
    return [value for value in values if isinstance(value, int | float)]


def _value(text: str, datastream: Datastream | None) -> Value | None:
    parsed = parse_value(text, datastream)
    return None if isinstance(parsed, Reason) else scaled(parsed[0], datastream)


def _scale(datastream: Datastream, said: list[str]) -> Suggestion | None:
    """Suggest volts for the raw numbers of a converter."""
    numbers = _numbers(datastream, said)
    converter = _converter(numbers, len(said))
    if datastream.is_scaled or datastream.unit not in ("", "V") or converter is None:
        return None
    changes: dict[str, object] = {"scale": converter.scale, "unit": "V", "type": DatastreamType.DOUBLE}
    if datastream.min is not None or datastream.max is not None:
        changes |= {"min": 0.0, "max": converter.volts}
    why = Message(
        "suggest_volts",
        low=sent_as(min(numbers)),
        high=sent_as(max(numbers)),
        bits=converter.bits,
        full=converter.full,
        volts=sent_as(converter.volts),
    )
    return Suggestion(changes, why)


def _converter(numbers: list[int | float], count: int) -> _Converter | None:
    """The converter that the numbers look like; None if they do not, or if they count.

    They must be whole, none above the greatest number of a converter, and spread over a quarter of its range.
    """
    if len(numbers) < max(_FEWEST_TO_COUNT, count) or len(set(numbers)) <= _MOST_STATES:
        return None
    if not all(isinstance(number, int) for number in numbers):
        return None
    low, high = min(numbers), max(numbers)
    found = next((each for each in _CONVERTERS if low >= 0 and high <= each.full), None)
    if found is None or high - low < found.full / 4 or _counts(numbers):
        return None
    return found


def _counts(numbers: list[int | float]) -> bool:
    """Whether the numbers go up or down nearly all the time, as those of a counter and of a clock do."""
    steps = [after - before for before, after in pairwise(numbers)]
    least = _MOST_ODD * len(steps)
    return sum(step < 0 for step in steps) <= least or sum(step > 0 for step in steps) <= least


def _range(datastream: Datastream, said: list[str]) -> Suggestion | None:
    """Suggest a range if there is none, or if numbers are outside."""
    numbers = _numbers(datastream, said)
    if len(numbers) < _FEWEST_TO_COUNT or not _nearly_all(len(numbers), said):
        return None
    low, high = min(numbers), max(numbers)
    has_range = datastream.min is not None or datastream.max is not None
    if low == high or (has_range and datastream.low <= low and high <= datastream.high):
        return None
    least, most = _with_room(low, high, datastream, _converter(numbers, len(said)))
    if not math.isfinite(most - least):
        return None
    why = Message("suggest_range", all=len(numbers), low=sent_as(low), high=sent_as(high))
    return Suggestion({"min": least, "max": most}, why)


def widened(datastream: Datastream, text: str, texts: Iterable[str]) -> Datastream | None:
    """`datastream` with a range that takes the value of the line `text`; None if that is not possible.

    Only the end that the value has passed moves. It gets the room that `suggest` gives a range, so that the
    next values fit too: from `texts`, other lines of its board, and from what the range was.
    """
    free = msgspec.structs.replace(datastream, min=None, max=None)
    value = next((_value(said, free) for said in _said(free, [text])), None)
    if not isinstance(value, int | float) or datastream.low <= value <= datastream.high:
        return None
    ends = [end for end in (datastream.min, datastream.max) if end is not None]
    known = [*_numbers(free, _said(free, texts)), value, *ends]
    if len(known) < _FEWEST and len(ends) == 1:
        known.append(0)
    least, most = _with_room(min(known), max(known), free, None)
    if value < datastream.low:
        end = {"min": least if math.isfinite(least) else float(value)}
    else:
        end = {"max": most if math.isfinite(most) else float(value)}
    return msgspec.structs.replace(datastream, **end)


def _with_room(
    low: float, high: float, datastream: Datastream, converter: _Converter | None
) -> tuple[float, float]:
    """A range around `low` and `high` in round numbers, with room of half their distance at both ends.

    It has no room below 0 for numbers that are all positive, nor above 0 for numbers that are all negative.
    """
    if (low, high) == (0, 1) and datastream.type is DatastreamType.INT:
        return 0.0, 1.0
    if datastream.unit == "%" and low >= 0 and high <= 100:
        return 0.0, 100.0
    if converter and not datastream.is_scaled:
        return 0.0, float(converter.full)
    bottom, top = Decimal(repr(low)), Decimal(repr(high))
    step, room = _round_step(top - bottom), (top - bottom) / 2
    least = ((bottom - room) / step).to_integral_value(ROUND_FLOOR) * step
    most = ((top + room) / step).to_integral_value(ROUND_CEILING) * step
    zero = Decimal()
    return float(max(least, zero) if low >= 0 else least), float(min(most, zero) if high <= 0 else most)


def _round_step(span: Decimal) -> Decimal:
    """The greatest of 1, 2, 5, 10, 20, 50, … (also 0.1, 0.2, 0.5, …) that is not above `span`."""
    unit = Decimal(1).scaleb(span.adjusted())
    return next(step * unit for step in (5, 2, 1) if step * unit <= span)
