"""What the window does while nobody looks at it: it hides in the tray, and keeps the computer awake.

Both are done only if the user has asked for them. Invariants: a window that has been hidden can always be
shown again, so it is hidden only while the system has a tray; a recording that is shown keeps nothing awake,
because nothing is recorded or sent meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QSystemTrayIcon

from app.messages.languages import text
from app.messages.message import Message
from app.program.wakefulness import Wakefulness
from ui.notices.line import Notices
from ui.running.connection import Connection
from ui.settings import Settings


class Background(QObject):
    """Two settings of the user, each with an entry for the menu."""

    def __init__(
        self,
        window: QMainWindow,
        connection: Connection,
        settings: Settings,
        notices: Notices,
        ask_to_close: Callable[[], None],
        wakefulness: Wakefulness | None = None,
    ) -> None:
        """`ask_to_close` closes the window, unless the user must be asked first.

        `wakefulness` keeps the computer awake; by default, that of this computer.
        """
        super().__init__(window)
        self._window = window
        self._connection = connection
        self._settings = settings
        self._notices = notices
        self._ask_to_close = ask_to_close
        self._wakefulness = wakefulness or Wakefulness()
        self.tray_action = self._entry("menu_tray", settings.tray, self._ask_for_tray)
        self.awake_action = self._entry("menu_keep_awake", settings.keep_awake, self._ask_for_wakefulness)
        self._menu = QMenu(window)
        self._menu.addAction(text("menu_tray_show"), self.show_window)
        self._menu.addAction(text("menu_quit"), self._quit)
        self.tray = QSystemTrayIcon(window.windowIcon(), self)
        self.tray.setContextMenu(self._menu)
        self.tray.activated.connect(self._tray_clicked)
        connection.changed.connect(self.keep_awake)
        window.windowTitleChanged.connect(self.tray.setToolTip)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Hide a window that has been minimised, if the user has asked for that."""
        if event.type() is QEvent.Type.WindowStateChange and self._window.isMinimized():
            # Not in the event itself: some window managers show the window again after it.
            QTimer.singleShot(0, self._hide_window)
        return super().eventFilter(watched, event)

    def show_window(self) -> None:
        """Show the window again, as it was before it was minimised."""
        self.tray.hide()
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.activateWindow()

    def keep_awake(self) -> None:
        """Keep the computer awake while boards are connected, if the user has asked for that."""
        problem = self._wakefulness.switch(on=self._is_to_keep_awake())
        if problem:
            self._notices.show_message(problem, "warn", holds=self._is_to_keep_awake)

    def stop(self) -> None:
        """Let the computer sleep again, and remove the icon from the tray."""
        self._wakefulness.switch(on=False)
        self.tray.hide()

    def _entry(self, code: str, checked: bool, act: Callable[[bool], None]) -> QAction:
        action = QAction(text(code), self)
        action.setCheckable(True)
        action.setChecked(checked)
        action.toggled.connect(act)
        return action

    def _is_to_keep_awake(self) -> bool:
        works = self._connection.connected and self._connection.player is None
        return self._settings.keep_awake and works

    def _ask_for_tray(self, on: bool) -> None:
        self._settings.tray = on
        if on and not QSystemTrayIcon.isSystemTrayAvailable():
            self._notices.show_message(Message("no_tray"), "warn", holds=lambda: self._settings.tray)

    def _ask_for_wakefulness(self, on: bool) -> None:
        self._settings.keep_awake = on
        self.keep_awake()

    def _hide_window(self) -> None:
        if self._settings.tray and self._window.isMinimized() and QSystemTrayIcon.isSystemTrayAvailable():
            self.tray.show()
            self._window.hide()

    def _quit(self) -> None:
        # A hidden window has no place for a question, and Qt does not end the program when it closes.
        self.show_window()
        self._ask_to_close()

    def _tray_clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.show_window()
