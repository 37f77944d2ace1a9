"""Mutates statements: drops them, cuts them short, or replaces their conditions by true and by false."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.expressions import condition, elements
from tests.mutants.source import Edit, Source

_AUGMENTED = {
    "+=": "-=",
    "-=": "+=",
    "*=": "/=",
    "/=": "*=",
    "|=": "&=",
    "&=": "|=",
    "//=": "*=",
    "%=": "//=",
}


def edits(source: Source, node: ast.AST, function: str) -> Iterator[Edit]:
    """Yield every mutation of a statement, exception handler or case, but none of the nodes within it."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Expr() | ast.Delete():
            yield "drop statement", *source.span(node), "pass"
        case ast.Raise():
            yield "drop raise", *source.span(node), "pass"
        case ast.Assign(value=ast.Tuple() as table) if not function:
            yield from elements(source, table)
        case ast.Assign(targets=[*targets]) if _matters(targets, function) or _rebinds(source, node):
            yield "drop assignment", *source.span(node), "pass"
        case ast.AnnAssign(target=target, value=ast.expr()) if _matters([target], function):
            yield "drop assignment", *source.span(node), "pass"
        case ast.AugAssign():
            yield "drop assignment", *source.span(node), "pass"
            yield from _augmented(source, node)
        case ast.Return(value=None):
            yield "drop return", *source.span(node), "pass"
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield "return None", *source.span(value), "None"
        case ast.Break():
            yield "drop break", *source.span(node), "pass"
        case ast.Continue():
            yield "drop continue", *source.span(node), "pass"
            yield "continue to break", *source.span(node), "break"
        case ast.If(test=test) if not isinstance(test, ast.Constant):
            yield from condition(source, test)
        case ast.For(iter=over):
            yield "no pass of a loop", *source.span(over), "()"
            if isinstance(over, ast.Tuple):
                yield from elements(source, over)
        case ast.While(test=test) if not isinstance(test, ast.Constant):
            yield "no pass of a loop", *source.span(test), "False"
        case ast.With(items=[ast.withitem(context_expr=ast.Call(func=ast.Name(id="suppress")) as call)]):
            start, _ = source.span(node)
            yield "drop suppress", start, source.span(call)[1], "if True"
        case ast.ExceptHandler(body=[first, *_]):
            if not isinstance(first, ast.Raise):
                yield "raise again", source.span(first)[0], source.span(node.body[-1])[1], "raise"
            if isinstance(node.type, ast.Tuple):
                yield from elements(source, node.type)
        case ast.match_case(guard=None, pattern=pattern):
            end = source.span(pattern)[1]
            yield "case never", end, end, " if False"
        case ast.match_case(guard=ast.expr() as guard):
            yield from condition(source, guard)
        case ast.MatchOr():
            for index in range(len(node.patterns)):
                yield "drop alternative", *_without(source, node.patterns, index), ""


def _without(source: Source, patterns: list[ast.pattern], index: int) -> tuple[int, int]:
    start, end = source.span(patterns[index])
    if index:
        return source.span(patterns[index - 1])[1], end
    return start, source.span(patterns[1])[0]


def _matters(targets: list[ast.expr], function: str) -> bool:
    """Whether an assignment has an effect beyond the function.

    Assignments to `self.x` in `__init__` do not count: almost any test would notice if one was missing.
    """
    kinds = (ast.Attribute, ast.Subscript)
    flat = [
        part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]
    if function.endswith("__init__"):
        flat = [target for target in flat if not ast.unparse(target).startswith("self.")]
    return any(isinstance(target, kinds) for target in flat)


def _rebinds(source: Source, node: ast.Assign) -> bool:
    """Whether the assigned name has an earlier value in its function, which it would keep without `node`."""
    names = {target.id for target in node.targets if isinstance(target, ast.Name)}
    inside = [
        scope
        for scope in source.functions
        if isinstance(scope, ast.FunctionDef)
        and scope.lineno < node.lineno
        and (scope.end_lineno or 0) >= node.lineno
    ]
    if not inside or not names:
        return False
    scope = max(inside, key=lambda scope: scope.lineno)
    bound = {arg.arg for arg in ast.walk(scope.args) if isinstance(arg, ast.arg)}
    for other in ast.walk(scope):
        if isinstance(other, ast.Name) and isinstance(other.ctx, ast.Store) and other.lineno < node.lineno:
            bound.add(other.id)
    return bool(names & bound)


def _augmented(source: Source, node: ast.AugAssign) -> Iterator[Edit]:
    start, end = source.span(node.target)[1], source.span(node.value)[0]
    operator = source.text[start:end].strip().rstrip("(").strip()
    if operator in _AUGMENTED:
        at = source.text.index(operator, start)
        yield "swap operator", at, at + len(operator), _AUGMENTED[operator]
