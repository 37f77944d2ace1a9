"""Why a line was rejected and what mends it, in words for the person who wrote the sketch.

Invariants: every reason has a hint, whatever the line; a hint is one sentence without a full stop that says
what to write or where to look, and needs no more than the line itself to be told.
"""

from __future__ import annotations

import math
import re

from app.messages.message import Message, verbatim
from app.wire.datastreams import (
    INT_MAX,
    INT_MIN,
    PIN_MAX,
    TEXT_MAX_BYTES,
    Reason,
    is_number,
    is_sensor_fault,
)
from app.wire.lines import MAX_LINE_BYTES

_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_TRUTH = re.compile(r"true|false|on|off|yes|no|high|low", re.IGNORECASE)
_NUMBER_AND_UNIT = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)[ \t]*[^\s0-9.,+-][^0-9=]*")
_SECOND_ASSIGNMENT = re.compile(r"[ \t,;]*(?:[vV]|ds)[0-9]+[ \t]*=")

_WHOLE = "this datastream takes whole numbers"
_INT_RANGE = f"an int goes from {INT_MIN} to {INT_MAX}: check the sensor, or the bench file"
_GLOBE = "longitude goes from -180 to 180 and latitude from -90 to 90: is longitude first?"

_HINTS = {
    Reason.TOO_LONG: f"a line is at most {MAX_LINE_BYTES} bytes: use Serial.println() after each value",
    Reason.BAD_ENCODING: "these bytes are no text: is the baud rate right, the one in Serial.begin()?",
    Reason.NO_ASSIGNMENT: 'no "=" is in the line: write v1=100, or begin it with "#" if it is a remark',
    Reason.WRONG_DATASTREAM_ID: f"write ds and an id from 1 to {INT_MAX}, for example ds7=100",
    Reason.WRONG_PROPERTY: "write a pin, a point and a property, for example v1.label=Room 12",
    Reason.WRONG_PIN: f"pins are v0 to v{PIN_MAX}: write one of them, for example v1=100",
    Reason.UNKNOWN_PIN: 'the bench file has no entry for it: add one, or set unknown_pins = "forward"',
    Reason.EMPTY_VALUE: 'nothing follows the "=": print the value right after it, on the same line',
    Reason.CONTROL_CHARACTER: "an invisible character is in the text, perhaps a tab: send what can be seen",
    Reason.NOT_AN_INTEGER: f"{_WHOLE}: write one such as 100",
    Reason.NOT_A_NUMBER: "this datastream takes numbers: write one such as 3.14",
    Reason.NOT_A_LOCATION: "write longitude and latitude with one comma and no space, for example 13.4,52.5",
    Reason.OUT_OF_RANGE: "its datastream does not take this value: check the sensor, or the bench file",
    Reason.VALUE_TOO_LONG: f"a text is at most {TEXT_MAX_BYTES} bytes: send a shorter one",
}


def hint(reason: Reason, text: str) -> Message:
    """How to fix the line `text`, which was rejected for `reason`."""
    return verbatim(_hint(reason, text))


def _hint(reason: Reason, text: str) -> str:
    name, _, value = (part.strip(" \t") for part in text.partition("="))
    match reason:
        case Reason.NO_ASSIGNMENT:
            found = _assignment_hint(name)
        case Reason.WRONG_PIN:
            found = _pin_hint(name)
        case Reason.WRONG_PROPERTY if name.startswith("ds"):
            found = "the cloud takes properties by pin alone: write v1.label=… with its pin"
        case Reason.NOT_AN_INTEGER | Reason.NOT_A_NUMBER:
            found = _value_hint(value) or _number_hint(value, whole=reason is Reason.NOT_AN_INTEGER)
        case Reason.NOT_A_LOCATION if value.count(",") == 1 and (" " in value or "\t" in value):
            found = f"write {''.join(value.split())} without a space"
        case Reason.OUT_OF_RANGE:
            found = _range_hint(value)
        case _:
            found = None
    return found or _HINTS[reason]


def _assignment_hint(line: str) -> str | None:
    if match := re.fullmatch(r"([vV][0-9]{1,3}|ds[0-9]+)[ \t]*[: \t,;][ \t]*([^ \t].{0,60})", line):
        return f"write {match[1].lower()}={match[2]} with an equals sign"
    if re.fullmatch(r"[vV][0-9]{1,3}|ds[0-9]+", line):
        return f'write "=" and the value too, for example {line.lower()}=100'
    if is_number(line):
        return f"write the pin too, for example v1={line}"
    values = re.split(r"[ \t,;]+", line)
    if len(values) > 1 and all(map(is_number, values)):
        return f"write each value on a line of its own with its pin, for example v1={values[0]}"
    return None


def _pin_hint(name: str) -> str | None:
    if re.fullmatch(r"(?i:ds)[0-9]+", name):
        return f"write {name.lower()} in lower case"
    if re.fullmatch(r"[aAdD][0-9]{1,2}", name):
        return f"{name} is a pin of the board: write a virtual pin, for example v1=100"
    match = re.fullmatch(r"(?i:v|pin|vpin|virtual|virtual pin)?[ \t_-]*(0*)([0-9]{1,3})", name)
    if match and int(match[2]) <= PIN_MAX:
        return f"write v{int(match[2])}" + (" without the leading zero" if match[1] else " for this pin")
    if re.fullmatch(r"[^\W\d_]{1,30}", name):
        return f'"{name}" is no pin: write the virtual pin of its datastream, for example v1=100'
    return None


def _value_hint(value: str) -> str | None:
    """What is wrong with a value whatever kind of number was wanted."""
    if is_sensor_fault(value):
        return f'the sketch printed "{value}": the sensor gave no number, check its wiring'
    if _HEX.fullmatch(value):
        return f"write {int(value, 16)} in decimal"
    if _TRUTH.fullmatch(value):
        return "write 1 for true or on, 0 for false or off"
    if _SECOND_ASSIGNMENT.search(value):
        return "write one value a line: use Serial.println() after each"
    if is_number(value) and not math.isfinite(float(value)):
        return "this number is too large: check the sensor"
    return None


def _number_hint(value: str, *, whole: bool) -> str | None:
    unit = _NUMBER_AND_UNIT.fullmatch(value)
    number = (unit[1] if unit else value).replace(",", ".")
    if not unit and not _DECIMAL_COMMA.fullmatch(value) and not (whole and is_number(value)):
        return None
    if whole:
        if float(number).is_integer():
            return f"{_WHOLE}: write {float(number):.0f} alone"
        return f'{_WHOLE}: round {number} in the sketch, or set type = "double" in the bench file'
    if unit:
        return f"write {number} alone; the unit belongs in the bench file"
    return f"write {number} with a point"


def _range_hint(value: str) -> str | None:
    if "," in value:
        return _GLOBE
    if is_number(value) and not INT_MIN <= float(value) <= INT_MAX:
        return _INT_RANGE
    return None
