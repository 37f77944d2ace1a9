"""Recognises several values on one line: assignments, values with labels, and columns for a plotter. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice, pairwise

from app.messages.message import Message
from app.wire.datastreams import is_number, is_sensor_fault
from app.wire.hints.names import NAME, is_target, name_of, other_name
from app.wire.hints.repair import Rules, example, keeps_texts
from app.wire.hints.values import NUMBER, UNIT

_SHOWN = 2
"""How many lines a hint shows."""
_ASSIGNMENT = re.compile(rf"(?<![A-Za-z_.]){NAME}[ \t]*[=:]")
_SIGNS = " \t,;|&\r\n"
_VALUE = rf"{NUMBER}|(?i:nan|inf|ovf)(?![A-Za-z])"
_ONE_OF_SEVERAL = (
    r"[+-]?(?:[0-9]+,[0-9]{1,2}(?![0-9\]]|,[0-9])|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
"""A number whose comma is a decimal comma: not in `512,498` and `1,2,3`, which are several numbers."""
_LABELLED = re.compile(
    rf"([^\W\d_](?:[^:=,;|\t<>\uff1a(\[]|\([^:=,;|\t<>()]{{0,40}}\)|\[[^:=,;|\t<>\[\]]{{0,40}}\]){{0,40}}?)"
    rf"[\"'\])]*[ \t]*[:=\uff1a\uff1d][ \t]*[\"'\[(]*"
    rf"({_ONE_OF_SEVERAL}|(?i:nan|inf|ovf)(?![A-Za-z]))(?![0-9.:_xX]|[A-Za-z]+[0-9]|-[0-9])"
    r"((?:,[ \t]*[+-]?[0-9]+(?:\.[0-9]+)?(?![\w.:]))*)"
)
_LOG_PREFIX = re.compile(
    r"(?:[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?[ \t]*->|(?:\[[^\]]*\][ \t]*)+:?(?:[ \t]*<\w+> [\w.]+:)?"
    r"|[EWIDV] \([0-9]+\) [\w.-]+:)[ \t]*(?=\S)"
)
"""What a log prints before each text, such as `[E][Wire.cpp:513] `: the numbers in it are not measured."""
_LABEL_AND_NUMBER = re.compile(rf"([^\W\d_][\w \t]*?)[ \t]({NUMBER})[ \t]*(?:(?!\S{{5}}){UNIT})?")
_LETTERS_AND_NUMBERS = re.compile(
    r"(?![GMN][0-9]+[ \t])(?=[^.]*[0-9]\.[0-9])(?:(?![vVeE])[A-Za-z]{1,2}[+-]?[0-9]+(?:\.[0-9]+)?[ \t,;]*)+"
)
"""Letters with a number right behind, such as `T23.5H44`; not `A1`, which is a name, nor G-code."""
_LETTERS_AND_NUMBER = re.compile(r"([A-Za-z]+)([+-]?[0-9]+(?:\.[0-9]+)?)")
_AT_REPLY = re.compile(r"\+[A-Z]{2,}:[ \t]*(-?[0-9]+(?:,-?[0-9]+)+)(?:,.*)?")
"""What a modem answers, such as `+CSQ: 21,0`: its commas separate whole numbers."""
_FRAME = re.compile(r"/\*([^A-Za-z]*[0-9][^A-Za-z]*)\*/")
"""A frame of Serial Studio, with numbers alone."""
_TELEPLOT = re.compile(rf">([^:]+):(?:[^§|]*;)?(?:[0-9.]+:)?({_VALUE})(?:[§|].*)?")
_MOST_WORDS = 2
"""How many words a label has if no sign is behind it. A text with more words is prose."""
_DECIMAL_COMMA = re.compile(rf"[+-]?[0-9]+,[0-9]{{1,2}}[ \t]*(?:{UNIT})?")
_COLUMN = re.compile(rf"({NUMBER})[ \t]*(?:(?!\S{{5}}){UNIT})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(?: [0-9]{3})+(?:[.,][0-9]+)?|(?:,[0-9]{3})+)")
_AROUND = f"{_SIGNS}()[]{{}}<>$/*"
"""What is around the columns of a line, as in the tuples of Python and the frames of Serial Studio."""


def assignments(text: str) -> list[str]:
    """The assignments on a line, each without the separators behind it; empty unless there are several.

    A line that begins with something else has none here: a repair removes that first.
    """
    starts = [match.start() for match in _ASSIGNMENT.finditer(text)]
    if len(starts) < 2 or starts[0]:
        return []
    return [text[start:end].strip(_SIGNS) for start, end in pairwise([*starts, len(text)])]


def has_second_assignment(value: str) -> bool:
    """Whether a value holds another assignment, such as `on v2=off`."""
    return "=" in value and any(match[0].endswith("=") for match in _ASSIGNMENT.finditer(value))


def numbers(value: str) -> list[str]:
    """The numbers in a value that consists of several; empty if it is anything else."""
    inner = value.strip(_SIGNS)
    # In `23,5;44,0`, the commas are decimal commas, because another sign separates the numbers.
    words = [word.replace(",", ".") for word in re.split(r",?[ \t;|]+", inner)]
    if not all(map(is_number, words)):
        words = re.split(r"[ \t,;|]+", inner)
    return words if len(words) > 1 and all(map(is_number, words)) else []


def without_frame(text: str) -> str:
    """`text` without what a log prints before each text, or without the frame around numbers."""
    if frame := _FRAME.fullmatch(text):
        return frame[1].strip(" \t")
    match = _LOG_PREFIX.match(text)
    return text[match.end() :] if match else text


def hint_for_numbers(text: str, rules: Rules) -> Message | None:
    """The hint for one name with several numbers, such as `v1=23.5 44.0`."""
    name, _, value = text.partition("=")
    found = numbers(value.strip(_AROUND))
    if not found:
        return None
    line = f"{name.strip()}={found[0]}"
    # `1 000` and `1,234,567` may also be one number each.
    is_clear = not _GROUPED.fullmatch(value.strip(_SIGNS)) and rules.accepts(line)
    return Message("hint_several_values", lines=(line if is_clear else example(rules),))


def hint_for_lines(lines: list[str]) -> Message:
    """The hint for several assignments: `lines` has each of them without a mistake, or is empty."""
    if not lines:
        return Message("hint_second_assignment")
    return Message("hint_one_value_per_line", lines=tuple(lines[:_SHOWN]))


def hint_for_plotter(text: str, rules: Rules) -> Message | None:
    """The hint for a format of plotters: `Temperature: 23.64, Humidity: 43.89`, or `512,498`."""
    found = _labelled(text) or [("", word) for word in _columns(text)]
    if not found:
        return None
    if all(is_sensor_fault(value) for _, value in found):
        return Message("hint_sensor_fault", value=found[0][1])
    shown = tuple(_assigned(found, rules)) or (example(rules),)
    label = found[0][0]
    if len(found) == 1 and is_target(label):
        return Message("hint_equals_sign", line=shown[0])
    if len(found) == 1:
        return other_name(label, shown[0])
    return Message("hint_several_values", lines=shown)


def _labelled(text: str) -> list[tuple[str, str]]:
    """The labels on a line, each with its value."""
    if "0x" in text:
        # Numbers in base 16 are mostly addresses, and not measured.
        return []
    if match := _TELEPLOT.fullmatch(text):
        return [(match[1].strip(), match[2])]
    if match := _AT_REPLY.fullmatch(text):
        return [("", value) for value in match[1].split(",")]
    found = []
    for match in _LABELLED.finditer(text):
        others = [value.strip() for value in match[3].split(",")[1:]]
        found += [(_label(text, match), match[2]), *(("", value) for value in others)]
    if found or (found := _labels_without_sign(text)):
        return found
    if match := _LABEL_AND_NUMBER.fullmatch(text):
        return [(_last_label(match[1]), match[2])]
    return _LETTERS_AND_NUMBER.findall(text) if _LETTERS_AND_NUMBERS.fullmatch(text) else []


def _label(text: str, match: re.Match[str]) -> str:
    """The label that `match` of `_LABELLED` has found; at the beginning of a line, with its first digits.

    The address of a DS18B20 is a label such as `28FF641E8216`.
    """
    before = text[: match.start()]
    return _last_label(before + match[1] if re.fullmatch(r"[\w-]+", before) else match[1])


def _last_label(text: str) -> str:
    """The label in `text`, which may begin with the unit of the value before."""
    return re.split(r"[ \t]{2,}", text)[-1].strip()


def _labels_without_sign(text: str) -> list[tuple[str, str]]:
    """The labels and values in a line such as `Temp 23.5 Hum 44`; empty if it has anything else."""
    found: list[tuple[str, str]] = []
    label: list[str] = []
    for word in re.split(r"[\"' \t,;|]+", text.strip(f"{_SIGNS}/*\"'")):
        if not is_number(word):
            label.append(word)
        elif label and len(label) <= _MOST_WORDS and all(part[0].isalpha() for part in label):
            found.append((" ".join(label), word))
            label = []
        else:
            return []
    return found if not label else []


def _columns(text: str) -> list[str]:
    """The numbers in the columns of a line, which spaces separate only if there is nothing but numbers.

    None for `23,5`, which is more probably one number with a decimal comma.
    """
    if _DECIMAL_COMMA.fullmatch(text):
        return []
    if "." in text and all(fields := [_COLUMN.fullmatch(word) for word in text.split()]) and fields[1:]:
        return [field[1] for field in fields if field]
    inner = text.strip(_AROUND)
    if words := numbers(inner):
        return words
    values = _numbers_in(re.split(r"[\t;|]", inner))
    if not any(map(_DECIMAL_COMMA.fullmatch, values)):
        # Else it is like `12:00:00;23,5`, where another sign than a comma separates the columns.
        values = _numbers_in(re.split(r"[\t,;|]", inner))
    return values if len(values) > 1 else []


def _numbers_in(fields: Iterable[str]) -> list[str]:
    """The numbers of those fields that are a number, perhaps with a unit."""
    values = []
    for field in map(str.strip, fields):
        if match := _COLUMN.fullmatch(field):
            values.append(match[1])
        elif is_sensor_fault(field):
            values.append(field)
    return values


def _assigned(found: list[tuple[str, str]], rules: Rules) -> list[str]:
    """Lines that assign the first of the labelled values to targets, each to another one.

    A label may be a target or the name of a datastream; any other value gets the first pin that accepts it.
    """
    named = {label: label if is_target(label) else rules.target_named(label) for label, _ in found}
    first = (f"v{pin}" for pin in range(1, _SHOWN + 1))
    free = [pin for pin in first if not keeps_texts(pin, rules)] + list(map(name_of, rules.samples))
    lines: list[str] = []
    for label, value in found[:_SHOWN]:
        taken = {*named.values(), *map(name_of, lines)}
        target = named[label]
        targets = [target] if target else [other for other in free if other not in taken]
        proposed = (f"{target}={value.replace(',', '.')}" for target in targets)
        lines += islice(filter(rules.accepts, proposed), 1)
    return lines
