"""Fixtures for tests of the editor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig
from tests.ui.bench.desk import Desk
from tests.ui.fake_bench import FakeClock
from tests.ui.stage import Stage


@pytest.fixture
def desk(
    qtbot: QtBot, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Desk]:
    stage = Stage(qtbot, config, clock, monkeypatch, tmp_path)
    yield Desk(stage)
    stage.window.close()
