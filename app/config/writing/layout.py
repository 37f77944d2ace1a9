"""The layout of a bench file: its tables in their order, with the comments and blank lines around them. Pure.

To which table a comment belongs:

- Comments between the keys of a table, and directly below its last key, belong to that table.
- Comments directly above a header belong to the table below. If there is no blank line above them either,
  they may as well belong to the table above: they move with the table below, and stay if it is removed.
- Other comments between two tables are headings: they move with the table below, and stay if it is removed.
- The comments at the beginning of the file, before the first blank line, stay at the beginning; those at the
  end, behind the last blank line, stay at the end.

Invariant: `text` of a layout that was not changed is the text that was read, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.config.writing.statements import Kind, Path, Statement, split

_MARK = "\ufeff"
DEVICE: Path = ("device",)
DATASTREAM: Path = ("device", "datastream")


@dataclass(eq=False)
class Section:
    """A table with its header."""

    header: Statement
    body: list[Statement]
    gap: list[Statement] = field(default_factory=list)
    """The blank lines above. They belong to the place in the file: another table there takes them over."""
    headings: list[Statement] = field(default_factory=list)
    """Comments above, and a blank line behind each paragraph of them."""
    shared: list[Statement] = field(default_factory=list)
    """Comments directly above the header, without a blank line between them and the table above."""
    attached: list[Statement] = field(default_factory=list)
    """Other comments directly above the header."""

    @property
    def statements(self) -> list[Statement]:
        """All lines of the table, in their order."""
        return [*self.gap, *self.headings, *self.shared, *self.attached, self.header, *self.body]


@dataclass(eq=False)
class Layout:
    """A bench file as its lines."""

    root: list[Statement]
    """The lines above the first table: comments, and the keys that are written without a header."""
    sections: list[Section]
    tail: list[Statement]
    """The blank lines and comments at the end."""
    newline: str = "\n"
    has_mark: bool = False
    is_ended: bool = True
    """Whether the last line has an end."""

    @property
    def text(self) -> str:
        """The bench file."""
        parts = [*self.root, *(line for section in self.sections for line in section.statements), *self.tail]
        text = "".join(part.text for part in parts)
        if not self.is_ended:
            text = text.removesuffix("\n").removesuffix("\r")
        return f"{_MARK}{text}" if self.has_mark else text

    def devices(self) -> list[list[Section]]:
        """The table of each device, followed by those of its datastreams."""
        found: list[list[Section]] = []
        for section in self.sections:
            if section.header.path == DEVICE:
                found.append([section])
            elif section.header.path == DATASTREAM:
                found[-1].append(section)
        return found

    def section(self, path: Path) -> Section | None:
        """The table with this name."""
        return next((section for section in self.sections if section.header.path == path), None)

    def comment(self, text: str, indent: str = "") -> Statement:
        """A line with the comment `text`."""
        return Statement(Kind.COMMENT, indent, text, self.newline)

    def blank(self) -> Statement:
        """A blank line."""
        return Statement(Kind.BLANK, "", "", self.newline)


def read(text: str) -> Layout:
    """The layout of a bench file that can be loaded."""
    plain = text.removeprefix(_MARK)
    newline = "\r\n" if plain.partition("\n")[0].endswith("\r") else "\n"
    is_ended = not plain or plain.endswith("\n")
    statements = split(plain if is_ended else plain + newline)
    layout = Layout([], [], [], newline, len(plain) < len(text), is_ended)
    body, between = layout.root, list[Statement]()
    for statement in statements:
        if statement.kind is Kind.HEADER:
            section = _section(statement, body, between)
            layout.sections.append(section)
            body, between = section.body, []
        elif statement.kind is Kind.KEY:
            body += [*between, statement]
            between = []
        else:
            between.append(statement)
    count = _blanks_or_comments(between, Kind.COMMENT)
    body += between[:count]
    layout.tail = between[count:]
    return layout


def _section(header: Statement, above: list[Statement], between: list[Statement]) -> Section:
    """The section of `header`; `between` is what is between it and the body `above`, which gets its part."""
    count = _blanks_or_comments(reversed(between), Kind.COMMENT)
    attached = between[len(between) - count :]
    rest = between[: len(between) - count]
    own = _blanks_or_comments(rest, Kind.COMMENT)
    above += rest[:own]
    rest = rest[own:]
    if not rest:
        return Section(header, [], shared=attached)
    blanks = _blanks_or_comments(rest, Kind.BLANK)
    return Section(header, [], rest[:blanks], rest[blanks:], attached=attached)


def _blanks_or_comments(statements: Iterable[Statement], kind: Kind) -> int:
    """How many statements at the beginning are of this kind."""
    count = 0
    for statement in statements:
        if statement.kind is not kind:
            break
        count += 1
    return count
