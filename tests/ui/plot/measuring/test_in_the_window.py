"""What a person measures with the cursors, in a window with a real bench or a recording."""

from __future__ import annotations

import math
import statistics
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.bench.bench import Bench
from app.boards.ports.registry import PortRegistry
from app.config.bench_file import DeviceConfig
from app.journal.journal import Journal
from tests.journal.summaries.small import Reading, write
from tests.ui.fake_bench import FakeClock
from tests.ui.recordings.runs import opened
from tests.ui.stage import LEFT, PATIENCE_MS, Keyring, Stage
from ui.contract import Program
from ui.menus import add_menus
from ui.settings import Settings
from ui.window import MainWindow

BENCH = '[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "COM1"\n'
BEGIN_US = 1_790_000_000_000_000
STEP_US = 50_000
VALUES = [round(20 + 5 * math.sin(2 * math.pi * 0.5 * step / 20), 3) for step in range(200)]
"""Ten seconds of a sine of 0.5 Hz."""


class Silent:
    """A board that says nothing."""

    def __init__(self) -> None:
        self.is_closed = threading.Event()

    def read(self) -> bytes:
        self.is_closed.wait(0.05)
        return b""

    def set_baud_rate(self, baud_rate: int) -> None: ...

    def write(self, data: bytes) -> None: ...

    def close(self) -> None:
        self.is_closed.set()


class Measured:
    """A window whose bench has the readings of ten seconds in its journal, and a board that is silent."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        with closing(Journal(folder / "b.db")) as journal:
            journal.bind("board", b"")
            write(journal, [Reading(BEGIN_US + n * STEP_US, value) for n, value in enumerate(VALUES)])
        path = folder / "bench.toml"
        path.write_text(BENCH)
        self.qtbot = qtbot
        self.clock = FakeClock((BEGIN_US + 200 * STEP_US) / 1e6)
        self.window = MainWindow(
            Program(lambda config, _: Bench(config, {}, self._open), list, Keyring()),
            settings=Settings(),
            settings_path=folder / "window.json",
            clock=self.clock,
        )
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.window.show()
        add_menus(self.window)
        self.window.connection.open_file(path)
        self.window.connection.connect_bench()
        self.window.frames.stop()
        qtbot.waitUntil(self._is_drawn, timeout=PATIENCE_MS)

    def _open(self, _device: DeviceConfig, _registry: PortRegistry) -> Silent:
        return Silent()

    def _is_drawn(self) -> bool:
        self.window.draw()
        strips = self.window.pane.plot.strips if self.window.pane.shows_plot else []
        return any(strip.canvas.has_content for strip in strips)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            QTest.keySequence(self.window.pane.plot, key)

    def agrees(self) -> bool:
        """Draw until the table has been renewed, and compare it with the readings between the cursors."""
        for _ in range(2):
            self.window.draw()
        from_s, to_s = self.cursors_s
        seen = [value for n, value in enumerate(VALUES) if from_s <= (BEGIN_US + n * STEP_US) / 1e6 <= to_s]
        row = row_of(self.window)
        return row[2:3] == [str(len(seen))] and [float(figure) for figure in row[3:7]] == pytest.approx(
            [min(seen), max(seen), statistics.mean(seen), statistics.stdev(seen)], abs=0.001
        )

    def wait(self) -> list[str]:
        """Wait until the figures are right, and return the row."""
        self.qtbot.waitUntil(self.agrees, timeout=PATIENCE_MS)
        return row_of(self.window)

    @property
    def cursors_s(self) -> tuple[float, float]:
        return self.window.pane.plot.cursors.times_s(self.window.connection.now_s)


def row_of(window: MainWindow) -> list[str]:
    """The only row of the table."""
    *_, row = window.pane.measuring.table.rows.whole_text().splitlines()
    return row.split("\t")


@pytest.fixture
def measured(qtbot: QtBot, tmp_path: Path) -> Iterator[Measured]:
    made = Measured(qtbot, tmp_path)
    yield made
    made.window.close()


def test_the_table_follows_the_cursors_through_the_journal_also_after_the_bench_has_stopped(
    measured: Measured,
) -> None:
    window = measured.window
    QTest.mouseClick(window.pane.tools.cursors_button, LEFT)
    first = measured.wait()
    # There are only one and a half periods of the sine.
    assert (first[0], first[8]) == ("v1", "–")
    measured.press("Ctrl+Left", 20)
    second = measured.wait()
    from_s, to_s = measured.cursors_s
    assert to_s - from_s == pytest.approx(4)
    assert float(second[8]) == pytest.approx(0.5, rel=1e-3)
    measured.press("P")
    measured.clock.now_s += 2
    assert measured.wait() == second
    QTest.mouseClick(window.bar.button, LEFT)
    assert not window.connection.connected
    measured.press("Ctrl+Shift+Left", 2)
    assert measured.wait()[2] != second[2]
    # What is copied is what is seen.
    QTest.keySequence(window.pane.measuring.table, "Ctrl+C")
    assert QGuiApplication.clipboard().text().splitlines()[1].split("\t") == row_of(window)


def test_the_cursors_measure_in_a_recording_up_to_where_it_is_shown(stage: Stage) -> None:
    player, clock = opened(stage)
    table = stage.window.pane.measuring.table
    clock.now_s += 20.7
    stage.frames()
    stage.press("X")

    def measures(*figures: str) -> bool:
        stage.frames()
        return table.rows.rowCount() == 1 and row_of(stage.window)[2:8] == list(figures)

    # The board has sent the seconds since the start.
    stage.wait_until(lambda: measures("3", "14", "16", "15.0000", "1", "1"))
    player.transport.seek(50_700_000)
    stage.wait_until(lambda: measures("3", "44", "46", "45.0000", "1", "1"))
