"""Finds the tests that guard a module, that is, may notice its mutants: the quickest and nearest first.

The tests mirror the program. For example, `app/cloud/plan/plan.py` is guarded by these tests, in this order:
`tests/cloud/plan/test_plan.py` or the folder `tests/cloud/plan/plan`; the other files in `tests/cloud/plan`;
the tests elsewhere that import the module, and those in the table `DRIVEN`.
"""

from __future__ import annotations

import ast
from pathlib import Path

DRIVEN = {
    "app.cloud": ("tests/faults/test_plan_and_journal.py", "tests/bench/test_session.py"),
    "app.journal": (
        "tests/faults/test_plan_and_journal.py",
        "tests/faults/test_power_cut.py",
        "tests/bench/test_journal_in_processes.py",
        "tests/bench/test_decisions.py",
    ),
    "app.boards": ("tests/faults/test_sick_boards.py", "tests/bench/test_session.py"),
    "app.localcloud": ("tests/demo/test_faults.py", "tests/bench/test_session.py"),
    "app.commands.sessions": ("tests/test_sessions.py",),
    "app.config": ("tests/bench",),
    "app.wire.hints": ("tests/wire/test_diagnosis.py", "tests/wire/test_proposals.py"),
}
"""Tests that use a module or a package without importing it; a folder means all tests in it."""

WHOLE = ("tests", "--ignore=tests/mutants")
"""pytest's arguments for the default suite without the tests of mutants.

Those compare the list of equivalents with the unchanged modules, and would fail on every mutant.
"""
_APART = {"hil", "packaging", "benchmarks", "mutants"}
"""Folders whose tests do not guard modules of the program."""


def stages(root: Path, module: str) -> list[list[str]]:
    """Find the test files that guard a module, as up to three lists of paths relative to `root`.

    A list is run only if the tests in the lists before it noticed nothing.
    """
    package, _, name = module.rpartition(".")
    folder = _mirror(root, package)
    name = name.strip("_")
    mirror = [*folder.glob(f"test_{name}.py"), *sorted((folder / name).glob("test_*.py"))]
    own = mirror + [path for path in sorted(folder.glob("test_*.py")) if path not in mirror]
    near = [path for path in own if path not in mirror and module in _imports(path)]
    first = mirror or near
    second = [path for path in own if path not in first]
    others = [
        path
        for path in sorted((root / "tests").rglob("test_*.py"))
        if path not in own and not _APART & set(path.relative_to(root).parts) and module in _imports(path)
    ]
    driven = [
        path
        for key, names in DRIVEN.items()
        if f"{module}.".startswith(f"{key}.")
        for name in names
        for path in (sorted((root / name).glob("test_*.py")) if (root / name).is_dir() else [root / name])
    ]
    third = [path for path in dict.fromkeys(others + driven) if path not in own and path.is_file()]
    return [
        [path.relative_to(root).as_posix() for path in stage] for stage in (first, second, third) if stage
    ]


def _mirror(root: Path, package: str) -> Path:
    """The folder of tests that mirrors a package, or the nearest existing folder above that."""
    parts = [part for part in package.split(".") if part != "app"]
    while parts and not (root / "tests").joinpath(*parts).is_dir():
        parts.pop()
    return (root / "tests").joinpath(*parts)


def _imports(path: Path) -> set[str]:
    """The names of the modules that a test file imports, and of what it imports from them.

    The latter may be modules too.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found
