"""Why a line was rejected and what mends it, in words for the person who wrote the sketch.

Invariant: every reason has a hint, and a hint is one sentence that says what to write instead.
"""

from __future__ import annotations

import re

from app.wire.datastreams import INT_MAX, PIN_MAX, TEXT_MAX_BYTES, Reason
from app.wire.lines import MAX_LINE_BYTES

_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_SENSOR_FAULT = re.compile(r"[+-]?(?:nan|inf|ovf)", re.IGNORECASE)
_NUMBER_AND_UNIT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*[^\s0-9.,+-][^0-9]*")
_DECIMAL_ZEROS = re.compile(r"([+-]?[0-9]+)\.0*")

_HINTS = {
    Reason.TOO_LONG: f"a line is at most {MAX_LINE_BYTES} bytes: use Serial.println() after each value",
    Reason.BAD_ENCODING: "these bytes are no text: is the baud rate the one in Serial.begin()?",
    Reason.NO_ASSIGNMENT: 'write name=value, for example v1=100; for a word to a person begin the line with "#"',
    Reason.WRONG_DATASTREAM_ID: f"write ds and an id from 1 to {INT_MAX}, for example ds7=100",
    Reason.WRONG_PROPERTY: "write pin, point and property, for example v1.label=Room 12",
    Reason.WRONG_PIN: f"pins are v0 to v{PIN_MAX}, without leading zeros: write v1=100",
    Reason.UNKNOWN_PIN: 'the bench file has no entry for it: add one, or set unknown_pins = "forward"',
    Reason.EMPTY_VALUE: "nothing follows the =: print the value on the same line",
    Reason.CONTROL_CHARACTER: "the text has a control character in it: send printable characters alone",
    Reason.NOT_AN_INTEGER: "this datastream takes whole numbers: print an int, such as 100",
    Reason.NOT_A_NUMBER: "this datastream takes numbers: print one such as 3.14",
    Reason.NOT_A_LOCATION: "write longitude and latitude with one comma and no space, for example 13.4,52.5",
    Reason.OUT_OF_RANGE: "the value is outside the range of its datastream: check the sensor, or the range in the bench file",
    Reason.VALUE_TOO_LONG: f"a text is at most {TEXT_MAX_BYTES} bytes: send a shorter one",
}


def hint(reason: Reason, text: str) -> str:
    """One sentence that tells how to mend the line `text`, which was rejected for `reason`."""
    value = text.partition("=")[2].strip(" \t")
    if reason in (Reason.NOT_A_NUMBER, Reason.NOT_AN_INTEGER):
        return _number_hint(reason, value)
    if reason is Reason.NO_ASSIGNMENT:
        return _assignment_hint(text)
    if reason is Reason.WRONG_PIN:
        return _pin_hint(text.partition("=")[0].strip(" \t"))
    if reason is Reason.WRONG_PROPERTY and text.lstrip(" \t").startswith("ds"):
        return "the cloud takes properties by pin alone: write v1.label=… with the pin of this datastream"
    return _HINTS[reason]


def _number_hint(reason: Reason, value: str) -> str:
    if _DECIMAL_COMMA.fullmatch(value):
        return f"write {value.replace(',', '.')} with a point"
    if _SENSOR_FAULT.fullmatch(value):
        return f'the sketch printed "{value}": the sensor gave no number, check its wiring'
    if _HEX.fullmatch(value):
        return f"write {int(value, 16)} in decimal"
    if match := _NUMBER_AND_UNIT.fullmatch(value):
        return f"write {match[1]} alone; the unit belongs in the bench file"
    if reason is Reason.NOT_AN_INTEGER and (match := _DECIMAL_ZEROS.fullmatch(value)):
        return f"this datastream takes whole numbers: write {match[1]} without a point"
    return _HINTS[reason]


def _assignment_hint(text: str) -> str:
    if match := re.fullmatch(r"[ \t]*([vV][0-9]{1,3})[ \t]*[: \t][ \t]*([^ \t].*)", text):
        return f"write {match[1].lower()}={match[2]} with an equals sign"
    return _HINTS[Reason.NO_ASSIGNMENT]


def _pin_hint(name: str) -> str:
    if match := re.fullmatch(r"[vV]0+([1-9][0-9]*)", name):
        return f"write v{match[1]} without the leading zero"
    if re.fullmatch(r"(?i:ds)[0-9]+", name):
        return f"write {name.lower()} in lower case"
    return _HINTS[Reason.WRONG_PIN]
