"""The window goes on while slow work is waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.bench.bench import BenchError
from app.config.bench_file import BenchConfig
from tests.ui.conftest import Bench
from tests.ui.fake_bench import FakeBench
from tests.ui.gestures import proves
from tests.ui.stage import LEFT, PATIENCE_MS
from ui.running import waiting
from ui.running.waiting import waited_for
from ui.window import MainWindow

PATIENCE_S = PATIENCE_MS / 1000


@pytest.fixture(autouse=True)
def _paints_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "AT_ONCE_S", 0.0)


def test_timers_run_until_the_work_is_over(qapp: QApplication) -> None:
    assert qapp
    go_on = threading.Event()
    QTimer.singleShot(0, go_on.set)
    assert waited_for(lambda: go_on.wait(PATIENCE_S))


@proves("_NoInput.eventFilter")
def test_keys_and_clicks_do_nothing_meanwhile(qtbot: QtBot) -> None:
    field, button, pressed = QLineEdit(), QPushButton(), list[str]()
    button.clicked.connect(lambda: pressed.append("button"))
    for widget in (field, button):
        qtbot.addWidget(widget)
        widget.show()
    acted = threading.Event()

    def act() -> None:
        QTest.keyClicks(field, "abc")
        QTest.mouseClick(button, LEFT)
        acted.set()

    QTimer.singleShot(0, act)
    assert waited_for(lambda: acted.wait(PATIENCE_S))
    assert (field.text(), pressed) == ("", [])
    act()
    assert (field.text(), pressed) == ("abc", ["button"])


def test_what_the_work_raises_is_raised(qapp: QApplication) -> None:
    assert qapp

    def fails() -> None:
        raise BenchError("verbatim", text="no")

    with pytest.raises(BenchError, match="no"):
        waited_for(fails)


def test_work_is_waited_for_if_the_program_ends_meanwhile(qapp: QApplication) -> None:
    is_ending, is_done = threading.Event(), threading.Event()

    def end() -> None:
        qapp.exit()
        is_ending.set()

    def work() -> bool:
        is_ending.wait(PATIENCE_S)
        is_done.set()
        return True

    done: list[bool] = []

    def begin() -> None:
        QTimer.singleShot(0, end)
        done.append(waited_for(work))

    QTimer.singleShot(0, begin)
    qapp.exec()
    assert done == [True]
    assert is_done.is_set()


def connect_slowly(
    window: MainWindow,
    maker: Bench,
    monkeypatch: pytest.MonkeyPatch,
    config: BenchConfig,
    meanwhile: Callable[[], object],
) -> None:
    """Connect `config`; its bench is made only when the window has called `meanwhile`."""
    has_acted = threading.Event()

    def act() -> None:
        meanwhile()
        has_acted.set()

    def make(config: BenchConfig, tokens: Mapping[str, str]) -> FakeBench:
        assert has_acted.wait(PATIENCE_S)
        return maker.make(config, tokens)

    connection = window.connection
    monkeypatch.setattr(connection, "_program", connection._program._replace(make_bench=make))
    connection.open_bench(config, "bench.toml")
    QTimer.singleShot(0, act)
    connection.connect_bench()


def test_a_bench_that_is_made_while_the_window_closes_is_not_started(
    window: MainWindow, maker: Bench, config: BenchConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_slowly(window, maker, monkeypatch, config, window.close)
    assert not window.connection.connected
    assert (maker.last.started, maker.last.stopped) == (0, 1)


def test_the_list_of_ports_stays_as_it_is_while_a_bench_is_made(
    window: MainWindow, maker: Bench, config: BenchConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = maker.looks_at_ports
    connect_slowly(window, maker, monkeypatch, config, window.refresh_ports)
    assert window.connection.connected
    assert maker.looks_at_ports == before
