"""Mutates expressions: their operators, constants, conditions, arguments and elements."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.mutants import sql
from tests.mutants.source import Edit, Source

_COMPARISONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: (r"<", ("<=", ">=")),
    ast.LtE: (r"<=", ("<", ">")),
    ast.Gt: (r">", (">=", "<=")),
    ast.GtE: (r">=", (">", "<")),
    ast.Eq: (r"==", ("!=",)),
    ast.NotEq: (r"!=", ("==",)),
    ast.Is: (r"\bis\b", ("is not",)),
    ast.IsNot: (r"\bis\s+not\b", ("is",)),
    ast.In: (r"\bin\b", ("not in",)),
    ast.NotIn: (r"\bnot\s+in\b", ("in",)),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
}
_PAIRS = (
    ("min", "max"),
    ("any", "all"),
    ("floor", "ceil"),
    ("startswith", "endswith"),
    ("lstrip", "rstrip"),
    ("removeprefix", "removesuffix"),
    ("partition", "rpartition"),
    ("find", "rfind"),
    ("lower", "upper"),
    ("popleft", "pop"),
    ("appendleft", "append"),
    ("bisect_left", "bisect_right"),
)
_TWINS = dict(_PAIRS) | {second: first for first, second in _PAIRS if second not in ("pop", "append")}
_WRAPPERS = {"abs", "sorted", "reversed", "round"}


def edits(source: Source, node: ast.AST) -> Iterator[Edit]:
    """Yield every mutation of the expression `node`, but none of the expressions within it."""
    match node:
        case ast.Constant() | ast.JoinedStr():
            yield from _constant(source, node)
        case ast.Compare():
            yield from _compare(source, node)
        case ast.BoolOp():
            yield from _boolean(source, node)
        case ast.BinOp():
            yield from _binary(source, node)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield from _unary(source, node)
        case ast.Call():
            yield from _call(source, node)
        case ast.Lambda(body=body):
            yield "return None", *source.span(body), "None"
        case ast.Slice():
            for bound in (node.lower, node.upper, node.step):
                if bound:
                    yield "drop bound", *source.span(bound), ""
        case ast.List(ctx=ast.Load()) | ast.Set():
            yield from elements(source, node)
        case ast.Dict():
            yield from _entries(source, node)
        case ast.IfExp(test=test):
            yield from condition(source, test)
        case ast.comprehension(ifs=tests):
            for test in tests:
                yield from condition(source, test)


def condition(source: Source, test: ast.expr) -> Iterator[Edit]:
    """Yield two mutations of a condition: one makes it always true, the other always false."""
    yield "condition true", *source.span(test), "True"
    yield "condition false", *source.span(test), "False"


def _constant(source: Source, node: ast.Constant | ast.JoinedStr) -> Iterator[Edit]:
    start, end = source.span(node)
    value = node.value if isinstance(node, ast.Constant) else None
    match value:
        case bool():
            yield "constant", start, end, str(not value)
        case int():
            yield "constant", start, end, str(value + 1)
            yield "constant", start, end, str(value - 1)
        case float():
            yield "constant", start, end, repr(2 * value or 1.0)
        case bytes():
            yield "constant", start, end, 'b""' if value else 'b"other"'
        case str() if not value:
            yield "constant", start, end, '"other"'
        case str():
            yield from _text(source, node, value)
    if isinstance(node, ast.JoinedStr):
        words = [part.value for part in node.values if isinstance(part, ast.Constant)]
        yield from _text(source, node, " ".join(map(str, words)))


def _text(source: Source, node: ast.expr, value: str) -> Iterator[Edit]:
    start, end = source.span(node)
    if not sql.is_sql(value):
        yield "constant", start, end, '""'
        return
    for first, last, replacement in sql.changes(source.text[start:end]):
        yield "SQL", start + first, start + last, replacement


def _compare(source: Source, node: ast.Compare) -> Iterator[Edit]:
    operands = [node.left, *node.comparators]
    for (left, right), operator in zip(pairwise(operands), node.ops, strict=True):
        pattern, replacements = _COMPARISONS[type(operator)]
        yield from _between(source, left, right, "comparison", pattern, replacements)
        if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, ast.Tuple):
            yield from elements(source, right)


def _boolean(source: Source, node: ast.BoolOp) -> Iterator[Edit]:
    is_and = isinstance(node.op, ast.And)
    for left, right in pairwise(node.values):
        pattern, other = (r"\band\b", "or") if is_and else (r"\bor\b", "and")
        yield from _between(source, left, right, "and/or", pattern, (other,))
    for operand in node.values:
        is_zero = isinstance(operand, ast.Constant) and operand.value == 0  # False is 0 in a sum
        if is_and or not is_zero:
            yield "drop operand", *source.span(operand), str(is_and)


def _binary(source: Source, node: ast.BinOp) -> Iterator[Edit]:
    operator, other = _ARITHMETIC.get(type(node.op), ("", ""))
    if operator:
        yield from _between(source, node.left, node.right, "swap operator", re.escape(operator), (other,))
    if isinstance(node.op, ast.BitOr | ast.BitAnd):
        for side in (node.left, node.right):
            yield "drop operand", *source.span(node), f"({source.segment(side)})"


def _unary(source: Source, node: ast.UnaryOp) -> Iterator[Edit]:
    start, _ = source.span(node)
    sign = "not" if isinstance(node.op, ast.Not) else source.text[start]
    yield f"drop {sign}", start, start + len(sign) + (source.text[start + len(sign)] == " "), ""


def _between(
    source: Source, left: ast.expr, right: ast.expr, kind: str, pattern: str, replacements: Sequence[str]
) -> Iterator[Edit]:
    """Yield each replacement of the operator between two operands.

    `pattern` matches only the operator, because parentheses may stand beside it.
    """
    start, end = source.span(left)[1], source.span(right)[0]
    if found := re.search(pattern, source.text[start:end]):
        for replacement in replacements:
            yield kind, start + found.start(), start + found.end(), replacement


def _call(source: Source, node: ast.Call) -> Iterator[Edit]:
    start, end = source.span(node.func)
    name = source.text[start:end].rpartition(".")[2]
    if twin := _TWINS.get(name):
        yield "twin", end - len(name), end, twin
    if isinstance(node.func, ast.Name) and name in _WRAPPERS and len(node.args) == 1 and not node.keywords:
        yield f"drop {name}", start, end, ""
    for keyword in node.keywords:
        if keyword.arg:
            yield "drop argument", *_stretch(source, *source.span(keyword)), ""
    if name == "isinstance" and isinstance(node.args[1], ast.Tuple):
        yield from elements(source, node.args[1])
    if name not in ("min", "max"):
        for left, right in pairwise(node.args):
            if isinstance(left, _NAMED) and isinstance(right, _NAMED):
                first, last = source.span(left), source.span(right)
                middle = source.text[first[1] : last[0]]
                swapped = source.segment(right) + middle + source.segment(left)
                yield "swap arguments", first[0], last[1], swapped


_NAMED = (ast.Name, ast.Attribute, ast.Subscript)


def elements(source: Source, node: ast.List | ast.Set | ast.Tuple) -> Iterator[Edit]:
    """For each element of `node`, yield a mutation without that element; none if there is only one."""
    if len(node.elts) < 2:
        return
    for index, element in enumerate(node.elts):
        if len(node.elts) == 2 and isinstance(node, ast.Tuple):
            start, end = source.span(node.elts[0])[0], source.span(node.elts[1])[1]
            yield "drop element", start, end, f"{source.segment(node.elts[1 - index])},"
        else:
            yield "drop element", *_stretch(source, *source.span(element)), ""


def _entries(source: Source, node: ast.Dict) -> Iterator[Edit]:
    for key, value in zip(node.keys, node.values, strict=True):
        if key:
            start, end = _stretch(source, source.span(key)[0], source.span(value)[1])
            yield "drop element", start, end, ""


def _stretch(source: Source, start: int, end: int) -> tuple[int, int]:
    """Extend the span of an element by the comma after it, or by the comma before it if none follows."""
    if found := re.match(r"\s*,[ \n]*", source.text[end:]):
        return start, end + found.end()
    if found := re.search(r",\s*$", source.text[:start]):
        return found.start(), end
    return start, end
