"""Recognises mistakes in a value that was meant to be a number: a unit, a comma, quotation marks, and so on.

The functions take a line that is an assignment. Each repair keeps the number that the sketch has printed.
Where it is not certain which number that is, as in `--1.80` and `1.2.3`, there is a hint without a repair.
Pure.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable

from app.messages.message import Message
from app.messages.visible import visible
from app.wire.datastreams import is_number, is_sensor_fault
from app.wire.hints.names import is_assignment
from app.wire.hints.repair import Repair, Rules

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*|,[0-9]+)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
"""A pattern for a decimal number, also with a comma for the point."""
_PART_OF_NUMBER = "¹²³⁰⁴-⁹⁺⁻¼-¾⅐-⅟十百千万萬亿億兆"
"""What changes a number right before it: exponents, fractions, and the myriads of Chinese and Japanese."""
UNIT = rf"(?![{_PART_OF_NUMBER}])(?:[^\W\d_]|[%‰°′″²³/·^])+(?:(?<=[ms])[23])?"
"""A pattern for a word that can be a unit, such as `°C`, `%`, `m/s2` and `kWh`."""
_COMMENT = re.compile(r"//|/\*|#")
_OPENING = "\"'`‘’“”„«»([{<"
_CLOSING = "\"'`‘’“”„«»)]}>"
_BRACKETS = "([{"
_TRAILING = f"{_CLOSING},;|:!\\ \t"
_GROUPED = (
    r"[+-]?(?:[0-9]{1,3}(?:_[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,3}(?:['’][0-9]{3})+(?:\.[0-9]+)?"
    r"|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+)"
)
_GROUPED_BY_POINTS = r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"
_OTHER_BASE = r"[+-]?0(?:[xX][0-9a-fA-F]+|[bB][01]+)"
_ANY_NUMBER = rf"{_OTHER_BASE}|{_GROUPED}|{_GROUPED_BY_POINTS}|(?![+-]?0[xXbBoO]){NUMBER}"
_NUMBER_AND_UNIT = re.compile(rf"({_ANY_NUMBER})[ \t]*(?!(?:e|E|x|X)$)({UNIT}(?: [^\W\d_]{{1,2}})?)")
_NUMBER_AND_REST = re.compile(
    rf"({_ANY_NUMBER})(?![ \t]*[{_PART_OF_NUMBER}])[ \t]*((?![.,+-])[^\w\s%?][^0-9=]*|[ \t][^0-9=]*)",
    re.DOTALL,
)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
_SENSOR_FAULT = r"[+-]?(?:(?i:nan|inf|infinity|ovf)(?![A-Za-z0-9])|1\.#(?:INF|QNAN|SNAN|IND))"
"""How C prints what is no number; the runtime of Windows prints `1.#QNAN`."""
_TRUTH = re.compile(r"true|false|on|off|yes|no|high|low", re.IGNORECASE)
_FORMAT = (
    r"[\"']?(%[-+#0]*[0-9]*(?:\.[0-9]+)?(?:ll?|h|z)?[diufFeEgGxXsc](?![A-Za-z])"
    r"|\{(?![0-9]+\.[0-9])[A-Za-z0-9_.:]*\})"
)
_QUESTION_MARK = r"[+-]?\?[ \t]*[^\s\w?]{0,2}\w{0,3}$"
_SIGNS = "=:> \t"
"""What may be between the equals sign and the value, as in `v1==5`."""
_INVISIBLE = r"\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_BEGINS_LIKE_A_NUMBER = (
    rf"[{_INVISIBLE}\"'`‘’“”„«»(\[{{<>=:~≈$€£]*(?:[+\-±\u2010-\u2013\u2212]+[{_INVISIBLE}]*)?[.,]?\d"
)
# One pattern, because each text value of a board is tried.
_LIKE_A_NUMBER = re.compile(
    rf"{_BEGINS_LIKE_A_NUMBER}|[{_SIGNS}]*(?:{_SENSOR_FAULT}|{_FORMAT}|{_QUESTION_MARK})"
)
_SHOWN = 20

Change = Callable[[str], "str | None"]


def is_like_a_number(text: str) -> bool:
    """Whether a text was probably meant to be a number: it begins like one, or `printf` has printed it."""
    return _LIKE_A_NUMBER.match(text) is not None


def one_equals_sign(text: str) -> Repair | None:
    """Remove further signs after the equals sign, as in `v1==5`."""
    return _changed(
        text,
        lambda value: value.lstrip(_SIGNS) if re.match(r"[=:>]+[ \t]*[^=:> \t]", value) else None,
        lambda line: Message("hint_one_equals_sign", line=line),
    )


def ascii_digits(text: str) -> Repair | None:
    """Write other digits and minus signs of Unicode as those of ASCII."""
    return _changed(text, _as_ascii, lambda line: Message("hint_ascii_digits", line=line))


def quotes(text: str) -> Repair | None:
    """Remove quotation marks and brackets around a number."""
    return _changed(text, _unquoted, lambda line: Message("hint_quotes", line=line))


def comment(text: str) -> Repair | None:
    """Remove a comment after a number."""
    return _changed(text, _without_comment, lambda line: Message("hint_comment_behind", line=line))


def other_base(text: str) -> Repair | None:
    """Write a hexadecimal or binary number in decimal."""
    return _changed(text, _decimal, lambda line: Message("hint_other_base", line=line))


def groups(text: str) -> Repair | None:
    """Remove the signs between groups of digits, as in `1,234.5`."""
    return _changed(text, _ungrouped, lambda line: Message("hint_group_signs", line=line))


def decimal_comma(text: str) -> Repair | None:
    """Write a decimal comma as a point."""
    return _changed(
        text,
        lambda value: value.replace(",", ".") if _DECIMAL_COMMA.fullmatch(value) else None,
        lambda line: Message("hint_decimal_comma", line=line),
    )


def whole(text: str) -> Repair | None:
    """Write a whole number without a point and an exponent."""
    return _changed(text, _as_whole, lambda line: Message("hint_whole_number_alone", line=line))


def sign_apart(text: str) -> Repair | None:
    """Remove the space between the sign and the number."""
    return _changed(
        text,
        lambda value: re.sub(r"[ \t]+", "", value, count=1) if re.match(r"[+-][ \t]+[.0-9]", value) else None,
        lambda line: Message("hint_sign_apart", line=line),
    )


def unit(text: str) -> Repair | None:
    """Remove the unit after a number."""
    return _changed(
        text, lambda value: _group(_NUMBER_AND_UNIT, value), lambda line: Message("hint_unit", line=line)
    )


def rest(text: str) -> Repair | None:
    """Remove what else is after a number, unless it has digits and may be a part of the number."""
    name, _, value = text.partition("=")
    value = value.strip(" \t")
    match = _NUMBER_AND_REST.fullmatch(value)
    kept = match[1] if match else value.rstrip(_TRAILING)
    if kept == value or not kept:
        return None
    after = visible(value[len(kept) :].strip(" \t"))
    after = after if len(after) <= _SHOWN else f"{after[:_SHOWN]}…"
    return Repair(f"{name.strip()}={kept}", lambda line: Message("hint_rest", rest=after, line=line))


def no_number(text: str) -> Message | None:
    """The hint for a value that only the sketch can repair; None for any other value."""
    is_value = is_assignment(text)
    value = text.partition("=")[2].lstrip(_SIGNS).rstrip(" \t") if is_value else text
    if re.match(_SENSOR_FAULT, value) if is_value else is_sensor_fault(value):
        return Message("hint_sensor_fault", value=visible(value[:_SHOWN]))
    if (match := re.match(_FORMAT, value)) and (is_value or match.end() == len(value)):
        return Message("hint_format_printed", format=match[1])
    if re.match(_QUESTION_MARK, value):
        return Message("hint_question_mark")
    if re.match(r"[+-]{2,}[ \t]*\.?[0-9]", value):
        return Message("hint_two_signs")
    if is_number(value) and not math.isfinite(float(value)):
        return Message("hint_infinite")
    return None


def no_number_labelled(text: str) -> Message | None:
    """The hint of `no_number` for a value with a label, as in `temp: %.2f`."""
    match = re.fullmatch(r"[^\W\d_][\w \t]{0,40}[:=](.*)", text, re.DOTALL)
    return no_number(f"v1={match[1]}") if match else None


def location(text: str, rules: Rules) -> Message | None:
    """The hint for a location with other separators than one comma; None if the line has no two numbers."""
    name, _, value = text.partition("=")
    found = re.findall(r"[+-]?[0-9]+(?:\.[0-9]+)?", value)
    if len(found) == 2 and rules.accepts(line := f"{name.strip()}={found[0]},{found[1]}"):
        return Message("hint_location_with_space", line=line)
    return None


def is_truth_value(text: str) -> bool:
    """Whether the value of a line is `true`, `off` or another word for yes and no."""
    return _TRUTH.fullmatch(text.partition("=")[2].strip(" \t")) is not None


def _changed(text: str, change: Change, say: Callable[[str], Message]) -> Repair | None:
    """Repair an assignment by changing its value; None if `change` returns None."""
    name, _, value = text.partition("=")
    changed = change(value.strip(" \t"))
    return None if changed is None else Repair(f"{name.strip()}={changed}", say)


def _group(pattern: re.Pattern[str], value: str) -> str | None:
    match = pattern.fullmatch(value)
    return match[1] if match else None


def _unquoted(value: str) -> str | None:
    inner = value.lstrip(_OPENING)
    end = next((place for place, character in enumerate(inner) if character in _CLOSING), 0)
    if inner == value or not end or ("," in inner[:end] and value[0] in _BRACKETS):
        # The comma in `[1,2]` separates two numbers.
        return None
    return inner[:end].strip(" \t") + inner[end:].lstrip(_CLOSING)


def _without_comment(value: str) -> str | None:
    match = _COMMENT.search(value)
    kept = value[: match.start()].rstrip(" \t") if match else ""
    return kept if re.search(r"[0-9]", kept) else None


def _as_ascii(value: str) -> str | None:
    digits = (
        str(unicodedata.digit(c)) if not c.isascii() and unicodedata.category(c) == "Nd" else c for c in value
    )
    changed = re.sub(r"^([ \t]*)[\u2010-\u2013\u2212](?=[ \t]*[.,]?[0-9])", r"\1-", "".join(digits))
    return changed if changed != value else None


def _decimal(value: str) -> str | None:
    return str(int(value, 0)) if re.fullmatch(_OTHER_BASE, value) else None


def _ungrouped(value: str) -> str | None:
    if re.fullmatch(_GROUPED_BY_POINTS, value):
        return value.replace(".", "").replace(",", ".")
    return re.sub(r"[_,'’]", "", value) if re.fullmatch(_GROUPED, value) else None


def _as_whole(value: str) -> str | None:
    if not is_number(value) or re.fullmatch(r"[+-]?[0-9]+", value):
        return None
    number = float(value)
    return f"{number:.0f}" if number.is_integer() else None
