"""Makes new tables of a bench file, with the keys that are needed. Pure.

Invariant: a key that has its default is left out, except for the names that tell devices apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.config.bench_file import BenchSection, DeviceConfig, Organisation
from app.config.writing.inline import elements, pairs
from app.config.writing.keys import kept_comment, key_line
from app.config.writing.layout import DATASTREAM, DEVICE, Layout, Section
from app.config.writing.statements import Kind, Path, Statement
from app.config.writing.values import key_text, literal
from app.wire.datastreams import Datastream

KINDS: Mapping[Path, type[msgspec.Struct]] = {
    ("bench",): BenchSection,
    ("organisation",): Organisation,
    DEVICE: DeviceConfig,
    DATASTREAM: Datastream,
}
"""The types of the tables, by the first parts of their names."""

_ALWAYS: Mapping[Path, tuple[str, ...]] = {("bench",): ("name",), DEVICE: ("name",)}


def keys_of(path: Path) -> list[str]:
    """The keys of a table that hold plain values, in the order of the reference."""
    return [field.encode_name for field in _fields(path) if field.name != "datastream"]


def new_table(layout: Layout, path: Path, table: Mapping[str, Any], like: Section | None = None) -> Section:
    """A table named `path` with the values in `table`, indented and separated as the table `like`."""
    lines = [line for line in like.body if line.path] if like else []
    indent = lines[0].indent if lines else ""
    body = [
        key_line(layout, (field.encode_name,), literal(table[field.encode_name]), indent)
        for field in _fields(path)
        if field.name != "datastream" and _is_needed(path, field, table[field.encode_name])
    ]
    gap = list(like.gap) if like and like is not layout.sections[0] else [layout.blank()]
    return Section(header(layout, path, like.header.indent if like else ""), body, gap)


def header(layout: Layout, path: Path, indent: str = "", comment: str = "") -> Statement:
    """The line with the name of a table."""
    start, end = ("[[", "]]") if path in (DEVICE, DATASTREAM) else ("[", "]")
    after = f"{end}  {comment}" if comment else end
    return Statement(Kind.HEADER, f"{indent}{start}", key_text(path), f"{after}{layout.newline}", path)


def unfold(layout: Layout, lines: list[Statement], path: Path) -> list[Section]:
    """Remove the list of inline tables for `path` from `lines`; return the same as tables with headers."""
    place = next((place for place, line in enumerate(lines) if line.path == path[-1:]), None)
    if place is None:
        return []
    line = lines[place]
    found, end = elements(line.content)
    lines[place : place + 1] = kept_comment(layout, line)
    sections = [
        Section(
            header(layout, path, comment=element.comment),
            [key_line(layout, key, value) for key, value in pairs(element.text)],
            [layout.blank()],
            attached=[layout.comment(text) for text in element.above],
        )
        for element in found
    ]
    last = sections[-1].body if sections else lines
    last += [layout.comment(text) for text in end]
    return sections


def _fields(path: Path) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(KINDS.get(path) or KINDS[path[:1]])


def _is_needed(path: Path, field: msgspec.structs.FieldInfo, value: object) -> bool:
    if field.required or field.encode_name in _ALWAYS.get(path, ()):
        return True
    return bool(value != msgspec.to_builtins(field.default))
