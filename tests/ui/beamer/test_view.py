"""The view for an audience: large values and plots on the whole screen, and the usual window afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from app.messages.message import verbatim
from app.wire.datastreams import LineStyle
from tests.ui.fake_bench import play
from tests.ui.stage import Stage
from tests.ui.theme.test_colors import contrast
from ui import settings as memory
from ui.beamer import values
from ui.beamer.tiling import MOST_TILES
from ui.beamer.values import BigValue, BigValues
from ui.beamer.view import BeamerView
from ui.plot.curves import Look
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme, Theme

SCREEN = (1920, 1080)
LOOK = Look("#0072B2", LineStyle.SOLID)


@pytest.fixture
def audience(stage: Stage) -> Iterator[Stage]:
    """A stage whose window shows the view for an audience, as large as a projector's picture."""
    stage.press("F11")
    stage.wait_until(stage.window.isFullScreen)
    QApplication.processEvents()
    stage.window.resize(*SCREEN)
    settle(stage)
    assert stage.window.size().toTuple() == SCREEN
    yield stage
    stage.window.beamer.leave()


def settle(stage: Stage) -> None:
    """Show what is new, and let Qt lay it out."""
    for _ in range(2):
        QApplication.processEvents()
        stage.frames(6)


def visible_texts(window: QWidget) -> list[str]:
    found = []
    for widget in filter(QWidget.isVisible, window.findChildren(QWidget)):
        for name in ("text", "placeholderText", "currentText"):
            said = getattr(widget, name, None)
            if callable(said) and (text := str(said())):
                found.append(text)
    return found


def test_it_shows_each_datastream_with_its_colour_and_its_unit(audience: Stage) -> None:
    shown = audience.window.beamer.values.values
    rows = audience.window.left.rows
    assert [(value.name, value.unit) for value in shown] == [
        ("Sine", ""),
        ("Temperature", "°C"),
        ("Counter", ""),
        ("Wind", ""),
    ]
    assert [value.look for value in shown] == audience.window.left.looks
    assert [f"{v.value} {v.unit}".strip() for v in shown] == [rows.index(row, 1).data() for row in range(4)]
    assert {value.age for value in shown} == {""}


@pytest.mark.parametrize(
    ("line_style", "pieces"),
    [(LineStyle.SOLID, 1), (LineStyle.DASHED, 3), (LineStyle.DOTTED, 4), (LineStyle.DASH_DOT, 3)],
)
def test_beside_the_spot_is_a_sample_of_a_line_that_is_not_solid(
    qtbot: QtBot, line_style: LineStyle, pieces: int
) -> None:
    values = BigValues()
    qtbot.addWidget(values)
    values.resize(600, 200)
    look = Look("#D55E00", line_style)
    values.show_values([BigValue("v1", "Air", "21.5", "°C", look, "")])
    picture = values.grab().toImage()

    def row(y: int) -> int:
        """How many pieces of the colour a row of pixels has."""
        hits = [picture.pixelColor(x, y) == QColor(look.color) for x in range(picture.width())]
        return sum(hit and not before for before, hit in zip([False, *hits], hits, strict=False))

    assert max(map(row, range(picture.height()))) == pieces


def test_nothing_else_of_the_window_is_visible(audience: Stage) -> None:
    window = audience.window
    assert not window.menuBar().isVisible()
    window.show_message(verbatim("https://fra1.blynk.cloud does not answer"), "bad")
    audience.frames(6)
    assert visible_texts(window) == ["greenhouse   ·   Esc or F11: back to the window"]
    assert not [field for field in window.findChildren(QLineEdit) if field.isVisible()]


def test_a_board_is_named_only_if_there_are_several(audience: Stage) -> None:
    beamer, looks = audience.window.beamer, audience.window.left.looks
    status = audience.bench.status()
    device = status.devices[0]
    alone = msgspec.structs.replace(status, devices=(device,))
    beamer.show_device(alone, device, looks, runs=True)
    assert beamer.footer.text() == "Esc or F11: back to the window"
    beamer.show_device(status, device, looks, runs=True)
    assert beamer.footer.text().startswith("greenhouse")


def test_values_are_large_and_inside_their_tiles(audience: Stage) -> None:
    values = audience.window.beamer.values
    assert values.text_px >= SCREEN[1] / 14
    tiles = [values.tile(number) for number in range(len(values.values))]
    whole = QRect(0, 0, values.width() + 1, values.height() + 1)
    for number, tile in enumerate(tiles):
        assert whole.contains(tile.toAlignedRect().adjusted(1, 1, -1, -1))
        assert not any(tile.adjusted(1, 1, -1, -1).intersects(other) for other in tiles[:number])


