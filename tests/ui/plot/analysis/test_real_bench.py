"""The window with the analyses beside a real bench, which calculates in a thread of its own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.boards.sources import open_source
from app.boards.status import LinkState
from tests.processes import pty_board
from tests.ui.real_bench import opened, wait
from tests.ui.stage import Keyring
from ui.menus import add_menus
from ui.plot.analysis.window import AnalysisWindow


def test_the_readings_of_a_board_are_counted_as_they_come(qtbot: QtBot, tmp_path: Path) -> None:
    with pty_board() as board:
        text = f'[[device]]\nname = "a"\nport = "{board.port}"\n'
        window = opened(qtbot, tmp_path / "bench.pinbridge", text, open_source, Keyring())
        add_menus(window)
        bench = window.connection.bench
        assert bench is not None
        # What comes before the port is open is dropped.
        wait(qtbot, window, lambda: bench.status().devices[0].link.state is LinkState.OPEN)
        window.pane.view.set_span(60)  # long enough for a slow computer
        board.say(b"v1=1\nv1=2\nv1=2\nv1=3\n")
        wait(qtbot, window, lambda: window.pane.has_curves)
        window.activateWindow()
        wait(qtbot, window, window.isActiveWindow)
        QTest.keySequence(window.pane.plot, "A")
        (analysis,) = window.findChildren(AnalysisWindow)
        QTest.keyClick(analysis.tabs, Qt.Key.Key_Right)
        words = analysis.page.words
        wait(qtbot, window, lambda: words.text() == "4 readings: mean 2.000, σ 0.816.")
        board.say(b"v1=7\n")
        wait(qtbot, window, lambda: words.text() == "5 readings: mean 3.00, σ 2.35.")
        window.close()
        assert not analysis.isVisible()
