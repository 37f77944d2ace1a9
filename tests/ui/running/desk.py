"""A window at which a person works, with real benches and journals, and a keyring in memory."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMessageBox
from pytestqt.qtbot import QtBot

from app.bench.bench import Bench
from app.bench.status import JournalCounts, PortInfo
from app.commands.window_tokens import WindowTokens
from app.config import board_names, folders
from app.config.bench_file import BenchConfig
from app.journal import earlier
from app.security import tokens
from tests.journal.test_earlier import NOW_US, plotted
from tests.ui.controls import type_in
from tests.ui.stage import PATIENCE_MS
from ui.contract import Program
from ui.menus import add_menus
from ui.settings import Settings
from ui.window import MainWindow

TOKEN = "Zq7-known-token-3Xw9"
FRA = "https://fra1.blynk.cloud"
UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-1")
MEGA = PortInfo("/dev/ttyACM1", "Arduino Mega", "2341:0042", "75735323", "1-2")
CLONE = PortInfo("/dev/ttyUSB7", "USB Serial", "1A86:7523", "", "1-3")
PLACE = "usb:1A86:7523@1-3"
AT = time.strftime("%Y-%m-%d %H:%M", time.localtime(NOW_US // 1_000_000))


class Desk:
    """A window at which a person works, with real benches, and boards that are plugged in and out."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.settings = Settings()
        self.ports = [CLONE]
        self.benches: list[Bench] = []
        self.open()

    def open(self) -> None:
        """Start the program."""
        self.window = MainWindow(
            Program(self._make, lambda: self.ports, WindowTokens(), find_earlier=earlier.find),
            settings=self.settings,
        )
        add_menus(self.window)
        self.qtbot.addWidget(self.window)
        with self.qtbot.waitExposed(self.window, timeout=PATIENCE_MS):
            self.window.show()

    def restart(self) -> None:
        self.window.close()
        self.open()

    def _make(self, config: BenchConfig, typed: Mapping[str, str]) -> Bench:
        found = {device.name: typed.get(device.name) or tokens.resolve(device) for device in config.device}
        self.benches.append(Bench(config, found))
        return self.benches[-1]

    def plug(self, *ports: PortInfo) -> None:
        """Plug in `ports` and unplug all others."""
        self.ports = list(ports)
        self.window.refresh_ports()

    def connect(self) -> None:
        assert self.window.bar.button.text() == "Connect"
        self._toggle()

    def disconnect(self) -> None:
        assert self.window.bar.button.text() == "Disconnect"
        self._toggle()

    def _toggle(self) -> None:
        QTest.mouseClick(self.window.bar.button, Qt.MouseButton.LeftButton)

    @property
    def is_connected(self) -> bool:
        return self.window.connection.connected

    @property
    def journal(self) -> str:
        """The name of the journal of the bench that was made last."""
        return Path(self.benches[-1].config.bench.journal).name

    @property
    def counts(self) -> JournalCounts:
        return self.benches[-1].status().devices[0].counts

    @property
    def question(self) -> QMessageBox:
        (box,) = [box for box in self.window.findChildren(QMessageBox) if box.isVisible()]
        return box

    @property
    def asks(self) -> bool:
        return any(box.isVisible() for box in self.window.findChildren(QMessageBox))

    def answer(self, word: str) -> None:
        (button,) = [b for b in self.question.buttons() if b.text().replace("&", "") == word]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def answer_by_key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.question, key)

    @property
    def default(self) -> QAbstractButton:
        button = self.question.defaultButton()
        assert button is not None
        return button

    def type_account(self, server: str, token: str) -> None:
        form = self.window.bar.form
        type_in(form.server_box, server)
        if token:
            type_in(form.token_field, token)


def journal_of(port: str, number: int = 1) -> Path:
    folder = folders.data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / board_names.journal_name(port, number)


def yesterday(path: Path, account: bytes = b"", readings: int = 3) -> Path:
    """Leave readings of v1 as an earlier run of the program would; `account` is what they are meant for."""
    plotted(path, (account, "v1=1\n" * readings))
    return path
