"""Hints: how the author of a sketch can fix a line that was rejected, or whose number was taken for a text.

Theory of operation
===================

A line may have several mistakes: a time before the name, a colon for the equals sign, a unit after the
value. A hint that repairs only one of them leads to the next rejection. So the mistakes are repaired one
after the other, until the grammar accepts the line. The hint names the first mistake and shows the line
without any (`_trace`). A line that the grammar does not accept is never shown; the hint then only says what
is wrong. A mistake that cannot be repaired in the line, such as `nan`, is named before all others, because
the next attempt would fail because of it.

Invariants: there is a hint for every reason and every line; a hint is one sentence, without a full stop, that
says what to write or where to look; a line in a hint is one that the grammar accepts without a hint, with the
number that the sketch has printed; a hint depends only on the reason, the line and the grammar.
"""

from __future__ import annotations

from typing import NamedTuple

from app.messages.message import Message
from app.wire.boot import boot_line
from app.wire.datastreams import (
    EVENT_MAX_CHARACTERS,
    INT_MAX,
    PIN_MAX,
    TEXT_MAX_BYTES,
    Reason,
    is_number,
)
from app.wire.hints import invisible, names, ranges, several, unreadable, values
from app.wire.hints.repair import Repair, Rules, Step, example
from app.wire.lines import MAX_LINE_BYTES
from app.wire.streams import is_event
from app.wire.targets import MAX_TARGETS

_MAX_PINS = 8
_MOST_REPAIRS = 20
"""A line with so many mistakes gets a general hint. The bound also ends steps that undo each other."""
_STEPS: tuple[Step, ...] = (
    invisible.escapes,
    invisible.invisible,
    names.prefix,
    names.no_equals_sign,
    names.spelling,
    values.no_number,
)
"""The mistakes that are looked for first, in this order."""
_STEPS_OF_VALUES: tuple[Step, ...] = (
    values.one_equals_sign,
    values.ascii_digits,
    values.quotes,
    values.comment,
    values.other_base,
    values.groups,
    values.decimal_comma,
    values.whole,
    values.sign_apart,
    values.unit,
    values.rest,
)
"""The mistakes that are looked for then, if the line has a good name and an equals sign."""

_HINTS = {
    Reason.TOO_LONG: Message("hint_too_long", most=MAX_LINE_BYTES),
    Reason.BAD_ENCODING: Message("hint_stray_byte_plain"),
    Reason.WRONG_EVENT: Message("hint_wrong_event"),
    Reason.UNKNOWN_PIN: Message("hint_unknown_pin"),
    Reason.TOO_MANY_DATASTREAMS: Message("hint_too_many_datastreams", most=MAX_TARGETS),
    Reason.EMPTY_VALUE: Message("hint_empty_value"),
    Reason.CONTROL_CHARACTER: Message("hint_control_character"),
    Reason.NOT_AN_INTEGER: Message("hint_not_an_integer"),
    Reason.NOT_A_NUMBER: Message("hint_not_a_number"),
    Reason.NOT_A_LOCATION: Message("hint_not_a_location"),
    Reason.VALUE_TOO_LONG: Message("hint_value_too_long", most=TEXT_MAX_BYTES),
}


class _Trace(NamedTuple):
    """What the repair of a line came to."""

    first: Repair | None
    """The first mistake."""
    text: str
    """The line after the last repair."""
    is_good: bool
    """Whether the grammar accepts `text` without a hint."""
    message: Message | None = None
    """The hint for the last mistake, which only the sketch can repair."""


def hint(reason: Reason, text: str, rules: Rules) -> Message:
    """How to fix the line `text`, which the grammar with these rules has rejected for `reason`."""
    line = text.strip(" \t")
    return (
        unreadable.diagnose(text)
        or _boot_hint(reason, line)
        or _hint_for_reason(reason, line, rules)
        or _repaired(line, rules)
        or _hint_without_repair(reason, line, rules)
    )


def hint_for_text(text: str, rules: Rules) -> Message:
    """How to fix the line `text`, whose value was accepted as a text although it looks like a number."""
    return _repaired(text.strip(" \t"), rules) or Message("hint_kept_as_text")


def is_doubtful(value: str) -> bool:
    """Whether a text value was probably meant to be one number, or several values."""
    return values.is_like_a_number(value) or several.has_second_assignment(value)


def _boot_hint(reason: Reason, line: str) -> Message | None:
    """The hint for a line that no sketch prints: no value is meant, although such lines have numbers."""
    is_without_target = reason in (Reason.NO_ASSIGNMENT, Reason.WRONG_PIN)
    return Message("hint_boot_line") if is_without_target and boot_line(line) else None


def _hint_for_reason(reason: Reason, line: str, rules: Rules) -> Message | None:
    """The hint for a reason that says all that there is to say; None if the line must be looked at."""
    name, _, value = (part.strip(" \t") for part in line.partition("="))
    match reason:
        case Reason.VALUE_TOO_LONG if is_event(name):
            return Message("hint_event_too_long", most=EVENT_MAX_CHARACTERS)
        case Reason.WRONG_EVENT:
            return _HINTS[reason]
        case Reason.TOO_LONG | Reason.UNKNOWN_PIN | Reason.EMPTY_VALUE | Reason.VALUE_TOO_LONG:
            return _HINTS[reason]
        case Reason.WRONG_DATASTREAM_ID:
            return _id_hint(line, rules)
        case Reason.WRONG_PROPERTY if name.startswith("ds"):
            return Message("hint_property_of_id")
        case Reason.WRONG_PROPERTY:
            return _property_hint(name, rules)
        case Reason.CONTROL_CHARACTER if "." in name:
            return invisible.control_character(value)
        case Reason.OUT_OF_RANGE:
            return ranges.out_of_range(name, value, rules)
        case Reason.NOT_A_LOCATION:
            return values.location(line, rules) or _HINTS[reason]
        case Reason.BAD_ENCODING:
            return _stray_byte(line, rules)
    return None


