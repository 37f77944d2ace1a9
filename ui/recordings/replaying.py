"""Opens recordings in the window, and lets the user play them and compare two of them.

Invariant: after a jump, all panes show the new position at once, and nothing of the old one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow

from app.bench.runs import SUFFIX
from app.messages.languages import text
from ui.boards.recent import with_file
from ui.panes import Panes
from ui.recordings.player_bar import PlayerBar
from ui.running.connection import Connection
from ui.running.disconnecting import leave_for
from ui.running.frames import FRAME_S
from ui.settings import Settings


class Replaying(QObject):
    """What the user does with recordings that are shown."""

    def __init__(
        self,
        window: QMainWindow,
        connection: Connection,
        settings: Settings,
        panes: Panes,
        show: Callable[[], None],
    ) -> None:
        """`show` shows the present position in all panes."""
        super().__init__(window)
        self._window, self._connection, self._settings = window, connection, settings
        self._panes, self._show = panes, show
        self.bar = PlayerBar()
        self.compare_action = QAction(text("menu_compare"), self)
        self.compare_action.setEnabled(False)
        self.compare_action.triggered.connect(self.ask_to_compare)
        self.bar.play_asked.connect(self.toggle)
        self.bar.sought.connect(self._seek)
        self.bar.speed_chosen.connect(self._set_speed)
        self.bar.compare_asked.connect(self.ask_to_compare)
        connection.opened.connect(self._show_opened)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def ask_for_recording(self) -> None:
        """Let the user choose a recording, and replay it in the window."""
        if path := self._ask_for_path("title_open_recording"):
            self.open(path)

    def ask_to_compare(self) -> None:
        """Let the user choose a second recording, and show it in the same plot."""
        if self._connection.player is None:
            return
        path = self._ask_for_path("title_compare")
        if path and self._connection.add_recording(path):
            self._remember(path)
            self._panes.rail.keep([device.name for device in self._connection.player.config.device])
            self._show()

    def open(self, path: Path) -> None:
        """Replay the recording at `path`; if a bench with boards is connected, ask first."""
        if self._connection.is_recording(path):
            leave_for(self._window, self._connection, lambda: self._open(path))

    def _open(self, path: Path) -> None:
        if self._connection.open_recording(path):
            self._remember(path)

    def toggle(self) -> None:
        """Pause the replay, or play on."""
        player = self._connection.player
        if player is not None:
            was_at_us = player.position_us
            player.transport.toggle(player.length_us)
            if player.position_us < was_at_us:
                self._show_jump()
            self.show_position()
            self._panes.plot.plot_area.touch()

    def wait_s(self, otherwise_s: float) -> float:
        """After how many seconds the next frame is due; `otherwise_s` if no recording is shown."""
        player = self._connection.player
        if player is None:
            return otherwise_s
        return FRAME_S if player.transport.is_playing or not player.is_whole else math.inf

    def show_position(self) -> None:
        """Show the state of the replay in the controls, if a recording is shown."""
        if self._connection.player is not None:
            self.bar.show_player(self._connection.player)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Open a recording that is dropped onto the window."""
        if isinstance(event, QDragEnterEvent | QDropEvent) and event.type() in (
            QEvent.Type.DragEnter,
            QEvent.Type.Drop,
        ):
            paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
            if len(paths) == 1 and paths[0].suffix.lower() == SUFFIX:
                event.acceptProposedAction()
                if event.type() is QEvent.Type.Drop:
                    self.open(paths[0])
                return True
        return super().eventFilter(watched, event)

    def _seek(self, at_us: int) -> None:
        player = self._connection.player
        if player is not None:
            player.transport.seek(at_us)
            self._show_jump()

    def _show_jump(self) -> None:
        self._panes.restart()
        self._panes.left.staleness.clear()  # what lies between two positions is no pause
        self._panes.plot.tools.pause_button.setChecked(False)
        self._panes.plot.plot_area.read_again()
        self._show()
        self._panes.plot.refresh(self._connection.now_s)
        self.show_position()

    def _set_speed(self, speed: float) -> None:
        player = self._connection.player
        if player is not None:
            _ = player.position_us  # up to now, it was played at the former speed
            player.transport.speed = speed

    def _show_opened(self) -> None:
        player = self._connection.player
        shows = player is not None
        self._panes.plot.plot_area.set_zero(player.zero_s if player else None)
        self.bar.setVisible(shows)
        self.compare_action.setEnabled(shows)

    def _remember(self, path: Path) -> None:
        self._settings.runs = with_file(self._settings.runs, str(path.absolute()))

    def _ask_for_path(self, title: str) -> Path | None:
        at = str(Path(self._settings.runs[0]).parent) if self._settings.runs else ""
        name, _ = QFileDialog.getOpenFileName(
            self._window, text(title), at, text("label_recording_files", patterns=f"*{SUFFIX}")
        )
        return Path(name) if name else None
