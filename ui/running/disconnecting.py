"""The question before a running bench is disconnected by a key, or because something else is opened.

Invariants: whatever the user does, the same question is asked, and only if a bench with boards is connected:
a demo or a recording that ends loses nothing. The button Disconnect asks only if readings would be lost, and
so does what disconnects the bench to set it up anew.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QWidget

from app.bench.status import DeviceStatus
from app.messages.message import Message
from ui import lights
from ui.dialogs.asking import Question, ask
from ui.running.connection import Connection


def leave_for(window: QWidget, connection: Connection, go: Callable[[], object]) -> None:
    """Call `go`, which disconnects the bench; if a bench with boards is connected, ask first."""
    if connection.connected and connection.player is None and connection.demo is None:
        _ask(window, connection, go)
    else:
        go()


def leave(window: QWidget, connection: Connection, go: Callable[[], object] | None = None) -> None:
    """Call `go`, which disconnects the bench; ask first if readings would be lost.

    By default, the bench is disconnected, or the recording that is shown is closed.
    """
    go = go or connection.leave_bench
    bench = connection.bench
    if bench is not None and connection.connected and would_be_lost(bench.status().devices):
        _ask(window, connection, go)
    else:
        go()


def would_be_lost(devices: Iterable[DeviceStatus]) -> list[Message]:
    """A sentence about the readings of `devices` that are lost if the bench stops now; else no sentence."""
    unwritten = [device.unwritten for device in devices if lights.not_written(device)]
    count = sum(each.readings for each in unwritten)
    reason = next((each.reason for each in unwritten if each.reason), None)
    return [Message("ask_lose_unwritten", count=count, reason=reason)] if reason else []


def joined(sentences: Iterable[Message]) -> Message:
    """One message with all `sentences`, of which there must be one at least."""
    return functools.reduce(
        lambda first, second: Message("two_sentences", first=first, second=second), sentences
    )


def _ask(window: QWidget, connection: Connection, go: Callable[[], object]) -> None:
    bench = connection.bench
    assert bench is not None  # noqa: S101 - the bench is connected
    asked = Message("ask_disconnect", bench=bench.config.bench.name)
    question = joined([*would_be_lost(bench.status().devices), asked, *connection.cut_off()])
    ask(window, Question("title_disconnect", question, "button_disconnect"), go)
