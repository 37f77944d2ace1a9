"""Explains why a document does not fit its type: the place, the mistake and the fix. Pure.

The same mistake has the same explanation in every kind of file: a bench file, a devices file, a faults file.

Invariants: an explanation shows no value of the document, because a value may be a token in the wrong place.
There are two exceptions: the `name` of a table is shown, and the text of an error that a type's
`__post_init__` raises is shown as it is, even if it contains a value. Every error of msgspec and tomllib is
explained, in the library's own words if there are no better ones.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, cast

import msgspec
from msgspec import inspect

from app.errors import PinbridgeError
from app.messages.message import Message, verbatim

_ERROR = re.compile(r"(.*?)(?: - at `\$([^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[([0-9]+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_WRONG_TYPE = re.compile(r"Expected `(.*)`, got `(.*)`")
_TYPES = {
    "int": "type_int",
    "float": "type_float",
    "str": "type_str",
    "bool": "type_bool",
    "array": "type_array",
    "object": "type_object",
    "date": "type_time",
    "time": "type_time",
    "datetime": "type_time",
    "null": "type_null",
}
_MAX_COMPARED = 100
"""How many characters of an unknown key are compared with the known ones: it may have a million."""
_TOML_ERRORS = {
    "Invalid value": "not_toml_unquoted",
    "Unescaped": "not_toml_backslash",
    "Invalid hex": "not_toml_backslash",
    "Cannot overwrite": "not_toml_twice",
    "Cannot declare": "not_toml_twice",
}


class _Place:
    """The place of an error in a document: its name, the type expected there, and the tables around it."""

    def __init__(self, path: str, document: Any, root: type) -> None:
        self.text = ""
        """The place as an explanation names it: `device[0] "greenhouse", datastream[2].min`."""
        self.table = ""
        """The place as the header of a TOML table names it, without brackets: `device.datastream`."""
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
                # A table with free names, such as [organisation.NAME]. msgspec does not report the name.
                self.type = cast(inspect.DictType, self.type).value_type
                key = next(key for key, value in node.items() if not _fits(value, self.type))
                node = node[key]
                self._add_field(key)
        self.text = self.text.removesuffix(", ")

    def _add_field(self, name: str) -> None:
        self.text += name if not self.text or self.text.endswith(", ") else f".{name}"
        self.table += f".{name}" if self.table else name

    def _add_index(self, index: str, item: object) -> None:
        self.text += f"[{index}]"
        name = item.get("name") if isinstance(item, dict) else None
        if isinstance(name, str) and name:
            self.text += f' "{name}", '


def explain(error: msgspec.ValidationError, document: Any, root: type, *, is_toml: bool = True) -> Message:
    """Explain the `error` that msgspec raised when it converted `document` to the type `root`."""
    # The match is never None, because the pattern matches any text.
    what, path = cast(re.Match[str], _ERROR.fullmatch(str(error))).groups("")
    place = _Place(path, document, root)
    found = (
        _explained_by_type(error)
        or _choice(place.type)
        or _wrong_key(what, place)
        or _wrong_type(what, place, is_toml=is_toml)
        or verbatim(what)
    )
    return Message("about", subject=place.text, message=found) if place.text else found


def steps_of(error: msgspec.ValidationError) -> tuple[str | int, ...]:
    """The keys and indexes of the place where msgspec found the `error`, from the outermost table on.

    They end above a table with a free name, such as `[organisation.NAME]`, which msgspec does not report.
    """
    _, path = cast(re.Match[str], _ERROR.fullmatch(str(error))).groups("")
    steps = _STEP.findall(path)
    named = next((place for place, (_, index) in enumerate(steps) if index == "..."), len(steps))
    return tuple(field or int(index) for field, index in steps[:named])


def explain_toml(error: tomllib.TOMLDecodeError) -> Message:
    """Explain why a document is not valid TOML."""
    words = str(error)
    codes = (code for start, code in _TOML_ERRORS.items() if words.startswith(start))
    return Message(next(codes, "not_toml"), words=words)


def _explained_by_type(error: msgspec.ValidationError) -> Message | None:
    """The message of the PinbridgeError that caused `error`.

    A type's `__post_init__` raises PinbridgeError for an invalid value; msgspec then raises `error`. Returns
    None if msgspec itself found the value invalid.
    """
    return error.__cause__.message if isinstance(error.__cause__, PinbridgeError) else None


def _fits(value: object, kind: inspect.Type) -> bool:
    """Whether `value` can be converted to `kind`."""
    try:
        # `kind` is a struct, because only tables have names that the user may choose.
        msgspec.convert(value, cast(inspect.StructType, kind).cls)
    except msgspec.ValidationError:
        return False
    return True


def _choice(kind: inspect.Type) -> Message | None:
    for part in kind.types if isinstance(kind, inspect.UnionType) else (kind,):
        if isinstance(part, inspect.EnumType):
            return Message("wrong_choice", choices=tuple(f'"{member.value}"' for member in part.cls))
    return None


def _wrong_key(what: str, place: _Place) -> Message | None:
    if match := _MISSING.fullmatch(what):
        return Message("missing_key", key=match[1])
    match = _UNKNOWN.fullmatch(what)
    if not match:
        return None
    key = match[1]
    for table, parent in place.parents:
        if key in _keys_of_values(parent):
            if not table:
                return Message("key_of_top", key=key)
            return Message("key_of_table_above", key=key, table=table)
    from difflib import get_close_matches  # here, so that the window opens sooner

    known = tuple(field.encode_name for field in cast(inspect.StructType, place.type).fields)
    near = get_close_matches(key[:_MAX_COMPARED].lower(), known, 1, 0.5)
    if near:
        return Message("unknown_key_near", key=key, near=near[0])
    return Message("unknown_key", key=key, known=known, count=len(known))


def _keys_of_values(struct: inspect.StructType) -> list[str]:
    """The keys of `struct` that hold plain values, not tables."""
    return [field.encode_name for field in struct.fields if not _is_table(field.type)]


def _is_table(kind: inspect.Type) -> bool:
    item = kind.item_type if isinstance(kind, inspect.VarTupleType) else kind
    return isinstance(item, inspect.StructType | inspect.DictType)


def _wrong_type(what: str, place: _Place, *, is_toml: bool) -> Message | None:
    if what == "Number out of range":
        return Message("number_too_large")
    match = _WRONG_TYPE.fullmatch(what)
    if not match:
        return None
    wanted, got = match[1].removesuffix(" | null"), match[2]
    if is_toml and got == "object" and _is_table(place.type):
        return Message("double_brackets_needed", table=place.table)
    if is_toml and got == "array" and isinstance(place.type, inspect.StructType):
        return Message("single_brackets_needed", table=place.table)
    return Message("wrong_type", wanted=_type_name(wanted), got=_type_name(got))


def _type_name(name: str) -> Message:
    return Message(_TYPES[name]) if name in _TYPES else verbatim(name)
