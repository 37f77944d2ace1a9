"""Recognises mistakes before the value: in the name, before it, and in the equals sign. Pure."""

from __future__ import annotations

import re

from app.messages.message import Message
from app.messages.visible import visible
from app.wire.datastreams import INT_MAX, PIN_MAX
from app.wire.hints.repair import Repair, Rules, example

NAME = r"(?:[vV]|ds)[0-9]{1,10}(?:\.[A-Za-z][A-Za-z0-9]*)?"
"""A pattern for names that look like those of targets, such as `v1`, `ds7` and `v1.label`."""
_TARGET = re.compile(r"(?:[vV](?:0|[1-9][0-9]{0,2})|ds[1-9][0-9]{0,9})(?:\.[A-Za-z][A-Za-z0-9]*)?")
_SHOWN = 40
_EVENT = r"event\.[A-Za-z0-9_]{1,64}"
_PREFIX = re.compile(rf"([^=]*?)(?<![A-Za-z0-9_.])(({NAME}|{_EVENT})[ \t]*=.*)", re.DOTALL)
_NO_EQUALS_SIGN = re.compile(
    r"((?i:v|ds|pin|vpin|virtual|virtual pin)[ \t_-]*[0-9]{1,10}(?:\.[A-Za-z][A-Za-z0-9]*)?"
    r"|(?i:event)\.[A-Za-z0-9_]{1,64})"
    r"(?:[ \t]*(?::=|->|=>|[:>→\uff1a\uff1d]|[,;|](?=[^=]*$))[ \t]*"
    r"|[ \t]+(?=[\"'(\[{<]*[+\-\u2010-\u2013\u2212]?[ \t]*[.,]?\d[^=]*$|[^\s=]+$))([^=].*)",
    re.DOTALL,
)
_PIN = re.compile(
    r"(?i:v|pin|vpin|virtual|virtual pin)?[ \t_-]*(0*)([0-9]{1,3})((?:\.[A-Za-z][A-Za-z0-9]*)?)"
)
_LIKE_A_PIN = re.compile(r"(?i:v|ds|pin|vpin|virtual|virtual pin)[ \t_-]*[0-9]+(?:\.|$)")
_ID = re.compile(r"(?i:ds)(0*)([1-9][0-9]{0,9})")
_AROUND = " \t\"'`()[]{}<>:,;*&$|-."


def name_of(text: str) -> str:
    """The name in a line, or the whole line if it has no equals sign."""
    return text.partition("=")[0].strip(" \t")


def has_name(text: str) -> bool:
    """Whether a letter or a digit is before the equals sign; not in `=====`, which separates other lines."""
    return re.search(r"[^\W_]", name_of(text)) is not None


def is_target(name: str) -> bool:
    """Whether a name looks like that of a target."""
    return _TARGET.fullmatch(name) is not None


def is_beyond_pins(name: str) -> bool:
    """Whether a name is that of a virtual pin, but with a number that no pin has."""
    match = re.fullmatch(r"[vV]([0-9]{1,10})", name)
    return match is not None and int(match[1]) > PIN_MAX


def is_assignment(text: str) -> bool:
    """Whether a line begins with a name that looks like that of a target, and an equals sign."""
    return "=" in text and is_target(name_of(text))


def prefix(text: str) -> Repair | None:
    """Remove what is before an assignment, such as a time or the level of a log."""
    match = _PREFIX.fullmatch(text)
    if not match or not match[1].strip(" \t") or re.search(rf"(?<![A-Za-z_.]){NAME}[ \t]*:", match[1]):
        return None
    before = visible(match[1].strip(" \t"))
    before = before if len(before) <= _SHOWN else f"{before[:_SHOWN]}…"
    return Repair(
        match[2],
        lambda line: Message("hint_prefix", prefix=before, line=line),
        Message("hint_prefix_plain", prefix=before, name=match[3]),
    )


def no_equals_sign(text: str) -> Repair | None:
    """Put an equals sign between name and value, where a colon, another sign or a space is."""
    match = _NO_EQUALS_SIGN.fullmatch(text)
    if not match:
        return None
    name = _canonical(match[1])
    return Repair(
        f"{name}={match[2]}",
        lambda line: Message("hint_equals_sign", line=line),
        Message("hint_equals_sign_missing", name=name),
    )


def value_missing(text: str, rules: Rules) -> Message | None:
    """Recognise a name alone."""
    if not re.fullmatch(rf"{NAME}|{_EVENT}", text):
        return None
    lines = (f"{_canonical(text)}={sample.partition('=')[2]}" for sample in ("v1=100", *rules.samples))
    found = next(filter(rules.accepts, lines), None)
    return Message("hint_value_missing", line=found or example(rules))


def spelling(text: str) -> Repair | None:
    """Write the name of a pin or of a datastream id as the line format has it."""
    if "=" not in text or is_assignment(text):
        return None
    name, _, value = text.partition("=")
    name = name.strip(_AROUND)
    event = _canonical(name)
    if re.fullmatch(_EVENT, event):
        if text.startswith(f"{event}="):
            return None
        target, is_zero = event, False
    elif (match := _ID.fullmatch(name)) and int(match[2]) <= INT_MAX:
        target, is_zero = f"ds{match[2]}", bool(match[1])
    elif (match := _PIN.fullmatch(name)) and int(match[2]) <= PIN_MAX:
        target, is_zero = f"v{int(match[2])}{match[3]}", bool(match[1])
    else:
        return None

    def say(line: str) -> Message:
        if is_zero:
            return Message("hint_leading_zero", line=line)
        return Message("hint_spelling", line=line)

    return Repair(f"{target}={value}", say, say(target))


def _canonical(name: str) -> str:
    """A name with its letters before the point in lower case; the name of a property keeps its own."""
    head, point, prop = name.partition(".")
    return f"{head.lower()}{point}{prop}"


def other_name(name: str, line: str) -> Message | None:
    """The hint for a name that is not one of a target: a pin of the board, or the name of a datastream.

    `line` is an example of a line for the value.
    """
    if re.fullmatch(r"[aAdD][0-9]{1,2}", name):
        return Message("hint_pin_of_board", name=name, line=line)
    if _LIKE_A_PIN.match(name) or not re.fullmatch(r"(?!_)(?=[\w-]*[^\W\d_])\w[^=]{0,40}", name):
        return None
    return Message("hint_name_for_pin", name=visible(name), line=line)
