"""Every entry of the menus, by each of its keys and by mouse, seen where it counts.

An entry or a key that is added without its row here fails, as does a row whose entry is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from PySide6.QtGui import QAction, QImage, QKeySequence, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app import updates
from tests.ui.conftest import BENCH
from tests.ui.drawing import texts
from tests.ui.stage import LEFT, Stage
from ui import theme
from ui.colors import DARK, HIGH_CONTRAST, LIGHT, Scheme, Theme
from ui.help import HelpDialog
from ui.lower_pane import CLOUD, CONSOLE, WRONG
from ui.saving import SaveDataDialog
from ui.token_dialog import TokenDialog
from ui.updates import UpdatesDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Course = Callable[[Stage], Iterator[None]]
"""What is so before, a `yield` at which the entry is chosen, and what is so after it."""


class Row(NamedTuple):
    """One entry: its keys, and what it does."""

    keys: tuple[str, ...]
    course: Course


ROWS: dict[str, Row] = {}


def entry(path: str, *keys: str) -> Callable[[Course], Course]:
    def add(course: Course) -> Course:
        ROWS[path] = Row(keys, course)
        return course

    return add


@entry("Bench / Connect or disconnect", "Ctrl+Return", "Ctrl+Enter")
def connects_and_disconnects(stage: Stage) -> Iterator[None]:
    assert stage.window.connected
    yield
    assert not stage.window.connected
    assert stage.bench.stopped == 1
    yield
    assert stage.window.connected
    assert [bench.started for bench in stage.made] == [1, 1]


@entry("Bench / Open bench file…", "Ctrl+O")
def opens_the_file_that_is_chosen(stage: Stage) -> Iterator[None]:
    path = stage.folder / "other.pinbridge"
    path.write_bytes(BENCH.replace(b"Bench 1", b"Another bench"))
    asked = stage.answers_with(path)
    yield
    assert asked == ["Open a bench file |  | Bench files (*.pinbridge *.toml)"]
    assert stage.window.windowTitle() == "Another bench – Pinbridge"
    assert stage.bench.stopped == 1


@entry("Bench / New without a file", "Ctrl+N")
def goes_back_to_the_form(stage: Stage) -> Iterator[None]:
    assert not stage.window.bar.form.isVisible()
    yield
    assert stage.window.bar.form.isVisible()
    assert stage.bench.stopped == 1


@entry("Bench / Reset the board on connect")
def spares_the_board_a_reset(stage: Stage) -> Iterator[None]:
    stage.window.close_bench_file()
    yield
    stage.window.connect_bench()
    assert not stage.bench.config.device[0].reset_on_connect


@entry("Bench / Auth tokens…")
def takes_a_token(stage: Stage) -> Iterator[None]:
    yield
    dialog = stage.dialog(TokenDialog)
    dialog.fields["greenhouse"].setText("another token")
    stage.click(dialog.agree)
    assert stage.keyring.held == {"greenhouse": "another token"}


@entry("Bench / Save data…", "Ctrl+S")
def saves_a_table(stage: Stage) -> Iterator[None]:
    path = stage.folder / "data.csv"
    asked = stage.answers_with(path)
    yield
    stage.click(stage.dialog(SaveDataDialog).agree)
    assert len(asked) == 1
    assert "*.csv" in asked[0]
    stage.wait_for_notice(f"2 readings are in {path}.")
    assert path.read_text(encoding="utf-8").splitlines()[0] == "id"


@entry("Bench / Save picture of the plot…", "Ctrl+Shift+S")
def saves_a_picture(stage: Stage) -> Iterator[None]:
    path = stage.folder / "plot.png"
    asked = stage.answers_with(path)
    yield
    assert len(asked) == 1
    assert "*.png" in asked[0]
    assert QImage(str(path)).width() == stage.window.pane.plot.width()


@entry("Bench / Quit", "Ctrl+Q")
def quits(stage: Stage) -> Iterator[None]:
    yield
    assert not stage.window.isVisible()
    assert stage.bench.stopped == 1


@entry("Device / Record, or end the recording", "Ctrl+R")
def records(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    yield
    assert stage.bench.told == [("record", "greenhouse", True), ("record", "greenhouse", False)]


@entry("Device / Release the port, or take it back", "Ctrl+U")
def lends_the_port(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    yield
    assert stage.bench.told == [("release_port", "greenhouse"), ("take_port", "greenhouse")]


@entry("Device / Send a line…", "Ctrl+L")
def lets_a_line_be_typed(stage: Stage) -> Iterator[None]:
    stage.window.lower_pane.show_page(WRONG)
    stage.window.pane.plot.setFocus()
    yield
    assert stage.window.focusWidget() is stage.window.console.send_box.field
    assert stage.window.console.isVisible()


@entry("Device / Try the cloud now")
def tries_the_cloud(stage: Stage) -> Iterator[None]:
    yield
    assert stage.bench.told == [("try_now", "greenhouse")]


@entry("Device / Next device", "Ctrl+PgDown")
def looks_at_the_next_device(stage: Stage) -> Iterator[None]:
    yield
    assert stage.window.bar.device == "cellar"
    stage.window.acts.try_now()
    assert stage.bench.told == [("try_now", "cellar")]
    yield
    assert stage.window.bar.device == "greenhouse"


@entry("Device / Previous device", "Ctrl+PgUp")
def looks_at_the_device_before(stage: Stage) -> Iterator[None]:
    yield
    assert stage.window.bar.device == "cellar"
    yield
    assert stage.window.bar.device == "greenhouse"


@entry("Device / Delete its data…")
def deletes_after_a_question(stage: Stage) -> Iterator[None]:
    yield
    stage.press("Return", stage.question())
    assert stage.bench.told == []
    yield
    (delete,) = [button for button in stage.question().buttons() if button.text() == "Delete"]
    stage.click(delete)
    assert stage.bench.told == [("delete_data", "greenhouse")]


@entry("View / Pause or resume", "P")
def pauses(stage: Stage) -> Iterator[None]:
    yield
    assert stage.window.pane.is_paused
    yield
    assert not stage.window.pane.is_paused


@entry("View / Reset", "R")
def follows_the_newest(stage: Stage) -> Iterator[None]:
    pane = stage.window.pane
    for key in ("Left", "Up"):
        stage.press(key)
    pane.view.zoom(0.5, 1.0, stage.clock.now_s)
    assert (pane.is_paused, pane.view.span_s, pane.lock_button.isChecked()) == (True, 5, True)
    yield
    assert (pane.is_paused, pane.view.span_s, pane.lock_button.isChecked()) == (False, 10, False)


@entry("View / Lock or free the value axes", "L")
def locks_the_value_axes(stage: Stage) -> Iterator[None]:
    lane = stage.window.pane.plot.lanes[0]
    before = lane.box.viewRange()[1]
    yield
    stage.device.say("v0=1000", stage.clock.now_s)
    stage.frames()
    assert lane.box.viewRange()[1] == before
    yield
    stage.frames()
    assert lane.box.viewRange()[1][1] > 1000


@entry("View / Cursors to measure with", "X")
def measures(stage: Stage) -> Iterator[None]:
    pane = stage.window.pane
    yield
    stage.frames()
    assert "Δt 3 s" in pane.measured
    assert "Δy" in texts(pane.plot.lanes[0])[0]
    yield
    stage.frames()
    assert "Δy" not in texts(pane.plot.lanes[0])[0]


@entry("View / Curves together or one each", "T")
def draws_curves_together(stage: Stage) -> Iterator[None]:
    assert len(stage.window.pane.plot.lanes) == 3
    yield
    assert len(stage.window.pane.plot.lanes) == 1
    yield
    assert len(stage.window.pane.plot.lanes) == 3


@entry("View / Clock time or seconds ago", "C")
def shows_the_clock(stage: Stage) -> Iterator[None]:
    axis = stage.window.pane.plot.lanes[-1].bottom
    assert axis.tickStrings([-2.0], 1, 2.0) == ["−2 s"]
    yield
    assert axis.tickStrings([-2.0], 1, 2.0)[0].count(":") == 2
    yield
    assert axis.tickStrings([-2.0], 1, 2.0) == ["−2 s"]


@entry("View / Shorter time window", "+", "=")
def shortens_the_time_window(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    assert stage.window.pane.plot.lanes[0].box.viewRange()[0] == [-5, 0]


@entry("View / Longer time window", "-")
def lengthens_the_time_window(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    assert stage.window.pane.plot.lanes[0].box.viewRange()[0] == [-30, 0]


@entry("View / Only wrong lines in the console", "W")
def shows_wrong_lines_alone(stage: Stage) -> Iterator[None]:
    kinds = {str(line.verdict.kind) for line in stage.window.console.model.lines}
    assert kinds == {"accepted", "rejected", "comment"}
    yield
    assert {str(line.verdict.kind) for line in stage.window.console.model.lines} == {"rejected"}
    yield
    assert len({line.verdict.kind for line in stage.window.console.model.lines}) == 3


@entry("View / Clear the console", "Ctrl+K")
def clears_the_console(stage: Stage) -> Iterator[None]:
    assert stage.window.console.view.model().rowCount() > 0
    yield
    assert stage.window.console.view.model().rowCount() == 0


@entry("View / Console", "Ctrl+1")
def shows_the_console(stage: Stage) -> Iterator[None]:
    stage.window.lower_pane.show_page(CLOUD)
    yield
    assert stage.window.lower_pane.front == CONSOLE
    assert stage.window.focusWidget() is stage.window.console.view


@entry("View / What was wrong", "Ctrl+2")
def shows_what_was_wrong(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    assert stage.window.focusWidget() is stage.window.lower_pane.wrong.view
    assert stage.window.lower_pane.wrong.model.rowCount() == len(stage.device.rejected)


@entry("View / Cloud", "Ctrl+3")
def shows_the_cloud(stage: Stage) -> Iterator[None]:
    yield
    stage.frames()
    assert stage.window.focusWidget() is stage.window.lower_pane.tabs  # no refused reading to go to
    assert stage.window.lower_pane.cloud.facts["State"].text() == "All readings have been sent."


def dresses(path: str, before: Theme, after: Theme, scheme: Scheme) -> None:
    @entry(path)
    def course(stage: Stage) -> Iterator[None]:
        stage.monkeypatch.setattr(theme, "system_is_dark", lambda: True)
        stage.window.set_theme(before)
        yield
        assert stage.settings.theme is after
        assert stage.window.scheme == scheme
        assert QApplication.palette().color(QPalette.ColorRole.Window).name().upper() == scheme.window.upper()


dresses("View / Theme / Like the system", Theme.LIGHT, Theme.SYSTEM, DARK)
dresses("View / Theme / Light", Theme.DARK, Theme.LIGHT, LIGHT)
dresses("View / Theme / Dark", Theme.LIGHT, Theme.DARK, DARK)
dresses("View / Theme / High contrast", Theme.LIGHT, Theme.HIGH_CONTRAST, HIGH_CONTRAST)


@entry("Faults / Play down")
def plays_a_fault(stage: Stage) -> Iterator[None]:
    yield
    assert stage.faults.on == {"down": True, "flood": False}
    yield
    assert stage.faults.on == {"down": False, "flood": False}


@entry("Faults / Play flood")
def shows_a_fault_that_ended_by_itself(stage: Stage) -> Iterator[None]:
    yield
    assert stage.faults.on == {"down": False, "flood": True}
    stage.faults.on["flood"] = False
    yield
    assert stage.faults.on == {"down": False, "flood": True}


@entry("Help / Lines and keys", "F1")
def helps(stage: Stage) -> Iterator[None]:
    yield
    assert stage.dialog(HelpDialog).windowTitle() == "Pinbridge help"


@entry("Help / Is there a newer version?")
def asks_for_a_newer_version(stage: Stage) -> Iterator[None]:
    asked: list[str] = []

    def ask() -> str:
        asked.append("asked")
        return "You have the newest version."

    stage.monkeypatch.setattr(updates, "ask", ask)
    assert asked == []
    yield
    dialog = stage.dialog(UpdatesDialog)
    stage.wait_until(lambda: dialog.sentence.text() == "You have the newest version.")
    assert asked == ["asked"]


def plain(text: str) -> str:
    return text.replace("&", "")


def submenu(stage: Stage, action: QAction) -> QMenu | None:
    """The menu of an entry; `QAction.menu` would give it to Python, which deletes it."""
    menus = stage.window.findChildren(QMenu)
    return next((menu for menu in menus if menu.menuAction() == action), None)


def found(stage: Stage) -> dict[str, QAction]:
    """All entries of all menus, by their path."""

    def walk(actions: list[QAction], path: str) -> Iterator[tuple[str, QAction]]:
        for action in actions:
            here = f"{path}{plain(action.text())}"
            menu = submenu(stage, action)
            if menu is not None:
                yield from walk(menu.actions(), f"{here} / ")
            elif not action.isSeparator():
                yield here, action

    return dict(walk(stage.window.menuBar().actions(), ""))


def test_every_entry_has_a_row_with_its_keys(stage: Stage) -> None:
    shown = {
        path: tuple(key.toString() for key in action.shortcuts()) for path, action in found(stage).items()
    }
    assert shown == {path: row.keys for path, row in ROWS.items()}


def by_mouse(stage: Stage, path: str) -> None:
    """Open the menus one after the other and click the entry."""
    bar = stage.window.menuBar()
    first, *rest = path.split(" / ")
    (head,) = [action for action in bar.actions() if plain(action.text()) == first]
    QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(head).center())
    menu = submenu(stage, head)
    for word in rest:
        assert menu is not None
        stage.wait_until(menu.isVisible)  # a menu in a menu opens a moment later
        (action,) = [action for action in menu.actions() if plain(action.text()) == word]
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        menu = submenu(stage, action)


WAYS = [(path, way) for path, row in ROWS.items() for way in (*row.keys, "by mouse")]


@pytest.mark.parametrize(
    ("path", "way"), WAYS, ids=[f"{path}-{way}".replace("…", "...") for path, way in WAYS]
)
def test_entry_does_what_it_says(stage: Stage, path: str, way: str) -> None:
    for _ in ROWS[path].course(stage):
        if way == "by mouse":
            by_mouse(stage, path)
        else:
            stage.press(way)


def test_no_two_entries_share_a_key_or_a_letter(stage: Stage) -> None:
    keys = [key for row in ROWS.values() for key in row.keys]
    assert len(keys) == len(set(keys))
    letters: dict[str, list[str]] = {}
    for path, action in found(stage).items():
        letters.setdefault(path.rpartition(" / ")[0], []).append(
            QKeySequence.mnemonic(action.text()).toString()
        )
    for menu, shown in letters.items():
        taken = [letter for letter in shown if letter]
        assert len(taken) == len(set(taken)), menu
