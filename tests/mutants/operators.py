"""Finds all mutants of a module in a walk over its syntax tree, and draws a random sample of them.

Invariants: the same source always has the same mutants in the same order; no two mutants have the same text;
annotations, docstrings, and branches for other systems than this one are not mutated.
"""

from __future__ import annotations

import ast
import os
import random
import re
import sys
import warnings
from collections.abc import Iterator

from tests.mutants import expressions, statements
from tests.mutants.source import Mutant, Source

_NAMES_ONLY_FOR_PYTHON = {"__all__", "__slots__"}
_TYPES = {"int", "float", "str", "bytes", "bool"}
_GENERIC_TYPES = {"Callable", "Iterable", "Iterator", "Mapping", "Sequence", "dict", "list", "tuple"}
_UNSEEN_KEYWORDS = {"frozen", "slots", "kw_only", "gc", "stacklevel"}
"""Keyword arguments of classes that only guard against mistakes in the code, which no test makes."""


def mutants(source: Source) -> list[Mutant]:
    """Every mutant of a module, sorted by its position in the text."""
    found = {mutant.text: mutant for mutant in _Walk(source).found(source.tree, "")}
    found.pop(source.text, None)
    return sorted(found.values(), key=lambda mutant: (mutant.start, mutant.end, mutant.replacement))


def drawn(all_mutants: list[Mutant], n: int | None, seed: int) -> list[Mutant]:
    """Draw `n` valid mutants at random, or all if `n` is None; return them in their given order.

    The same seed always draws the same mutants.
    """
    order = list(all_mutants)
    random.Random(seed).shuffle(order)
    taken: list[Mutant] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        for mutant in order:
            if len(taken) == n:
                break
            if mutant.is_valid():
                taken.append(mutant)
    return sorted(taken, key=all_mutants.index)


class _Walk:
    def __init__(self, source: Source) -> None:
        self._source = source

    def found(self, node: ast.AST, function: str) -> Iterator[Mutant]:
        """Yield the mutants of a node and of all nodes within it.

        `function` is the dotted name of the class or function around the node.
        """
        if isinstance(node, ast.If) and (kept := _kept_branch(node)) is not None:
            for statement in kept:
                yield from self.found(statement, function)
            return
        if isinstance(node, ast.Assign) and _is_type(node.value):
            return  # a name for a type, which only mypy reads
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            function = f"{function}.{node.name}".lstrip(".")
        edits = (
            statements.edits(self._source, node, function)
            if isinstance(node, ast.stmt | ast.excepthandler | ast.match_case | ast.pattern)
            else expressions.edits(self._source, node)
        )
        for operator, start, end, replacement in edits:
            yield Mutant(self._source, operator, function, start, end, replacement)
        for child in self._children(node):
            yield from self.found(child, function)

    def _children(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield those children of a node that may be mutated."""
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.Assert():
                return
            case ast.Assign(targets=[ast.Name(id=name)]) if name in _NAMES_ONLY_FOR_PYTHON:
                return
            case ast.AnnAssign():
                yield from [node.value] if node.value else []
            case ast.arg():
                return
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from [node.args, *node.body]
            case ast.ClassDef():
                yield from [word for word in node.keywords if word.arg not in _UNSEEN_KEYWORDS]
                yield from node.body
            case ast.JoinedStr():
                for part in node.values:
                    if isinstance(part, ast.FormattedValue) and self._has_right_position(part.value):
                        yield part.value
            case ast.Call(func=ast.Name(id="cast"), args=[_, value]):
                yield value
            case ast.Call(func=ast.Name(id="TypeVar" | "NewType")):
                return
            case _:
                yield from ast.iter_child_nodes(node)

    def _has_right_position(self, node: ast.expr) -> bool:
        """Whether the position of a node in an f-string is right; before Python 3.12 it may be wrong."""
        try:
            read = ast.parse(f"({self._source.segment(node)})", mode="eval").body
        except (SyntaxError, IndexError):
            return False
        return node.lineno == node.end_lineno and ast.dump(read) == ast.dump(node)


def _is_type(value: ast.expr) -> bool:
    if isinstance(value, ast.Subscript):
        return ast.unparse(value.value) in _GENERIC_TYPES
    parts = ast.unparse(value).split(" | ")
    are_classes = all(re.fullmatch(r"None|[A-Z]\w*[a-z]\w*", part) for part in parts)
    return bool(_TYPES & set(parts)) or (len(parts) > 1 and are_classes)


def _kept_branch(node: ast.If) -> list[ast.stmt] | None:
    """The statements to mutate if `node` tests `TYPE_CHECKING`, `__name__` or the system; otherwise None.

    For `TYPE_CHECKING` and `__name__` the list is empty. For the system, it is the branch that runs here.
    """
    test = ast.unparse(node.test)
    if test == "TYPE_CHECKING" or test.startswith("__name__ =="):
        return []
    if isinstance(node.test, ast.Compare) and isinstance(node.test.comparators[0], ast.Constant):
        here = {"sys.platform": sys.platform, "os.name": os.name}.get(ast.unparse(node.test.left))
        if here is not None:
            is_equal = node.test.comparators[0].value == here
            return node.body if is_equal is isinstance(node.test.ops[0], ast.Eq) else node.orelse
    return None
