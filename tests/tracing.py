"""A pytest plugin that decides which tests count towards the coverage of the pure modules.

While a test is traced, it takes up to three times as long. A pure module must be covered by its own tests, so
only these are traced: the tests in the folder beside it (tests/wire for app.wire.lines), in files that are
named after a measured module of that package or import one. Even there, property tests, tests with a window
and tests with the marker `untraced` do not count. They repeat the same steps very often.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Generator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

_TESTS = Path(__file__).parent


def _is_traced(item: pytest.Item) -> bool:
    """Whether what `item` executes counts towards the coverage."""
    measured = item.config.getoption("cov_source", default=None)
    if not measured or not isinstance(item, pytest.Function):
        return True
    if "qtbot" in item.fixturenames or any(map(item.get_closest_marker, ("hypothesis", "untraced"))):
        return False
    return _is_beside(item.module, tuple(measured))


@cache
def _is_beside(tests: ModuleType, measured: tuple[str, ...]) -> bool:
    """Whether the file `tests` is named after a measured module beside it, or imports one or names of it."""
    file = Path(tests.__file__ or "")
    room = file.parent.relative_to(_TESTS).parts
    package = ".".join(room if room[:1] == ("ui",) else ("app", *room))
    imported = {
        getattr(value, "__name__" if isinstance(value, ModuleType) else "__module__", "")
        for value in vars(tests).values()
    }
    beside = {module for module in measured if module.rpartition(".")[0] == package}
    own_names = {module.rpartition(".")[2] for module in beside}
    is_named = any(f"{file.stem}_".startswith(f"test_{name}_") for name in own_names)
    return is_named or not imported.isdisjoint(beside)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Take the tracer away from this thread during a test that does not count."""
    tracer = sys.gettrace()
    # The mutation check needs the lines of all tests.
    if tracer is None or "MUTANTS_ENTERED" in os.environ or _is_traced(item):
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart() -> None:
    """Let coverage, which has just begun, trace only the main thread, which executes all pure modules.

    If it traced every thread, two that start at once could crash in Python 3.11 ("Cannot install a trace
    function while another trace function is being installed"). For the same reason, the tracer is never
    stopped and started again: that would let threads be traced for a moment. The mutation check needs the
    lines of all threads.
    """
    if "MUTANTS_ENTERED" not in os.environ:
        threading.settrace(None)
