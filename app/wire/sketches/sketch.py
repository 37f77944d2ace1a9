"""Finds the datastreams that a sketch seems to print, or to send with Blynk's library.

A target is found where a text literal begins with it (`"v1="`), in the formats of `printf` and in further
assignments of the same literal, and in `Blynk.virtualWrite(V1, x)`. Its type is guessed from what is printed
after it, its name and its unit are those in a comment at the end of the line.

Invariants: any text gives valid datastreams, each target once, in the order of the text, in time proportional
to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.wire.announced import unit_of
from app.wire.datastreams import Datastream, DatastreamType, Reason
from app.wire.sketches.kinds import declared, expression, of_expression, of_macro, of_text
from app.wire.sketches.source import Kind, Source, Token, read
from app.wire.targets import parse_target

MOST_DATASTREAMS = 256
_FIRST = re.compile(r"[,;& \t]*([vV][0-9]{1,3}|ds[0-9]{1,10})[ \t]*=")
_NEXT = re.compile(r"[,;& \t]([vV][0-9]{1,3}|ds[0-9]{1,10})[ \t]*=")
_PIN = re.compile(r"V?([0-9]{1,3})")
_COMPARING = frozenset(
    ("startsWith", "endsWith", "indexOf", "equals", "strcmp", "strncmp", "strstr", "strtok", "find")
)
"""Functions that look for a text in what the sketch receives."""
_PRINTING = frozenset(("print", "println", "printf", "write", "concat"))
_MOST_BRACKETS = 8
_LONGEST_NAME = 40
_CODE = re.compile(r"[;{}=]|\w\(|^\W*(?:TODO|FIXME|XXX)\b|https?:")
_UNITS = (
    *(
        "%",
        "°C",
        "°F",
        "°",
        "°/s",
        "K",
        "V",
        "mV",
        "µV",
        "A",
        "mA",
        "µA",
        "W",
        "mW",
        "kW",
        "W/m²",
        "Wh",
        "kWh",
    ),
    *(
        "Ω",
        "kΩ",
        "MΩ",
        "Hz",
        "kHz",
        "MHz",
        "Pa",
        "hPa",
        "kPa",
        "bar",
        "mbar",
        "lx",
        "lux",
        "ppm",
        "ppb",
        "rpm",
    ),
    *(
        "m",
        "cm",
        "mm",
        "µm",
        "km",
        "m²",
        "m³",
        "cm³",
        "s",
        "ms",
        "µs",
        "min",
        "h",
        "m/s",
        "km/h",
        "m/s²",
        "mm/h",
    ),
    *(
        "l",
        "L",
        "ml",
        "mL",
        "l/min",
        "L/min",
        "g",
        "kg",
        "mg",
        "µg",
        "µg/m³",
        "mg/m³",
        "N",
        "J",
        "T",
        "mT",
        "µT",
    ),
    *("dB", "dBm", "pH", "µSv/h"),
)
_WITH_UNIT = re.compile(r"(.*?)(?:[ \t]*[\[(]([^\s\])]{1,10})[\])]|(?:,|[ \t]in)[ \t]+(\S{1,10}))")


class _Printed(NamedTuple):
    """A place where a sketch prints a value."""

    target: str
    kind: DatastreamType | None
    lines: tuple[int, int]
    """Where the name is, and where the value ends."""


def datastreams_of(text: str) -> tuple[Datastream, ...]:
    """The datastreams that the sketch with the source `text` seems to print."""
    source = read(text)
    found: dict[str, list[_Printed]] = {}
    for printed in _all_printed(source):
        if printed.target in found or len(found) < MOST_DATASTREAMS:
            found.setdefault(printed.target, []).append(printed)
    on_line: dict[int, set[str]] = {}
    for target, places in found.items():
        for place in places:
            for line in place.lines:
                on_line.setdefault(line, set()).add(target)
    return tuple(_datastream(target, places, source, on_line) for target, places in found.items())


def _datastream(
    target: str, places: list[_Printed], source: Source, on_line: dict[int, set[str]]
) -> Datastream:
    # A comment beside several targets is about none of them.
    lines = (line for place in places for line in place.lines if on_line[line] == {target})
    labels = (_label(source.comments.get(line, "")) for line in lines)
    name, unit = next((label for label in labels if label != ("", "")), ("", ""))
    is_pin = target.startswith("v")
    return Datastream(
        virtual_pin=int(target[1:]) if is_pin else None,
        id=None if is_pin else int(target[2:]),
        type=_together({place.kind for place in places}),
        name=name,
        unit=unit,
    )


def _together(kinds: set[DatastreamType | None]) -> DatastreamType | None:
    """The type for values of all these types; None stands for an unknown one."""
    known = kinds - {None}
    if known == {DatastreamType.INT, DatastreamType.DOUBLE}:
        return DatastreamType.DOUBLE
    return known.pop() if len(known) == 1 else None


def _all_printed(source: Source) -> Iterator[_Printed]:
    variables = declared(source)
    pins = _pins(source)
    calls: list[str] = []
    for place, token in enumerate(source.tokens):
        before = source.tokens[place - 1] if place else token
        if token.is_sign("("):
            calls.append(before.text if before.kind is Kind.NAME else "")
            if calls[-1] == "virtualWrite":
                yield from _written(source, place + 1, pins, variables)
        elif token.is_sign(")") and calls:
            calls.pop()
        elif token.is_sign("{", "}"):
            # Parentheses that do not match cannot reach beyond a block.
            calls.clear()
        elif token.kind is Kind.TEXT and not _is_compared(before, calls):
            yield from _in_literal(source, place, variables)


def _is_compared(before: Token, calls: list[str]) -> bool:
    """Whether a literal is compared with what the sketch receives; `calls` are the functions around it."""
    return before.is_sign("==", "!=") or not _COMPARING.isdisjoint(calls[-_MOST_BRACKETS:])


def _in_literal(
    source: Source, place: int, variables: dict[str, DatastreamType | None]
) -> Iterator[_Printed]:
    token = source.tokens[place]
    for part in token.text.splitlines():
        first = _FIRST.match(part)
        if first is None:
            continue
        names = [first, *_NEXT.finditer(part, first.end())]
        ends = [match.start() for match in names[1:]] + [len(part)]
        for match, end in zip(names, ends, strict=True):
            target = parse_target(match[1])
            if isinstance(target, Reason):
                continue
            value = part[match.end() : end].strip(",;& \t")
            is_open = end == len(part) and token.text.endswith(part)
            after = _value_after(source, place, value, variables) if is_open else (of_text(value), place)
            kind, last = after
            yield _Printed(target, kind, (token.line, max(token.line, source.at(last).line)))


def _value_after(
    source: Source, place: int, value: str, variables: dict[str, DatastreamType | None]
) -> tuple[DatastreamType | None, int]:
    """The type of a value that begins as `value` at the end of the literal at `place`, and where it ends."""
    after = source.at(place + 1)
    if value:
        return of_macro(value, after) or of_text(value), place
    if after.kind is Kind.TEXT:
        return of_macro(after.text, source.at(place + 2)) or of_text(after.text), place + 1
    begin = _value_place(source, place + 1)
    if begin is None:
        return None, place
    tokens = expression(source, begin)
    if len(tokens) > 1 and tokens[0].text == "String" and tokens[1].is_sign("("):
        begin += 2
        tokens = expression(source, begin)
    end = begin + len(tokens)
    kind = of_expression(tokens, variables)
    digits = source.at(end + 1)
    if source.at(end).is_sign(",") and source.at(end + 2).is_sign(")"):
        # The second argument of print() is the number of decimals, or the base of an int: 2, HEX.
        if kind is DatastreamType.INT:
            kind = kind if digits.text in ("10", "DEC") else None
        elif kind is None and digits.kind is Kind.NUMBER:
            kind = DatastreamType.DOUBLE
    return kind, end


def _value_place(source: Source, place: int) -> int | None:
    """Where the value is that follows a literal: added to it, streamed, or printed by the next statement."""
    for _ in range(_MOST_BRACKETS):
        if not source.at(place).is_sign(")"):
            break
        place += 1
    if source.at(place).is_sign("+", "<<", ","):
        return place + 1
    if not source.at(place).is_sign(";") or source.at(place + 1).kind is not Kind.NAME:
        return None
    if source.at(place + 2).is_sign("+="):
        return place + 3
    is_call = source.at(place + 2).is_sign(".", "->") and source.at(place + 4).is_sign("(")
    return place + 5 if is_call and source.at(place + 3).text in _PRINTING else None


def _pins(source: Source) -> dict[str, str]:
    """What the names stand for that a sketch defines as a pin: `#define PIN V1`, `const int PIN = 1;`."""
    found: dict[str, str] = {}
    for place, token in enumerate(source.tokens):
        name = source.at(place + 1)
        if (
            token.kind is Kind.DIRECTIVE
            and token.text == "define"
            and source.at(place + 2).line == token.line
        ):
            found[name.text] = source.at(place + 2).text
        elif token.kind is Kind.NAME and name.is_sign("=") and source.at(place + 3).is_sign(";"):
            found.setdefault(token.text, source.at(place + 2).text)
    return found


def _written(
    source: Source, place: int, pins: dict[str, str], variables: dict[str, DatastreamType | None]
) -> Iterator[_Printed]:
    """What `Blynk.virtualWrite` sends, whose arguments begin at `place`."""
    pin = source.at(place)
    match = _PIN.fullmatch(pins.get(pin.text, pin.text))
    target = parse_target(f"v{match[1]}") if match else Reason.WRONG_PIN
    if isinstance(target, Reason) or not source.at(place + 1).is_sign(","):
        return
    tokens = expression(source, place + 2)
    end = place + 2 + len(tokens)
    kind = of_expression(tokens, variables) if source.at(end).is_sign(")") else None
    yield _Printed(target, kind, (pin.line, source.at(end).line))


def _label(comment: str) -> tuple[str, str]:
    """The name and the unit in a comment; empty where it has none."""
    text = " ".join(comment.strip("/!<*- \t\r").split())
    if not text or len(text) > _LONGEST_NAME or not text.isprintable() or _CODE.search(text):
        return "", ""
    if unit_of(text) in _UNITS:
        return "", unit_of(text)
    match = _WITH_UNIT.fullmatch(text)
    unit = unit_of(match[2] or match[3]) if match else ""
    return (match[1], unit) if match and unit in _UNITS else (text, "")