def test_the_plots_have_large_labels_and_share_the_screen_without_overlap(audience: Stage) -> None:
    window, beamer = audience.window, audience.window.beamer
    plot = window.pane.plot
    assert plot.isVisible()
    assert plot.strips[0].header.font().pointSizeF() > 1.8 * window.bar.font().pointSizeF()
    area = QRect(window.pane.plot_area.mapTo(beamer, QRect().topLeft()), window.pane.plot_area.size())
    assert not area.intersects(beamer.values.geometry())
    assert beamer.rect().contains(area)
    assert area.height() * area.width() > beamer.height() * beamer.width() / 3


def many(stage: Stage, count: int) -> None:
    """Let the board send values of `count` datastreams."""
    for pin in range(count):
        stage.device.say(f"v{pin}={pin}", stage.clock.now_s)
    settle(stage)


@pytest.mark.parametrize("size", [(960, 540), (1280, 800), (800, 900)])
def test_the_view_fills_a_screen_whose_size_changes(audience: Stage, size: tuple[int, int]) -> None:
    view = audience.window.beamer
    for width, height in (size, SCREEN, size):
        audience.window.resize(width, height)
        settle(audience)
        large, plots = view.values.geometry(), view._pane.plot_area.geometry()
        assert not large.intersects(plots)
        assert large.width() * large.height() >= 0.3 * width * height
        assert plots.right() >= width - 30
        assert plots.bottom() >= height - 60
        assert view._inner() == view._row.geometry().size()


@pytest.mark.parametrize("size", [(300, 60), (944, 170), (700, 900), (1850, 400)])
def test_a_unit_is_as_complete_as_its_value(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    view = BigValues()
    qtbot.addWidget(view)
    view.show_values([BigValue(str(n), "T", f"{n}9.999", "kΩ", LOOK, "") for n in (2, 48, 80_000)])
    view.resize(*size)
    write, whole = values._write, []

    def record(painter: QPainter, place: QPointF, right: float, font: QFont, color: str, words: str) -> float:
        end = write(painter, place, right, font, color, words)
        whole.append(end - place.x() == pytest.approx(QFontMetricsF(font).horizontalAdvance(words)))
        return end

    monkeypatch.setattr(values, "_write", record)
    view.grab()
    assert whole == [True] * 9


@pytest.mark.parametrize(
    ("count", "more"),
    [
        (17, "… and 5 more datastreams"),
        pytest.param(5, "", marks=pytest.mark.long),
        pytest.param(12, "", marks=pytest.mark.long),
        pytest.param(13, "… and 1 more datastream", marks=pytest.mark.long),
    ],
)
def test_more_than_twelve_datastreams_are_only_counted(audience: Stage, count: int, more: str) -> None:
    many(audience, count)
    beamer = audience.window.beamer
    assert len(beamer.values.values) == min(count, MOST_TILES)
    assert more in beamer.footer.text()
    assert ("more" in beamer.footer.text()) is bool(more)
    plot, area = audience.window.pane.plot, audience.window.pane.plot_area
    QApplication.processEvents()
    assert plot.height() <= area.viewport().height()


@pytest.mark.long
def test_the_text_has_enough_contrast(audience: Stage) -> None:
    for theme, scheme in ((Theme.LIGHT, LIGHT), (Theme.DARK, DARK), (Theme.HIGH_CONTRAST, HIGH_CONTRAST)):
        audience.window.set_theme(theme)
        whole = audience.window.grab().toImage()
        picture = whole.copy(audience.window.beamer.values.geometry())
        ground = picture.pixelColor(1, 1).name()
        assert ground == QColor(scheme.window).name()
        best = max(contrast(color, ground) for color in colors(picture))
        assert best >= 4.5


def colors(picture: QImage) -> set[str]:
    return {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 7)
        for y in range(0, picture.height(), 7)
    }


def test_a_value_that_no_longer_comes_is_faint_and_says_since_when(audience: Stage) -> None:
    play(audience.device, audience.clock.now_s, audience.clock.now_s + 1)
    audience.clock.now_s += 1
    audience.frames(6)
    audience.clock.now_s += 12
    audience.device.say("v1=22.5", audience.clock.now_s)
    audience.frames(6)
    ages = {value.name: value.age for value in audience.window.beamer.values.values}
    assert ages == {"Sine": "12 s ago", "Temperature": "", "Counter": "12 s ago", "Wind": "13 s ago"}
    assert "Sine 12 s ago" not in audience.window.beamer.values.accessibleDescription()
    assert "12 s ago" in audience.window.beamer.values.accessibleDescription()


@pytest.mark.long
def test_after_disconnecting_every_value_is_old(audience: Stage) -> None:
    audience.clock.now_s += 3
    audience.window.connection.disconnect_bench()
    assert all(value.age for value in audience.window.beamer.values.values)