def _repaired(line: str, rules: Rules) -> Message | None:
    """The hint with the repaired line, or the hint for a mistake that was found but not repaired."""
    found = _trace(line, rules)
    if found.is_good and found.first:
        return found.first.say(found.text)
    if pieces := several.assignments(found.text):
        lines = [trace.text for trace in (_trace(piece, rules) for piece in pieces) if trace.is_good]
        return several.hint_for_lines(lines if len(lines) == len(pieces) else [])
    if names.is_beyond_pins(names.name_of(found.text)):
        return Message("hint_wrong_pin", most=PIN_MAX, line=example(rules))
    if found.message:
        return found.message
    if found.first and found.first.otherwise:
        return found.first.otherwise
    return _hint_for_several(found.text, rules)


def _hint_for_several(text: str, rules: Rules) -> Message | None:
    """The hint for several values, or for a value without the name of a target."""
    if names.is_assignment(text):
        return several.hint_for_numbers(text, rules)
    text = several.without_frame(text)
    name, equals, value = (part.strip(" \t") for part in text.partition("="))
    return (
        several.hint_for_plotter(text, rules)
        or values.no_number_labelled(text)
        or names.value_missing(text, rules)
        or (names.other_name(name, example(rules, [value])) if equals else None)
        or _pin_missing(text, rules)
    )


def _trace(line: str, rules: Rules) -> _Trace:
    """Repair one mistake after the other, until the grammar accepts the line or nothing more is found."""
    first: Repair | None = None
    text = line
    for _ in range(_MOST_REPAIRS):
        if rules.accepts(text):
            name, equals, value = text.partition("=")
            return _Trace(first, f"{name[:1].lower()}{name[1:].strip()}{equals}{value.strip()}", is_good=True)
        found = None if several.assignments(text) else _look(text)
        if not isinstance(found, Repair):
            return _Trace(first, text, is_good=False, message=found)
        first = first or found
        text = found.line
    return _Trace(first, text, is_good=False)


def _look(text: str) -> Repair | Message | None:
    """The first mistake that a step finds in a line."""
    for step in (*_STEPS, *(_STEPS_OF_VALUES if names.is_assignment(text) else ())):
        if found := step(text):
            return found
    return None


def _with_pin(text: str, rules: Rules) -> str | None:
    """A line that assigns the number in `text`, which has no name, to any pin that accepts it."""
    for line in (example(rules), *rules.samples[:_MAX_PINS]):
        found = _trace(f"{names.name_of(line)}={text}", rules)
        if found.is_good and is_number(found.text.partition("=")[2]):
            return found.text
    return None


def _pin_missing(text: str, rules: Rules) -> Message | None:
    if not values.is_like_a_number(text):
        return None
    return Message("hint_pin_missing", line=_with_pin(text, rules) or example(rules))


def _property_hint(name: str, rules: Rules) -> Message:
    pins = (name.partition(".")[0].lower(), "v1", *map(names.name_of, rules.samples))
    lines = [f"{pin}.label=Room 12" for pin in pins]
    return Message("hint_wrong_property", line=next(filter(rules.accepts, lines), lines[1]))


def _stray_byte(line: str, rules: Rules) -> Message:
    """The hint for a line in which a byte is not UTF-8: often a degree sign, and then part of a unit."""
    text = line.replace(unreadable.REPLACED, "°")
    found = _trace(text, rules)
    if found.is_good and is_number(found.text.partition("=")[2]):
        return Message("hint_stray_byte", line=found.text)
    fixed = _with_pin(text, rules)
    return Message("hint_stray_byte", line=fixed) if fixed else _HINTS[Reason.BAD_ENCODING]


def _hint_without_repair(reason: Reason, line: str, rules: Rules) -> Message:
    match reason:
        case Reason.NO_ASSIGNMENT:
            return Message("hint_no_assignment", line=example(rules))
        case Reason.WRONG_PIN if not names.has_name(line):
            return Message("hint_no_name", line=example(rules))
        case Reason.WRONG_PIN:
            return Message("hint_wrong_pin", most=PIN_MAX, line=example(rules))
        case Reason.CONTROL_CHARACTER:
            return invisible.control_character(line) or _HINTS[reason]
        case Reason.NOT_AN_INTEGER | Reason.NOT_A_NUMBER if values.is_truth_value(line):
            return Message("hint_truth_value")
        case Reason.NOT_AN_INTEGER:
            number = _trace(line, rules).text.partition("=")[2].strip(" \t")
            if is_number(number):
                return Message("hint_fraction", number=number)
    return _HINTS[reason]


def _id_hint(line: str, rules: Rules) -> Message:
    """The hint for a wrong datastream id."""
    found = _trace(line, rules)
    if found.first and found.is_good:
        return found.first.say(found.text)
    lines = [line for line in ("ds7=100", *rules.samples) if line.startswith("ds") and rules.accepts(line)]
    return Message("hint_wrong_datastream_id", most=INT_MAX, line=lines[0] if lines else example(rules))
