"""Guesses the type of a value from the expression or the format that a sketch prints it with.

Invariants: the guess is made only where it is plain, else it is None; it looks at a bounded number of tokens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.wire.datastreams import DatastreamType, Reason, is_number, parse_value
from app.wire.sketches.source import END, Kind, Source, Token

_INT, _DOUBLE = DatastreamType.INT, DatastreamType.DOUBLE
_WHOLE = (
    *("int", "long", "short", "byte", "word", "bool", "boolean", "unsigned", "size_t", "time_t"),
    *(f"{sign}int{bits}_t" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)
TYPES = {**dict.fromkeys(_WHOLE, _INT), "float": _DOUBLE, "double": _DOUBLE}
"""The types of C++ that hold numbers."""
_FUNCTIONS = {
    **TYPES,
    **dict.fromkeys(
        (
            "analogRead",
            "digitalRead",
            "millis",
            "micros",
            "random",
            "map",
            "round",
            "lround",
            "toInt",
            "atoi",
        ),
        _INT,
    ),
    **dict.fromkeys(
        ("sin", "cos", "tan", "sqrt", "pow", "exp", "log", "log10", "fabs", "atof", "toFloat", "toDouble"),
        _DOUBLE,
    ),
    **dict.fromkeys(("readTemperature", "readHumidity", "readPressure", "readAltitude"), _DOUBLE),
    **dict.fromkeys(("getTempCByIndex", "getTempFByIndex"), _DOUBLE),
}
"""What functions of Arduino, of C and of well-known sensors return."""
_CONVERSION = re.compile(r"%[-+ #0-9.*]*(?:hh?|ll?|[zjtL])?([A-Za-z])(\.%)?")
_OF_CONVERSION = {**dict.fromkeys("diu", _INT), **dict.fromkeys("fFeEgG", _DOUBLE)}
_UNFINISHED = re.compile(r"%[-+ #0-9]*$")
_MACRO = re.compile(r"PRI[diu]")
_MOST_TOKENS = 24
"""An expression with more tokens is not plain."""
_LONGEST_NUMBER = 40
_MOST_DECLARED = 8
"""How many variables of one declaration are noted."""


def declared(source: Source) -> dict[str, DatastreamType | None]:
    """The types of the variables and functions that a sketch declares; None for one with several types."""
    found: dict[str, DatastreamType | None] = {}
    for place, token in enumerate(source.tokens):
        kind = TYPES.get(token.text) if token.kind is Kind.NAME else None
        if kind:
            for name in _names(source, place + 1):
                found[name] = kind if found.setdefault(name, kind) is kind else None
    return found


def _names(source: Source, place: int) -> list[str]:
    """The names that the declaration declares whose type is right before `place`."""
    names: list[str] = []
    place += source.at(place).is_sign("*", "&")
    while len(names) < _MOST_DECLARED:
        name = source.at(place)
        if name.kind is not Kind.NAME or name.text in TYPES:
            break
        names.append(name.text)
        if source.at(place + 1).is_sign("="):
            place += len(expression(source, place + 2)) + 1
        if not source.at(place + 1).is_sign(","):
            break
        place += 2
    return names


def expression(source: Source, place: int) -> list[Token]:
    """The tokens of the expression that begins at `place`, up to what ends it; some, if it has very many."""
    tokens: list[Token] = []
    depth = 0
    while len(tokens) < _MOST_TOKENS:
        token = source.at(place + len(tokens))
        is_added_text = token.is_sign("+") and source.at(place + len(tokens) + 1).kind is Kind.TEXT
        ends = token.is_sign(",", ")", "<<") or is_added_text
        if token is END or token.is_sign(";", "{", "}") or (ends and not depth):
            break
        depth += token.is_sign("(", "[") - token.is_sign(")", "]")
        tokens.append(token)
    return tokens


def of_expression(
    tokens: Sequence[Token], variables: dict[str, DatastreamType | None]
) -> DatastreamType | None:
    """The type of the value of an expression; None if that is not plain."""
    if len(tokens) == 1 and tokens[0].kind is Kind.TEXT:
        return of_text(tokens[0].text)
    if len(tokens) == _MOST_TOKENS or any(token.is_sign("?", "<", ">", "!", "==", "!=") for token in tokens):
        return None
    if len(tokens) == 4 and tokens[0].is_sign("(") and TYPES.get(tokens[1].text) and tokens[2].is_sign(")"):
        return TYPES[tokens[1].text]
    kinds = _operands(tokens, variables)
    if _DOUBLE in kinds:
        return _DOUBLE
    return _INT if kinds == {_INT} else None


def _operands(
    tokens: Sequence[Token], variables: dict[str, DatastreamType | None]
) -> set[DatastreamType | None]:
    """The types of the operands of an expression. The arguments of functions do not count."""
    kinds: set[DatastreamType | None] = set()
    place = 0
    while place < len(tokens):
        token, after = tokens[place], tokens[place + 1] if place + 1 < len(tokens) else END
        place += 1
        if token.kind is Kind.NUMBER:
            kinds.add(_of_number(token.text))
        elif token.kind is Kind.TEXT:
            kinds.add(None)
        elif token.kind is Kind.NAME and after.is_sign("("):
            kinds.add(variables.get(token.text) or _FUNCTIONS.get(token.text))
            place = _closed(tokens, place)
        elif token.kind is Kind.NAME and not after.is_sign(".", "->"):
            kinds.add(variables.get(token.text) or TYPES.get(token.text))
    return kinds


def _closed(tokens: Sequence[Token], place: int) -> int:
    """The place after the parenthesis that closes the one at `place`."""
    depth = 0
    for index in range(place, len(tokens)):
        depth += tokens[index].is_sign("(") - tokens[index].is_sign(")")
        if not depth:
            return index + 1
    return len(tokens)


def _of_number(text: str) -> DatastreamType:
    is_hex = text[:2].lower() == "0x"
    return _DOUBLE if not is_hex and ("." in text or text[-1] in "fF" or "e" in text.lower()) else _INT


def of_text(text: str) -> DatastreamType | None:
    """The type of a value that is printed as `text`, which may be a format of `printf`; None if unknown."""
    text = text.strip()
    if match := _CONVERSION.match(text):
        # "%d.%02d" prints a fraction in two parts.
        return _DOUBLE if match[2] else _OF_CONVERSION.get(match[1])
    if len(text) <= _LONGEST_NUMBER and is_number(text):
        parsed = parse_value(text, None)
        return None if isinstance(parsed, Reason) else parsed[1]
    return DatastreamType.STRING if any(map(str.isalpha, text)) and "%" not in text else None


def of_macro(text: str, after: Token) -> DatastreamType | None:
    """The type of a value that is printed with a format in a macro: `"%" PRId32`; None if it is none."""
    is_macro = after.kind is Kind.NAME and _MACRO.match(after.text) and _UNFINISHED.search(text)
    return _INT if is_macro else None
