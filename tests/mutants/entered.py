"""A pytest plugin that records which lines each test executes, and which tests start processes.

It is used in the run without a mutant, together with coverage, and is loaded from a copy outside of this
package. Tests with a fixture that other tests share are recorded under the name of their file, because one
test may check what another has executed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

_STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec"}

_order: dict[str, None] = {}
_starting: set[str] = set()
_running = ""


def _name(item: pytest.Item) -> str:
    if isinstance(item, pytest.Function):
        fixtures = [fixture for row in item._fixtureinfo.name2fixturedefs.values() for fixture in row]
        if any(fixture.scope != "function" and fixture.baseid for fixture in fixtures):
            return item.nodeid.split("::")[0]
    return item.nodeid


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    global _running
    _running = _name(item)
    _order[_running] = None
    measuring = coverage.Coverage.current()
    assert measuring
    measuring.switch_context(_running)
    return (yield)


def pytest_sessionfinish() -> None:
    recorded = {"order": list(_order), "starting": sorted(_starting)}
    Path(os.environ["MUTANTS_ENTERED"]).write_text(json.dumps(recorded), encoding="utf-8")


def _on_audit_event(event: str, _: tuple[object, ...]) -> None:
    if event in _STARTS and _running:
        _starting.add(_running)


sys.addaudithook(_on_audit_event)