def test_keys_for_the_view_still_work_but_not_those_of_hidden_panes(audience: Stage) -> None:
    pane, beamer = audience.window.pane, audience.window.beamer
    audience.press("P")
    assert pane.is_paused
    assert "View paused" in beamer.footer.text()
    audience.press("Space")
    assert not pane.is_paused
    assert "View paused" not in beamer.footer.text()
    audience.press("-")
    assert pane.view.span_s == 30
    audience.press("Ctrl+1")
    audience.press("Ctrl+O")
    assert beamer.isVisible()
    assert not audience.window.console.isVisible()
    audience.press("Ctrl+PgDown")
    audience.frames()
    assert audience.window.rail.chosen == "cellar"
    assert beamer.values.values == ()


def test_before_the_first_value_it_says_so_and_shows_no_settings(stage: Stage) -> None:
    stage.window.connection.open_bench(stage.config, "bench.toml")
    stage.press("F11")
    QApplication.processEvents()
    assert visible_texts(stage.window) == ["Esc or F11: back to the window"]
    assert not stage.window.pane.overview.isVisible()
    values = stage.window.beamer.values
    assert values.height() > stage.window.height() / 2
    assert len(colors(values.grab().toImage())) > 1  # the sentence
    stage.window.beamer.leave()


def state(stage: Stage) -> dict[str, object]:
    window = stage.window
    return {
        "state": window.windowState(),
        "place": window.geometry(),
        "sizes": [splitter.sizes() for splitter in window.panes.findChildren(QSplitter)],
        "seen": sorted(type(w).__name__ for w in window.page.findChildren(QWidget) if w.isVisible()),
        "plot": (window.pane.plot.font(), window.pane.plot.width(), window.pane.plot.height()),
        "focus": window.focusWidget(),
        "menus": window.menuBar().isVisible(),
    }


def state_at_rest(stage: Stage) -> dict[str, object]:
    """The state when the layouts have settled: each can ask others for more or less room."""
    states: list[dict[str, object]] = []
    while states[-3:] != 3 * states[-1:] or len(states) < 3:
        assert len(states) < 20
        QApplication.processEvents()
        stage.frames()
        states.append(state(stage))
    return states[-1]


@pytest.mark.parametrize(
    ("before", "key"),
    [
        ("panes hidden", "Esc"),
        ("maximised", "F11"),
        *(
            pytest.param(before, key, marks=pytest.mark.long)
            for before in ("normal", "maximised", "panes hidden")
            for key in ("Esc", "F11")
        ),
    ],
)
def test_the_window_is_as_before_afterwards(stage: Stage, key: str, before: str) -> None:
    if before == "maximised":
        stage.window.showMaximized()
        stage.wait_until(stage.window.isMaximized)
    elif before == "panes hidden":
        stage.press("Ctrl+B")
        stage.press("Ctrl+J")
    stage.window.pane.tools.together_button.setFocus()
    was = state_at_rest(stage)
    stage.press("F11")
    QApplication.processEvents()
    stage.frames()
    assert state(stage) != was
    stage.press(key)
    stage.wait_until(lambda: stage.window.geometry() == was["place"])
    assert state_at_rest(stage) == was
    assert isinstance(stage.window.pane.plot.parent().parent(), QScrollArea)


@pytest.mark.parametrize("was_maximised", [True, pytest.param(False, marks=pytest.mark.long)])
def test_the_next_window_does_not_open_in_it(
    stage: Stage, reopened: Callable[[], Stage], was_maximised: bool
) -> None:
    stage.window.resize(1000, 700)
    if was_maximised:
        stage.window.showMaximized()
    stage.press("F11")
    stage.window.close()
    kept = memory.load(stage.settings_path)
    assert (kept.width, kept.height, kept.maximised) == (1000, 700, was_maximised)
    again = reopened().window
    assert not again.isFullScreen()
    assert again.isMaximized() is was_maximised
    assert again.bar.isVisible()


@pytest.mark.long
def test_strips_that_do_not_fit_share_one_plot_until_the_view_ends(audience: Stage) -> None:
    pane = audience.window.pane
    many(audience, 12)
    assert len(pane.plot.strips) == 1
    audience.press("Esc")
    assert len(pane.plot.strips) == 12
    assert not pane.tools.together_button.isChecked()


def test_a_view_that_is_off_ignores_that_it_is_left(stage: Stage) -> None:
    view = stage.window.beamer
    assert isinstance(view, BeamerView)
    view.leave()
    assert not view.is_on
    assert stage.window.bar.isVisible()


@pytest.mark.long
def test_colours_follow_the_theme(audience: Stage) -> None:
    def ground(scheme: Scheme) -> bool:
        return audience.window.grab().toImage().pixelColor(2, 2) == QColor(scheme.window)

    assert ground(LIGHT)
    audience.window.set_theme(Theme.DARK)
    assert ground(DARK)


def test_long_texts_are_cut_off_and_do_not_make_all_values_small(audience: Stage) -> None:
    beamer = audience.window.beamer
    audience.device.say("v3=" + "a very long text " * 9, audience.clock.now_s)
    settle(audience)
    assert beamer.values.text_px >= SCREEN[1] / 25
