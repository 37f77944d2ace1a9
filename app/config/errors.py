"""What is wrong with a bench file, in one line: where, what, and the mend.

Invariants: an error that was found while a document was read as a type always has a line; what
is told here repeats keys and names alone, so that a token in the wrong place is not shown.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import Any, cast

import msgspec
from msgspec import inspect

from app.errors import PinbridgeError

_MESSAGE = re.compile(r"(.*?)(?: - at `\$([^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[([0-9]+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_WRONG_TYPE = re.compile(r"Expected `(.*)`, got `(.*)`")
_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text in quotes",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}
_TOML_MENDS = {
    "Invalid value": "put a text in quotes",
    "Unescaped": "write / or \\\\ in paths",
    "Invalid hex": "write / or \\\\ in paths",
    "Cannot overwrite": "a key or a table stands twice, or [device] is not written [[device]]",
    "Cannot declare": "a key or a table stands twice, or [device] is not written [[device]]",
}


class ConfigError(PinbridgeError, ValueError):
    """The bench file, or what stands in its place on the command line, cannot be used as it is."""


class _Place:
    """Where in a document an error is: its words, its type, and the tables that lead there."""

    def __init__(self, path: str, document: Any, root: type) -> None:
        self.words = ""
        self.table = ""
        """How the place is written as a table's header, without its brackets."""
        self.type: inspect.Type = inspect.type_info(root)
        self.parents: list[tuple[str, inspect.StructType]] = []
        node = document
        for field, index in _STEP.findall(path):
            if isinstance(self.type, inspect.StructType):
                self.parents.append((self.table, self.type))
                self.type = next(f.type for f in self.type.fields if f.encode_name == field)
                node = node[field]
                self._add_field(field)
            elif isinstance(self.type, inspect.VarTupleType):
                self.type = self.type.item_type
                node = node[int(index)]
                self._add_index(index, node)
            else:
                self.type = cast(inspect.DictType, self.type).value_type
                key = next(key for key, value in node.items() if not _fits(value, self.type))
                node = node[key]
                self._add_field(key)
        self.words = self.words.removesuffix(", ")

    def _add_field(self, name: str) -> None:
        self.words += name if not self.words or self.words.endswith(", ") else f".{name}"
        self.table += f".{name}" if self.table else name

    def _add_index(self, index: str, item: object) -> None:
        self.words += f"[{index}]"
        name = item.get("name") if isinstance(item, dict) else None
        if isinstance(name, str) and name:
            self.words += f' "{name}", '


def explain(error: msgspec.ValidationError, document: Any, root: type) -> str:
    """The line for an `error` that came up when `document` was read as a `root`."""
    # It matches any text.
    what, path = cast(re.Match[str], _MESSAGE.fullmatch(str(error))).groups("")
    place = _Place(path, document, root)
    said = _enum_mend(place.type) or _key_mend(what, place) or _type_mend(what, place) or what
    return one_line(f"{place.words}: {said}" if place.words else said)


def explain_syntax(error: tomllib.TOMLDecodeError) -> str:
    """The line for a document that is no TOML."""
    what = str(error)
    mend = next((mend for start, mend in _TOML_MENDS.items() if what.startswith(start)), "")
    return one_line(f"is not TOML: {what}" + (f": {mend}" if mend else ""))


def one_line(text: str) -> str:
    """`text` with every line break and control character in it made a space."""
    return _BREAK.sub(" ", text)


def listed(words: list[str], last: str) -> str:
    """`a, b or c`, with `last` for the `or`."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _fits(value: object, kind: inspect.Type) -> bool:
    """Whether a value is of a type; tables alone are found by names that are not the type's own."""
    try:
        msgspec.convert(value, cast(inspect.StructType, kind).cls)
    except msgspec.ValidationError:
        return False
    return True


def _enum_mend(kind: inspect.Type) -> str:
    for part in kind.types if isinstance(kind, inspect.UnionType) else (kind,):
        if isinstance(part, inspect.EnumType):
            quoted = [f'"{member.value}"' for member in part.cls]
            return f"write {listed(quoted, 'or')}"
    return ""


def _key_mend(what: str, place: _Place) -> str:
    if match := _MISSING.fullmatch(what):
        return f"{match[1]} is missing: add it"
    match = _UNKNOWN.fullmatch(what)
    if not match:
        return ""
    key = match[1]
    for table, parent in place.parents:
        if table and key in _keys(parent):
            return f"unknown key {key}: it belongs to {table}, so write it above this table"
    known = _keys(cast(inspect.StructType, place.type))
    near = difflib.get_close_matches(key.lower(), known, 1, 0.5)
    return f"unknown key {key}: " + (
        f"did you mean {near[0]}?" if near else f"known are {listed(known, 'and')}"
    )


def _keys(struct: inspect.StructType) -> list[str]:
    return [field.encode_name for field in struct.fields]


def _type_mend(what: str, place: _Place) -> str:
    if what == "Number out of range":
        return "the number is too large: write a smaller one"
    match = _WRONG_TYPE.fullmatch(what)
    if not match:
        return ""
    wanted, got = match[1].removesuffix(" | null"), match[2]
    many = isinstance(place.type, inspect.VarTupleType) and isinstance(
        place.type.item_type, inspect.StructType
    )
    if many and got == "object":
        return f"write [[{place.table}]], in double brackets"
    if isinstance(place.type, inspect.StructType) and got == "array":
        return f"write [{place.table}], in single brackets"
    return f"expected {_WORDS.get(wanted, wanted)}, got {_WORDS.get(got, got)}"
