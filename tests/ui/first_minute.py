"""The first minute of a user: the real program, from its start to a value on the plot and in a local cloud.

Run as a process: `python -m tests.ui.first_minute PORT SERVER TOKEN`, or without arguments for the demo. It
starts the program as `python -m app` does, uses its window by mouse and keyboard, and closes it. The result
is a line of JSON: how often the user has clicked, and what was reached.

PORT is a pty. No pty is on a USB bus, so the list of the system's ports is replaced.
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Iterator

import requests
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from app.demo.demo import Demo
from ui.window import MainWindow

_LOOK_MS = 20


class User:
    """Acts on the window whenever `act` is called, and counts the clicks."""

    def __init__(self, server: str, token: str) -> None:
        self._server, self._token = server, token
        self.clicks = 0
        self.reached: list[str] = []
        self._steps = self._through()

    def act(self) -> None:
        """Do the next step, or go on waiting for what the present one needs."""
        try:
            next(self._steps)
        except StopIteration:
            QApplication.exit()

    def _through(self) -> Iterator[None]:
        while not (shown := [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]):
            yield
        (window,) = shown
        while not window.first_page.isVisible():
            yield
        self.reached.append("first page")
        yield from self._connects_board(window) if self._server else self._starts_demo(window)
        while not window.pane.shows_plot or not any(
            len(curve.points[0]) for strip in window.pane.plot.strips for curve in strip.canvas.curves
        ):
            yield
        self.reached.append("plot")
        while not self._arrived(window):
            yield
        self.reached.append("cloud")
        window.close()

    def _connects_board(self, window: MainWindow) -> Iterator[None]:
        field = window.bar.form.server_box.lineEdit()
        assert field
        self._click(field, field.rect().center())
        QTest.keyClicks(window.focusWidget(), self._server)
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        QTest.keyClicks(window.focusWidget(), self._token)
        boards = window.first_page.boards
        while not boards.count():
            yield
        self.reached.append(boards.item(0).text().partition(" on ")[0])
        self._click(boards.viewport(), boards.visualItemRect(boards.item(0)).center())

    def _starts_demo(self, window: MainWindow) -> Iterator[None]:
        button = window.first_page.demo_button
        self._click(button, button.rect().center())
        yield

    def _arrived(self, window: MainWindow) -> bool:
        demo = window.connection.demo
        if isinstance(demo, Demo):
            return demo.arrived() > 0
        asked = {"token": self._token, "v1": ""}
        return requests.get(f"{self._server}/external/api/get", asked, timeout=60).status_code == 200

    def _click(self, widget: QWidget, at: QPoint) -> None:
        assert widget.isVisible()
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)


def main(port: str = "", server: str = "", token: str = "") -> None:
    """Start the program and use it."""
    board = ListPortInfo(port)
    board.description, board.vid, board.pid = "Arduino Uno", 0x2341, 0x0043
    vars(list_ports)["comports"] = lambda: [board] if port else []
    application = QApplication(sys.argv[:1])
    user = User(server, token)
    timer = QTimer(application)
    timer.timeout.connect(user.act)
    timer.start(_LOOK_MS)
    sys.argv[1:] = []
    try:
        runpy.run_module("app", run_name="__main__")
    except SystemExit as ended:
        print(json.dumps({"clicks": user.clicks, "reached": user.reached, "status": ended.code or 0}))


if __name__ == "__main__":
    main(*sys.argv[1:])
