"""When the window's frames come: at news, when one is due, and for texts; few while nothing happens."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.gestures import proves
from tests.ui.stage import PATIENCE_MS
from ui.running.frames import Frames


class Window(QWidget):
    """A window that counts its frames."""

    def __init__(self) -> None:
        super().__init__()
        self.minimised = self.hidden = False
        self.now_s = 100.0
        self.drawn: list[bool] = []
        """Whether each frame had texts."""
        self.wait_s = math.inf
        self.asks_while_drawing = self.stops_while_drawing = False
        self.rests, self.hears_news = False, True
        self.error: Exception | None = None
        self.frames = Frames(self, self.draw, lambda: self.now_s)

    def isMinimized(self) -> bool:
        return self.minimised

    def isHidden(self) -> bool:
        return self.hidden

    def draw(self, texts: bool) -> float:
        self.drawn.append(texts)
        if self.asks_while_drawing:
            self.frames.ask()
        if self.rests:
            self.frames.rest(hears_news=self.hears_news)
        if self.stops_while_drawing:
            self.frames.stop()
        if self.error:
            raise self.error
        return self.wait_s

    @property
    def wait_ms(self) -> int:
        """When the next frame comes; -1 if none does."""
        timer = self.frames._timer
        return timer.interval() if timer.isActive() else -1

    def frame(self, after_s: float) -> bool:
        """Draw the next frame, `after_s` seconds later."""
        self.now_s += after_s
        self.frames._draw_next()
        return self.drawn[-1]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window()
    qtbot.addWidget(window)
    yield window
    window.frames.close()


def test_it_is_off_at_first_and_after_stop(window: Window) -> None:
    window.frames.ask()
    assert (window.frames.is_on, window.wait_ms) == (False, -1)
    window.frames.start()
    assert (window.frames.is_on, window.wait_ms) == (True, 0)
    window.frames.stop()
    assert (window.frames.is_on, window.wait_ms) == (False, -1)
    window.frames.ask()
    assert window.wait_ms == -1


def test_the_first_frame_has_texts_and_then_they_are_renewed_three_times_a_second(window: Window) -> None:
    window.frames.start()
    assert window.frame(0.0)
    texts = [window.frame(0.02) for _ in range(60)]
    assert texts.count(True) == 3
    window.frames.start()
    assert window.frame(0.0)


def test_texts_alone_wait_a_little_for_a_frame_that_is_drawn_anyway(window: Window) -> None:
    window.frames.start()
    window.frame(0.0)
    texts = [window.frame(0.1) for _ in range(10)]
    assert [number for number, is_due in enumerate(texts, 1) if is_due] == [4, 8]
    assert window.wait_ms == 250


def test_while_only_ages_change_texts_are_renewed_once_a_second_until_there_is_news(
    qtbot: QtBot, window: Window
) -> None:
    window.frames.start()
    window.now_s += 3.0
    window.rests = True
    window.frame(0.0)
    assert window.wait_ms == 1000
    assert not window.frame(0.9)
    assert window.frame(0.1)
    window.now_s += 0.4
    window.frames.ring()
    qtbot.waitUntil(lambda: len(window.drawn) == 4, timeout=PATIENCE_MS)
    assert window.drawn[-1]


def test_after_the_user_has_done_something_texts_are_renewed_often_for_two_seconds(window: Window) -> None:
    window.frames.start()
    window.now_s += 3.0
    window.rests = True
    window.frame(0.0)
    window.now_s += 0.4
    window.frames.ask()
    assert window.wait_ms == 0
    texts = [window.frame(0.0), *(window.frame(0.45) for _ in range(4)), window.frame(0.45)]
    assert texts == [True] * 6
    assert window.wait_ms == 1000


def test_a_window_that_hears_no_news_draws_a_frame_with_its_texts(qtbot: QtBot, window: Window) -> None:
    window.frames.start()
    window.now_s += 3.0
    window.rests, window.hears_news = True, False
    window.frame(0.0)
    window.now_s += 0.1
    window.frames.ring()
    for _ in range(10):
        QApplication.processEvents()
    assert (len(window.drawn), window.wait_ms) == (1, 1000)
    window.rests = False
    assert window.frame(0.9)
    window.now_s += 0.1
    window.frames.ring()
    qtbot.waitUntil(lambda: len(window.drawn) == 3, timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("wait_s", "wait_ms"),
    [(math.inf, 450), (0.2, 200), (0.0, 16), (0.0101, 16), (0.0206, 21)],
)
def test_the_next_frame_comes_when_it_is_due_but_no_sooner_than_the_screen_shows_it(
    window: Window, wait_s: float, wait_ms: int
) -> None:
    window.wait_s = wait_s
    window.frames.start()
    window.frame(0.0)
    assert window.wait_ms == wait_ms


def test_a_frame_that_is_asked_for_comes_sooner_and_is_not_put_off(window: Window) -> None:
    window.wait_s = 0.2
    window.frames.start()
    window.frame(0.0)
    window.now_s += 0.004
    window.frames.ask()
    assert window.wait_ms == 12
    window.now_s += 0.001
    window.frames.ask()
    assert window.wait_ms in (11, 12)
    window.now_s += 5.0
    window.frames._timer.stop()
    window.frames.ask()
    assert window.wait_ms == 0


def test_what_is_asked_for_while_a_frame_is_drawn_has_a_frame_of_its_own(window: Window) -> None:
    window.frames.start()
    window.asks_while_drawing = True
    window.frame(0.0)
    assert window.wait_ms == 16


def test_after_a_frame_that_failed_the_next_one_comes_with_the_texts(window: Window) -> None:
    window.frames.start()
    window.error = ValueError()
    with pytest.raises(ValueError):  # noqa: PT011
        window.frame(0.0)
    assert window.wait_ms == 450


def test_a_frame_may_stop_the_frames(window: Window) -> None:
    window.frames.start()
    window.stops_while_drawing = True
    window.frame(0.0)
    assert window.wait_ms == -1


def test_news_from_any_thread_are_drawn_at_once_and_once(qtbot: QtBot, window: Window) -> None:
    window.frames.start()
    window.frame(0.0)
    window.now_s += 0.1

    def ring() -> None:
        for _ in range(1000):
            window.frames.ring()

    threads = [threading.Thread(target=ring) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: len(window.drawn) == 2, timeout=PATIENCE_MS)
    for _ in range(10):
        QApplication.processEvents()
    assert len(window.drawn) == 2
    window.now_s += 0.1
    window.frames.ring()
    qtbot.waitUntil(lambda: len(window.drawn) == 3, timeout=PATIENCE_MS)


@proves("Frames.eventFilter")
@pytest.mark.parametrize("away", ["minimised", "hidden"])
def test_a_window_that_is_away_is_drawn_every_two_seconds_and_hears_no_news(
    qtbot: QtBot, window: Window, away: str
) -> None:
    window.frames.start()
    setattr(window, away, True)
    window.frame(0.0)
    assert window.wait_ms == 2000
    window.now_s += 1.0
    window.frames.ring()
    for _ in range(10):
        QApplication.processEvents()
    assert (len(window.drawn), window.wait_ms) == (1, 2000)
    setattr(window, away, False)
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowStateChange))
    qtbot.waitUntil(lambda: len(window.drawn) == 2, timeout=PATIENCE_MS)
    window.frames.ring()
    qtbot.waitUntil(lambda: len(window.drawn) == 3, timeout=PATIENCE_MS)


def test_it_is_silent_after_it_is_closed(window: Window) -> None:
    window.frames.start()
    window.frames.close()
    window.frames.ring()
    window.frames.ask()
    for _ in range(10):
        QApplication.processEvents()
    assert (window.drawn, window.wait_ms) == ([], -1)
