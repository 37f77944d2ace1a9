"""The buttons of fixes with a real bench: a board at another baud rate, and an unknown token."""

from __future__ import annotations

import functools
import time
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.boards.ports.registry import PortRegistry
from app.boards.sources import Source
from app.config.bench_file import DeviceConfig
from app.config.loading import load
from tests import uart
from tests.bench.trial_cloud import TrialCloud
from tests.ui.real_bench import opened, wait
from tests.ui.stage import Keyring
from ui.dialogs.token_dialog import TokenDialog
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
received = functools.cache(uart.received)
TEXT = b"v0=12.25\r\nv1=-3\r\n"


class Board:
    """A board that sends at `sent_at` baud, and the UART at the other end of its cable."""

    def __init__(self, sent_at: int) -> None:
        self.sent_at, self.read_at = sent_at, 0

    def open(self, device: DeviceConfig, _registry: PortRegistry) -> Source:
        self.read_at = device.baud_rate
        return self

    def read(self) -> bytes:
        time.sleep(0.02)
        return received(TEXT, self.sent_at, self.read_at)

    def set_baud_rate(self, baud_rate: int) -> None:
        self.read_at = baud_rate

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


def button(window: MainWindow, word: str) -> QToolButton | None:
    found = [b for b in window.findChildren(QToolButton) if b.isVisible() and b.text() == word]
    return found[0] if found else None


def press(qtbot: QtBot, window: MainWindow, word: str) -> None:
    wait(qtbot, window, lambda: button(window, word))
    found = button(window, word)
    assert found
    found.setFocus()
    QTest.keySequence(found, "Space")


def test_a_board_at_another_baud_rate_is_read_after_one_click(qtbot: QtBot, tmp_path: Path) -> None:
    board, path = Board(9600), tmp_path / "bench.pinbridge"
    text = '[[device]]\nname = "a"\nport = "COM1"\nbaud_rate = 57600 # from the book\n'
    window = opened(qtbot, path, text, board.open, Keyring())
    bench = window.connection.bench
    assert bench is not None
    press(qtbot, window, "Find the baud rate")
    wait(qtbot, window, lambda: bench.config.device[0].baud_rate == 9600)
    rejected = bench.status().devices[0].lines.rejected
    wait(qtbot, window, lambda: bench.status().devices[0].lines.accepted > 10)
    status = bench.status().devices[0]
    assert (status.lines.rejected, status.reconnects) == (rejected, 0)
    assert window.notices.texts[0] == "The baud rate is 9600 now."
    assert load(path).device[0].baud_rate == 9600
    assert "# from the book" in path.read_text(encoding="utf-8")
    window.close()


def test_a_new_token_is_used_without_disconnecting(qtbot: QtBot, tmp_path: Path) -> None:
    keyring = Keyring()
    keyring.held["a"] = "a wrong token"
    with TrialCloud() as cloud:
        path = tmp_path / "bench.pinbridge"
        text = f'[[device]]\nname = "a"\nport = "COM1"\nserver = "{cloud.url}"\nauth_token = "keyring:a"\n'
        window = opened(qtbot, path, text, Board(115200).open, keyring)
        bench = window.connection.bench
        assert bench is not None
        press(qtbot, window, "Change token…")
        (dialog,) = window.findChildren(TokenDialog)
        QTest.keyClicks(dialog.fields["a"], cloud.token())
        QTest.keySequence(dialog.fields["a"], "Return")
        # Readings from before were meant for another account: they are held until the user decides.
        wait(qtbot, window, lambda: bench.status().devices[0].counts.forwarded)
        assert bench.status().devices[0].reconnects == 0
        window.close()
