"""Asks before a bench is disconnected by a key or for something else, or closed before all is saved and sent.

Invariants: a question is asked only if the user would not see the effect otherwise, or if readings would be
lost; a program that is ended by a signal, by a timer or by the system asks nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.messages.message import Message
from ui.actions import DeviceActions
from ui.bench.editing import Editing
from ui.dialogs.asking import Question, ask
from ui.dialogs.saving import Saving
from ui.running.connection import Connection
from ui.running.disconnecting import joined, leave, leave_for, would_be_lost


class Leaving:
    """The questions before the bench of a window is stopped."""

    def __init__(
        self,
        window: QWidget,
        connection: Connection,
        editing: Editing,
        actions: DeviceActions,
        saving: Saving,
    ) -> None:
        self._window = window
        self._connection = connection
        self._editing = editing
        self._actions = actions
        self._saving = saving

    def toggle_connection(self) -> None:
        """Connect; if a bench with boards is connected, ask whether to disconnect it."""
        if self._connection.player is not None:
            self._connection.leave_bench()
            return
        if not self._connection.connected:
            self._connection.connect_bench()
            return
        self._leave_for(self._connection.disconnect_bench)

    def disconnect(self) -> None:
        """Disconnect the bench, or leave the recording that is shown; ask first if readings would be lost."""
        leave(self._window, self._connection)

    def close_bench_file(self) -> None:
        """Open the form for a single board; if a bench with boards is connected, ask first."""
        self._leave_for(self._connection.close_bench_file)

    def start_demo(self) -> None:
        """Start the demo; if a bench with boards is connected, ask first."""
        self._leave_for(self._connection.start_demo)

    def has_asked(self, close: Callable[[], object]) -> bool:
        """Ask whether to close the window although something is not saved or sent, or still runs.

        Returns False if there is nothing to ask. `close` is called if the user agrees.
        """
        if not _session_ends() and self._editing.has_asked(lambda: self._go_on(close)):
            return True
        if _session_ends():
            return False
        bench = self._connection.bench
        devices = bench.status().devices if bench is not None and self._connection.connected else ()
        # The journal of a demo ends with it.
        waiting = sum(device.cloud.sendable for device in devices) if self._connection.demo is None else 0
        told = would_be_lost(devices)
        told += [Message("ask_close", count=waiting)] if waiting else []
        told += [
            Message("ask_close_recording", path=device.recording.path)
            for device in devices
            if device.recording
        ]
        told += self._actions.cut_off() + self._saving.cut_off()
        if told:
            ask(self._window, Question("title_close", joined(told), "button_close"), close)
        return bool(told)

    def _leave_for(self, other: Callable[[], object]) -> None:
        leave_for(self._window, self._connection, other)

    def _go_on(self, close: Callable[[], object]) -> None:
        if not self.has_asked(close):
            close()


def _session_ends() -> bool:
    """Whether the system closes the window because the user logs out or shuts down."""
    application = QGuiApplication.instance()
    return isinstance(application, QGuiApplication) and application.isSavingSession()
