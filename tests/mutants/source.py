"""The text of a module with the positions of its syntax nodes; a mutant is this text with one span replaced.

Invariants: positions are indices into the text, so that a mutant changes nothing outside of its span; the
diff that identifies a mutant contains no line numbers and no indentation.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

Edit = tuple[str, int, int, str]
"""The kind of a change, the start and the end of the span that it replaces, and the replacement."""

_CONTEXT_LINES = 2


class Source:
    """The text of one module, and its syntax tree."""

    def __init__(self, path: str, text: str) -> None:
        """`path` names the module in diffs, relative to the project."""
        self.path = path
        self.text = text
        self.tree = ast.parse(text)
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The indices at which a node begins and ends, without parentheses around it."""
        assert isinstance(node, ast.expr | ast.stmt | ast.keyword | ast.pattern)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._index(node.lineno, node.col_offset), self._index(node.end_lineno, node.end_col_offset)

    @cached_property
    def meaning(self) -> str:
        """The syntax tree as text; it is the same whatever the spacing and the comments are."""
        return ast.dump(self.tree)

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """All functions of the module, also those within others."""
        return [
            node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    def segment(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def line(self, index: int) -> int:
        """The number of the line that contains `index`, counted from 1."""
        return self.text.count("\n", 0, index) + 1

    def function_lines(self, index: int) -> range | None:
        """The line numbers of the innermost function's body around `index`; None outside of all functions."""
        line = self.line(index)
        bodies = [range(node.body[0].lineno, (node.end_lineno or 0) + 1) for node in self.functions]
        return min((body for body in bodies if line in body), key=len, default=None)

    def replaced(self, start: int, end: int, replacement: str) -> tuple[int, list[str], list[str]]:
        """The count of lines before a span, the lines that it is in, and these lines with the replacement."""
        first, after = self.line(start) - 1, self.line(end)
        head, tail = self.text[self._starts[first] : start], self.text[end : self._starts[after] - 1]
        return first, self._lines[first:after], f"{head}{replacement}{tail}".split("\n")

    def _index(self, line: int, utf8_column: int) -> int:
        text = self._lines[line - 1]
        column = utf8_column if text.isascii() else len(text.encode()[:utf8_column].decode())
        return self._starts[line - 1] + column


@dataclass(frozen=True)
class Mutant:
    """A source in which the span from `start` to `end` is replaced by `replacement`."""

    source: Source
    operator: str
    """The kind of change, in a few words."""
    function: str
    """The dotted name of the class or function around the change; empty at the module's level."""
    start: int
    end: int
    replacement: str

    @cached_property
    def text(self) -> str:
        """The text of the whole mutated module."""
        text = self.source.text
        return text[: self.start] + self.replacement + text[self.end :]

    def is_valid(self) -> bool:
        """Whether the mutant compiles, and its syntax tree differs from that of the source."""
        try:
            compile(self.text, self.source.path, "exec", dont_inherit=True)
        except SyntaxError:
            return False
        return ast.dump(ast.parse(self.text)) != self.source.meaning

    @property
    def key(self) -> tuple[str, ...]:
        """The lines that the mutant removes and adds; they identify it in the list of equivalents."""
        _, removed, added = self._changed_lines()
        return key_of([f"-{line}" for line in removed] + [f"+{line}" for line in added])

    @property
    def diff(self) -> str:
        """The mutation as a unified diff."""
        first, removed, added = self._changed_lines()
        lines = self.source.text.removesuffix("\n").split("\n")
        before = lines[max(0, first - _CONTEXT_LINES) : first]
        after = lines[first + len(removed) :][:_CONTEXT_LINES]
        begin, context = first - len(before) + 1, len(before) + len(after)
        head = [
            f"--- a/{self.source.path}",
            f"+++ b/{self.source.path}",
            f"@@ -{begin},{context + len(removed)} +{begin},{context + len(added)} @@ {self.function}",
        ]
        body = [f" {line}" for line in before]
        body += [f"-{line}" for line in removed] + [f"+{line}" for line in added]
        return "\n".join([*head, *body, *(f" {line}" for line in after)])

    def _changed_lines(self) -> tuple[int, list[str], list[str]]:
        """The count of unchanged lines before the mutation, its removed lines, and its added lines."""
        same, removed, added = self.source.replaced(self.start, self.end, self.replacement)
        while removed and added and removed[0] == added[0]:
            del removed[0], added[0]
            same += 1
        while removed and added and removed[-1] == added[-1]:
            del removed[-1], added[-1]
        return same, removed, added


def key_of(diff_lines: list[str]) -> tuple[str, ...]:
    """The removed and added lines of a diff, with all spacing reduced to single spaces."""
    return tuple(
        f"{line[0]} {' '.join(line[1:].split())}"
        for line in map(str.strip, diff_lines)
        if line and line[0] in "+-"
    )
