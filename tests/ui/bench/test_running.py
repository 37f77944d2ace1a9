"""The lines at hand of a running board, as the editor tries a change on them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from app.bench.status import ConsoleLine
from app.config.bench_file import BenchConfig, DeviceConfig
from app.wire.readings import Grammar
from ui.bench.model.draft import Draft
from ui.bench.running import Running


def test_a_line_of_which_a_part_is_not_shown_is_not_tried() -> None:
    grammar = Grammar()
    lines = [ConsoleLine(1, 0, grammar.judge(line)) for line in (b"v1=5", b"v1=[token]", b"[token]1=6")]
    bench: Any = SimpleNamespace(
        config=SimpleNamespace(device=[SimpleNamespace(name="a")]), console=lambda *_args: lines
    )
    connection: Any = SimpleNamespace(bench=bench)
    draft = Draft(BenchConfig(device=(DeviceConfig(name="a", port="simulated:"),)))
    running = Running(connection, draft, dict)
    assert running.texts(draft.devices[0]) == ["v1=5"]
