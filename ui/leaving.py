"""Asks before a bench is disconnected by a key or for the demo, or closed before all is saved and sent.

Invariants: a question is asked only if the user would not see the effect otherwise, or if readings would be
lost; a program that is ended by a signal, by a timer or by the system asks nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.bench.status import DeviceStatus
from app.messages.message import Message
from ui import lights
from ui.bench.editing import Editing
from ui.dialogs.asking import Question, ask
from ui.running.connection import Connection


class Leaving:
    """The questions before the bench of a window is stopped."""

    def __init__(self, window: QWidget, connection: Connection, editing: Editing) -> None:
        self._window = window
        self._connection = connection
        self._editing = editing

    def toggle_connection(self) -> None:
        """Connect; if the bench is connected, ask whether to disconnect it."""
        if self._connection.player is not None:
            self._connection.leave_bench()
            return
        if not self._connection.connected:
            self._connection.connect_bench()
            return
        self._ask_to_disconnect(self._connection.disconnect_bench)

    def disconnect(self) -> None:
        """Disconnect the bench, or leave the recording that is shown; ask first if readings would be lost."""
        bench, connected = self._connection.bench, self._connection.connected
        if bench is not None and connected and _would_be_lost(bench.status().devices):
            self._ask_to_disconnect(self._connection.leave_bench)
        else:
            self._connection.leave_bench()

    def close_bench_file(self) -> None:
        """Open the form for a single board; if a bench with boards is connected, ask first."""
        self._leave_for(self._connection.close_bench_file)

    def start_demo(self) -> None:
        """Start the demo; if a bench with boards is connected, ask first."""
        self._leave_for(self._connection.start_demo)

    def has_asked(self, close: Callable[[], object]) -> bool:
        """Ask whether to close the window although something is not saved or sent, or a recording runs.

        Returns False if there is nothing to ask. `close` is called if the user agrees.
        """
        if not _session_ends() and self._editing.has_asked(lambda: self._go_on(close)):
            return True
        bench = self._connection.bench
        if bench is None or not self._connection.connected or _session_ends():
            return False
        devices = bench.status().devices
        waiting = sum(device.cloud.sendable for device in devices)
        told = _would_be_lost(devices)
        told += [Message("ask_close", count=waiting)] if waiting else []
        told += [
            Message("ask_close_recording", path=device.recording.path)
            for device in devices
            if device.recording
        ]
        if told:
            message = functools.reduce(_then, told)
            ask(self._window, Question("title_close", message, "button_close"), close)
        return bool(told)

    def _leave_for(self, other: Callable[[], object]) -> None:
        connection = self._connection
        if connection.connected and connection.player is None and connection.demo is None:
            self._ask_to_disconnect(other)
        else:
            other()

    def _ask_to_disconnect(self, disconnect: Callable[[], object]) -> None:
        bench = self._connection.bench
        assert bench is not None  # noqa: S101 - the bench is connected
        asked = Message("ask_disconnect", bench=bench.config.bench.name)
        question = functools.reduce(_then, [*_would_be_lost(bench.status().devices), asked])
        ask(self._window, Question("title_disconnect", question, "button_disconnect"), disconnect)

    def _go_on(self, close: Callable[[], object]) -> None:
        if not self.has_asked(close):
            close()


def _would_be_lost(devices: Iterable[DeviceStatus]) -> list[Message]:
    """A sentence about the readings of `devices` that are lost if the bench stops now; else no sentence."""
    unwritten = [device.unwritten for device in devices if lights.not_written(device)]
    count = sum(each.readings for each in unwritten)
    reason = next((each.reason for each in unwritten if each.reason), None)
    return [Message("ask_lose_unwritten", count=count, reason=reason)] if reason else []


def _then(first: Message, second: Message) -> Message:
    return Message("two_sentences", first=first, second=second)


def _session_ends() -> bool:
    """Whether the system closes the window because the user logs out or shuts down."""
    application = QGuiApplication.instance()
    return isinstance(application, QGuiApplication) and application.isSavingSession()
