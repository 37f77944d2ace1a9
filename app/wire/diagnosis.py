"""Hints: how the author of a sketch can fix a rejected line.

Invariants: there is a hint for every reason and every line; a hint is one sentence, without a full stop, that
says what to write or where to look; a hint depends only on the reason and the line.
"""

from __future__ import annotations

import math
import re

from app.messages.message import Message
from app.wire.datastreams import (
    EVENT_MAX_CHARACTERS,
    INT_MAX,
    INT_MIN,
    PIN_MAX,
    TEXT_MAX_BYTES,
    Reason,
    is_number,
    is_sensor_fault,
)
from app.wire.lines import MAX_LINE_BYTES
from app.wire.streams import is_event

_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_TRUTH = re.compile(r"true|false|on|off|yes|no|high|low", re.IGNORECASE)
_NUMBER_AND_UNIT = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)[ \t]*[^\s0-9.,+-][^0-9=]*")
_SECOND_ASSIGNMENT = re.compile(r"[ \t,;]*(?:[vV]|ds)[0-9]+[ \t]*=")

_HINTS = {
    Reason.TOO_LONG: Message("hint_too_long", most=MAX_LINE_BYTES),
    Reason.BAD_ENCODING: Message("hint_bad_encoding"),
    Reason.NO_ASSIGNMENT: Message("hint_no_assignment"),
    Reason.WRONG_DATASTREAM_ID: Message("hint_wrong_datastream_id", most=INT_MAX),
    Reason.WRONG_PROPERTY: Message("hint_wrong_property"),
    Reason.WRONG_EVENT: Message("hint_wrong_event"),
    Reason.WRONG_PIN: Message("hint_wrong_pin", most=PIN_MAX),
    Reason.UNKNOWN_PIN: Message("hint_unknown_pin"),
    Reason.EMPTY_VALUE: Message("hint_empty_value"),
    Reason.CONTROL_CHARACTER: Message("hint_control_character"),
    Reason.NOT_AN_INTEGER: Message("hint_not_an_integer"),
    Reason.NOT_A_NUMBER: Message("hint_not_a_number"),
    Reason.NOT_A_LOCATION: Message("hint_not_a_location"),
    Reason.OUT_OF_RANGE: Message("hint_out_of_range"),
    Reason.VALUE_TOO_LONG: Message("hint_value_too_long", most=TEXT_MAX_BYTES),
}


def hint(reason: Reason, text: str) -> Message:
    """How to fix the line `text`, which was rejected for `reason`."""
    name, _, value = (part.strip(" \t") for part in text.partition("="))
    match reason:
        case Reason.NO_ASSIGNMENT:
            found = _assignment_hint(name)
        case Reason.WRONG_PIN:
            found = _pin_hint(name)
        case Reason.WRONG_PROPERTY if name.startswith("ds"):
            found = Message("hint_property_of_id")
        case Reason.NOT_AN_INTEGER | Reason.NOT_A_NUMBER:
            found = _value_hint(value) or _number_hint(value, whole=reason is Reason.NOT_AN_INTEGER)
        case Reason.NOT_A_LOCATION if value.count(",") == 1 and (" " in value or "\t" in value):
            found = Message("hint_location_with_space", location="".join(value.split()))
        case Reason.VALUE_TOO_LONG if is_event(name):
            found = Message("hint_event_too_long", most=EVENT_MAX_CHARACTERS)
        case Reason.OUT_OF_RANGE:
            found = _range_hint(value)
        case _:
            found = None
    return found or _HINTS[reason]


def _assignment_hint(line: str) -> Message | None:
    if match := re.fullmatch(r"([vV][0-9]{1,3}|ds[0-9]+)[ \t]*[: \t,;][ \t]*([^ \t].{0,60})", line):
        return Message("hint_equals_sign", line=f"{match[1].lower()}={match[2]}")
    if re.fullmatch(r"[vV][0-9]{1,3}|ds[0-9]+", line):
        return Message("hint_value_missing", name=line.lower())
    if is_number(line):
        return Message("hint_pin_missing", value=line)
    values = re.split(r"[ \t,;]+", line)
    if len(values) > 1 and all(map(is_number, values)):
        return Message("hint_several_values", value=values[0])
    return None


def _pin_hint(name: str) -> Message | None:
    if re.fullmatch(r"(?i:ds)[0-9]+", name):
        return Message("hint_lower_case", name=name.lower())
    if re.fullmatch(r"[aAdD][0-9]{1,2}", name):
        return Message("hint_pin_of_board", name=name)
    match = re.fullmatch(r"(?i:v|pin|vpin|virtual|virtual pin)?[ \t_-]*(0*)([0-9]{1,3})", name)
    if match and int(match[2]) <= PIN_MAX:
        return Message("hint_leading_zero" if match[1] else "hint_spelling_of_pin", pin=int(match[2]))
    if re.fullmatch(r"[^\W\d_]{1,30}", name):
        return Message("hint_name_for_pin", name=name)
    return None


def _value_hint(value: str) -> Message | None:
    """The hint for a value that is wrong for ints and doubles alike, such as `nan`; None for other values."""
    if is_sensor_fault(value):
        return Message("hint_sensor_fault", value=value)
    if _HEX.fullmatch(value):
        return Message("hint_hex", number=str(int(value, 16)))
    if _TRUTH.fullmatch(value):
        return Message("hint_truth_value")
    if _SECOND_ASSIGNMENT.search(value):
        return Message("hint_second_assignment")
    if is_number(value) and not math.isfinite(float(value)):
        return Message("hint_infinite")
    return None


def _number_hint(value: str, *, whole: bool) -> Message | None:
    unit = _NUMBER_AND_UNIT.fullmatch(value)
    number = (unit[1] if unit else value).replace(",", ".")
    if not unit and not _DECIMAL_COMMA.fullmatch(value) and not (whole and is_number(value)):
        return None
    if whole:
        if float(number).is_integer():
            return Message("hint_whole_number_alone", number=f"{float(number):.0f}")
        return Message("hint_fraction", number=number)
    if unit:
        return Message("hint_unit", number=number)
    return Message("hint_decimal_comma", number=number)


def _range_hint(value: str) -> Message | None:
    if "," in value:
        return Message("hint_globe")
    if is_number(value) and not INT_MIN <= float(value) <= INT_MAX:
        return Message("hint_int_range", least=INT_MIN, most=INT_MAX)
    return None
