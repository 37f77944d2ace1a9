"""The window in the tray, and a computer that is kept awake."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QSystemTrayIcon

from app.bench.status import CloudState, CloudStatus
from app.messages.message import verbatim
from tests.ui.gestures import proves
from tests.ui.recordings.runs import opened
from tests.ui.stage import Awake, Stage, Tray
from ui.window import MainWindow

CLICKS = [
    QSystemTrayIcon.ActivationReason.Trigger,
    QSystemTrayIcon.ActivationReason.DoubleClick,
    QSystemTrayIcon.ActivationReason.MiddleClick,
]


def hidden(stage: Stage) -> None:
    stage.window.background.tray_action.setChecked(True)
    stage.window.showMinimized()
    stage.wait_until(lambda: not stage.window.isVisible())


@proves("Background.eventFilter")
@pytest.mark.parametrize(
    "reason", [CLICKS[0], *(pytest.param(click, marks=pytest.mark.long) for click in CLICKS[1:])]
)
def test_a_click_in_the_tray_shows_the_window_again(
    stage: Stage, reason: QSystemTrayIcon.ActivationReason
) -> None:
    stage.connect()
    hidden(stage)
    tray = stage.window.background.tray
    assert tray.isVisible()
    tray.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert not stage.window.isVisible()
    tray.activated.emit(reason)
    assert stage.window.isVisible()
    assert not stage.window.isMinimized()
    assert not tray.isVisible()
    assert stage.window.connection.connected


def test_a_maximised_window_comes_back_maximised(stage: Stage) -> None:
    stage.window.showMaximized()
    stage.wait_until(stage.window.isMaximized)
    hidden(stage)
    stage.window.background.show_window()
    assert stage.window.isMaximized()


def test_the_tray_names_the_bench_and_its_menu_closes_the_window(stage: Stage) -> None:
    stage.connect()
    hidden(stage)
    tray = stage.window.background.tray
    assert tray.toolTip() == stage.window.windowTitle() == "Bench 1 – Pinbridge"
    show, quit_ = tray.contextMenu().actions()
    show.trigger()
    assert stage.window.isVisible()
    quit_.trigger()
    assert stage.bench.stopped == 1
    assert not tray.isVisible()


def test_quitting_from_the_tray_asks_if_readings_wait(stage: Stage) -> None:
    stage.connect()
    stage.device.cloud = CloudStatus(CloudState.WAITING, sendable=3)
    hidden(stage)
    _show, quit_ = stage.window.background.tray.contextMenu().actions()
    quit_.trigger()
    assert stage.window.isVisible()
    assert stage.bench.stopped == 0
    assert stage.question().text().startswith("3 readings wait to be sent.")
    stage.agree()
    assert stage.bench.stopped == 1
    assert not stage.window.isVisible()


def test_without_a_tray_the_window_is_minimised_as_usual(stage: Stage) -> None:
    stage.monkeypatch.setattr(Tray, "available", False)
    stage.window.background.tray_action.setChecked(True)
    assert stage.window.notices.texts == ["This system has no tray: the window is minimised as usual."]
    stage.window.showMinimized()
    stage.frames()
    assert stage.window.isVisible()


def test_the_computer_is_kept_awake_only_while_a_bench_is_connected(stage: Stage) -> None:
    stage.window.connection.disconnect_bench()
    stage.window.background.awake_action.setChecked(True)
    assert not stage.awake.is_on
    stage.connect()
    assert stage.awake.is_on
    stage.window.connection.disconnect_bench()
    assert not stage.awake.is_on
    stage.window.connection.connect_bench()
    assert stage.awake.is_on
    stage.window.close()
    assert not stage.awake.is_on


def test_a_recording_that_is_shown_keeps_nothing_awake(stage: Stage) -> None:
    stage.window.background.awake_action.setChecked(True)
    stage.connect()
    opened(stage)
    assert stage.window.connection.connected
    assert not stage.awake.is_on
    stage.window.background.awake_action.setChecked(False)
    stage.window.background.awake_action.setChecked(True)
    assert not stage.awake.is_on
    stage.connect()
    assert stage.awake.is_on


def test_the_computer_stays_awake_when_another_window_takes_over(
    stage: Stage, follow: Callable[[], MainWindow]
) -> None:
    stage.window.background.awake_action.setChecked(True)
    stage.connect()
    before, stage.awake = stage.awake, Awake()  # each window has a switch of its own
    follow()
    assert (before.is_on, stage.awake.is_on) == (False, True)


def test_a_system_that_does_not_allow_it_is_reported(stage: Stage) -> None:
    stage.awake.problem = verbatim("It cannot be kept awake.")
    stage.connect()
    assert stage.window.notices.texts == []
    stage.window.background.awake_action.setChecked(True)
    assert stage.window.notices.texts == ["It cannot be kept awake."]


@pytest.mark.parametrize("times", [pytest.param(1, marks=pytest.mark.long), 2])
def test_a_system_that_does_not_allow_it_is_reported_at_each_connect(stage: Stage, times: int) -> None:
    stage.window.connection.disconnect_bench()
    stage.window.background.awake_action.setChecked(True)
    stage.awake.problem = verbatim("It cannot be kept awake.")
    for _ in range(times):
        stage.window.connection.disconnect_bench()
        assert not stage.window.connection.connected
        stage.connect()
        stage.frames()
        assert stage.window.notices.texts == ["It cannot be kept awake."]


def test_what_an_earlier_connection_reported_is_gone_at_the_next(stage: Stage) -> None:
    stage.connect()
    stage.window.show_message(verbatim("Something of the last run."), "bad")
    stage.window.connection.disconnect_bench()
    assert stage.window.notices.texts == ["Something of the last run."]
    stage.connect()
    assert stage.window.notices.texts == []
    stage.window.show_message(verbatim("Something of this run."), "bad")
    stage.window.connection.close_bench_file()
    assert stage.window.notices.texts == []
