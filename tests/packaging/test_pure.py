"""Modules that call themselves pure import only pure modules, do no I/O and read no clock.

They may use what a caller passes in, such as an open file or a function that returns the time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import checks

PLAIN = {
    *("__future__", "array", "bisect", "collections", "collections.abc", "contextlib", "dataclasses"),
    *("datetime", "decimal", "difflib", "email.utils", "enum", "fractions", "functools", "html"),
    *("ipaddress", "itertools", "math", "msgspec", "numpy", "numpy.typing", "posixpath", "re", "string"),
    *("struct", "tomlkit", "tomllib", "typing"),
    *("unicodedata", "urllib.parse", "zlib"),
}
"""Modules outside the project that neither do I/O nor read a clock, except for the names in `IMPURE`."""
PARTS = {
    "hashlib": {"sha256"},  # of bytes that are passed in
    "random": {"Random"},  # with a seed, it is deterministic
    "sys": {"maxsize"},  # a number
    "threading": {"Lock"},  # it only waits for another thread that uses the same object
    "time": {"localtime", "strftime"},  # they format a time that is passed in
}
"""The names that pure modules may use of modules that are otherwise impure."""
IMPURE = {"input", "now", "open", "print", "today", "utcnow"}
"""Names that no pure module may use, of any object: they do I/O or, in datetime, read the clock."""
PROJECT = ("app", "ui")


def wrong_in(text: str, pure: set[str]) -> list[str]:
    """The names in a module's source that make it impure; `pure` names the project's pure modules."""
    tree = ast.parse(text)
    wrong = [name for name in imports(tree) if not is_allowed(name, pure)]
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if name not in PARTS.get(owner, {name}):
                wrong.append(f"{owner}.{name}")
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in IMPURE:
                wrong.append(name)
    return wrong


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the name of each imported module, also if it is imported in a function or for types.

    For a module in `PARTS`, yield each name that is imported from it, such as `time.strftime`.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_name = node.module not in PARTS and not is_module(whole)
                yield str(node.module) if is_name else whole


def is_module(name: str) -> bool:
    return (checks.ROOT / name.replace(".", "/")).with_suffix(".py").is_file()


def is_allowed(name: str, pure: set[str]) -> bool:
    if name.partition(".")[0] in PROJECT:
        return name in pure
    module, _, part = name.rpartition(".")
    return name in PLAIN or name in PARTS or part in PARTS.get(module, ())


def test_modules_that_call_themselves_pure_are_pure() -> None:
    pure = set(checks.pure_modules())
    assert {"app.wire.lines", "app.cloud.plan.plan", "ui.situation"} <= pure
    texts = {name: Path(checks.ROOT, *name.split(".")).with_suffix(".py") for name in sorted(pure)}
    wrong = {name: wrong_in(path.read_text(encoding="utf-8"), pure) for name, path in texts.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("from app.boards.link import Link", ["app.boards.link"]),
        ("from app.boards import link", ["app.boards.link"]),
        ("import app.boards.link", ["app.boards.link"]),
        ("def f():\n    from app.boards.link import Link", ["app.boards.link"]),
        ("if TYPE_CHECKING:\n    from app.boards.link import Link", ["app.boards.link"]),
        ("from app.wire.lines import Line\nfrom app.wire import lines\nimport re, math", []),
        ("import os", ["os"]),
        ("from pathlib import Path", ["pathlib"]),
        ("from PySide6.QtCore import Qt", ["PySide6.QtCore"]),
        ("import time\ntime.strftime('%H', time.localtime(0))", []),
        ("import time\ntime.time()", ["time.time"]),
        ("from time import monotonic", ["time.monotonic"]),
        ("import threading\nthreading.Lock()", []),
        ("from threading import Thread", ["threading.Thread"]),
        ("import random\nrandom.Random(1)", []),
        ("import random\nrandom.random()", ["random.random"]),
        ("from datetime import datetime\ndatetime.now()", ["now"]),
        ("open('x')", ["open"]),
        ("path.open()", ["open"]),
    ],
)
def test_impure_code_is_found(text: str, wrong: list[str]) -> None:
    assert wrong_in(text, {"app.wire.lines"}) == wrong
