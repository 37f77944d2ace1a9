"""Sets, adds and removes keys among the lines of a table. Pure.

Invariants: lines of other keys, comments and blank lines are never changed. A comment at the end of a changed
line stays there; if the key is removed, the comment becomes a line of its own in the same place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.config.writing.inline import pairs
from app.config.writing.layout import Layout
from app.config.writing.statements import Kind, Path, Statement
from app.config.writing.values import Value, key_text, literal


def set_keys(
    layout: Layout,
    lines: list[Statement],
    prefix: Path,
    values: Mapping[str, Value | None],
    order: Sequence[str],
) -> None:
    """Give keys new values; None removes the key.

    `lines` are those of a table. If the keys are written as dotted keys in the table above, `lines` are those
    of that table, and `prefix` is what their names begin with. A new key is inserted behind the one that
    comes before it in `order`.
    """
    for key, value in values.items():
        path = (*prefix, key)
        place = next((place for place, line in enumerate(lines) if line.path == path), None)
        if value is None:
            parts = [kept_comment(layout, line) if line.path == path else [line] for line in lines]
            lines[:] = [line for part in parts for line in part]
        elif place is None:
            _insert(layout, lines, path, value, order)
        else:
            line = lines[place]
            lines[place] = line._replace(content=literal(value, line.content))


def kept_comment(layout: Layout, line: Statement) -> list[Statement]:
    """The comment at the end of `line` as a line of its own; empty if there is none."""
    return [layout.comment(line.comment, line.indent)] if line.comment else []


def key_line(layout: Layout, path: Path, value: str, indent: str = "") -> Statement:
    """A line that gives a key the TOML `value`."""
    return Statement(Kind.KEY, f"{indent}{key_text(path)} = ", value, layout.newline, path)


def dissolve(layout: Layout, lines: list[Statement], prefix: Path) -> None:
    """Replace inline tables, whose names begin with `prefix`, by dotted keys that mean the same.

    Empty ones stay, because nothing else would name the table; except for `prefix` itself.
    """
    place = 0
    while place < len(lines):
        line = lines[place]
        is_inline = line.content.startswith("{") and line.path[: len(prefix)] == prefix
        inner = pairs(line.content) if is_inline else []
        if inner or (is_inline and line.path == prefix):
            keys = [key_line(layout, (*line.path, *path), value, line.indent) for path, value in inner]
            lines[place : place + 1] = [*kept_comment(layout, line), *keys]
        else:
            place += 1


def rename(lines: list[Statement], prefix: Path, names: Mapping[str, str]) -> None:
    """Rename tables below `prefix` that are written as dotted keys; `names` has the new names by the old."""
    at = len(prefix)
    for place, line in enumerate(lines):
        if line.path and line.path[:at] == prefix and line.path[at] in names:
            path = (*prefix, names[line.path[at]], *line.path[at + 1 :])
            lines[place] = line._replace(before=f"{line.indent}{key_text(path)} = ", path=path)


def _insert(layout: Layout, lines: list[Statement], path: Path, value: Value, order: Sequence[str]) -> None:
    table = path[:-1]
    for place, line in enumerate(lines):
        if table and line.path == table:
            # An empty inline table.
            new = key_line(layout, path, literal(value), line.indent)
            lines[place] = new._replace(after=line.after)
            return
    siblings = {
        order.index(line.path[-1]): place
        for place, line in enumerate(lines)
        if line.path and line.path[:-1] == table and line.path[-1] in order
    }
    before = [rank for rank in siblings if rank < order.index(path[-1])]
    near = siblings[max(before) if before else min(siblings)] if siblings else None
    indent = lines[near].indent if near is not None else ""
    place = 0
    if near is not None and (before or table):
        place = near + 1
        while _is_continued(lines[place : place + 1], indent):
            place += 1
    lines.insert(place, key_line(layout, path, literal(value), indent))


def _is_continued(following: list[Statement], indent: str) -> bool:
    """Whether the next line is a comment that goes on from the line above, because it is indented more."""
    return any(line.kind is Kind.COMMENT and len(line.indent) > len(indent) for line in following)
