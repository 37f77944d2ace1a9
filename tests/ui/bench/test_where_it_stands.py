"""Editing from the table of datastreams: double click, Enter, and the look by a click on its dot."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QMessageBox

from app.wire.datastreams import Datastream, DatastreamType, LineStyle
from tests.ui.bench.desk import FILE, Desk
from tests.ui.fake_bench import play
from tests.ui.stage import LEFT
from ui.bench.color_choice import ColorChoice
from ui.datastreams.model import COLOR_ROLE, LINE_ROLE, NAME
from ui.plot.curves import Look
from ui.plot.line_sample import SAMPLE
from ui.theme.colors import DARK, HIGH_CONTRAST, LIGHT, PALETTE, Theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # menus open


def running(desk: Desk) -> None:
    desk.connect()
    play(desk.stage.device, desk.stage.clock.now_s - 2, desk.stage.clock.now_s)
    desk.stage.frames()


def place(desk: Desk, row: int, across: int) -> QPoint:
    table = desk.window.left.table
    area = table.visualRect(table.rows.index(row, NAME))
    return QPoint(area.left() + across, area.center().y())


def drawn(desk: Desk, target: str) -> Look:
    """How the plot draws the curve of a datastream."""
    (look,) = [
        Look(curve.style.color, curve.style.line_style)
        for strip in desk.window.pane.plot.strips
        for curve in strip.canvas.curves
        if curve.style.target == target
    ]
    return look


def ask_for_look(desk: Desk, row: int) -> ColorChoice:
    desk.stage.choose_in_row(row, "Colour and line")
    return desk.stage.dialog(ColorChoice)


@pytest.mark.long
def test_a_double_click_opens_the_datastream(desk: Desk) -> None:
    running(desk)
    QTest.mouseDClick(desk.window.left.table.viewport(), LEFT, pos=place(desk, 1, 60))
    assert desk.editor.outline.node is desk.editor.draft.devices[0].children[1]
    assert not desk.editor.draft.is_changed


def test_enter_opens_a_datastream_without_an_entry_as_a_new_one(desk: Desk) -> None:
    running(desk)
    table = desk.window.left.table
    table.setFocus()
    table.selectRow(2)
    desk.stage.press("Return", table)
    assert desk.editor.outline.node.target == "v2"
    desk.type("name", "Counter")
    assert [entry.virtual_pin for entry in desk.save().device[0].datastream] == [0, 1, 2]
    desk.stage.frames()
    assert table.rows.index(2, NAME).data() == "Counter"


def test_a_datastream_that_its_board_announced_is_opened_as_announced(desk: Desk) -> None:
    running(desk)
    light = Datastream(virtual_pin=2, name="Light", unit="lx", type=DatastreamType.DOUBLE)
    desk.announce(light)
    table = desk.window.left.table
    table.setFocus()
    table.selectRow(2)
    desk.stage.press("Return", table)
    assert desk.save().device[0].datastream[2] == light


def test_a_colour_of_a_datastream_that_its_board_announced_makes_the_announced_entry(desk: Desk) -> None:
    running(desk)
    light = Datastream(virtual_pin=2, name="Light", unit="lx", type=DatastreamType.DOUBLE)
    desk.announce(light)
    desk.stage.click(ask_for_look(desk, 2).colors[5])
    assert desk.loaded.device[0].datastream[2] == msgspec.structs.replace(light, color=PALETTE[5])


def test_an_entry_that_was_only_looked_at_is_dropped_without_a_question(desk: Desk) -> None:
    running(desk)
    table = desk.window.left.table
    table.setFocus()
    table.selectRow(2)
    desk.stage.press("Return", table)
    desk.stage.wait_until(desk.editor.isActiveWindow)
    assert desk.button("Save").isEnabled()
    desk.stage.press("Esc", desk.editor)
    assert desk.window.editing.editor is None
    desk.window.activateWindow()
    desk.stage.wait_until(desk.window.isActiveWindow)
    desk.stage.press("Return", table)
    desk.stage.wait_until(desk.editor.isActiveWindow)
    desk.type("name", "Counter")
    desk.stage.press("Esc", desk.editor)
    assert desk.editor.findChildren(QMessageBox)


def test_the_menu_of_a_row_takes_another_colour_at_once(desk: Desk) -> None:
    running(desk)
    choice = ask_for_look(desk, 1)
    desk.stage.click(choice.colors[2])
    assert desk.loaded.device[0].datastream[1].color == PALETTE[2]
    assert "# the sensor" in desk.path.read_text(encoding="utf-8")
    ((_, config, _, _),) = desk.stage.bench.calls
    assert config == desk.loaded
    desk.stage.frames()
    assert desk.window.left.rows.index(1, NAME).data(COLOR_ROLE) == PALETTE[2]
    ask_for_look(desk, 2)
    desk.stage.press("Esc", desk.stage.dialog(ColorChoice))
    assert len(desk.stage.bench.calls) == 1


def test_the_menu_of_a_row_takes_another_line_at_once(desk: Desk) -> None:
    running(desk)
    choice = ask_for_look(desk, 1)
    assert [line.text() for line in choice.lines if line.isChecked()] == ["Solid"]
    desk.stage.click(choice.lines[2])
    assert desk.loaded.device[0].datastream[1].line_style is LineStyle.DOTTED
    assert "# the sensor" in desk.path.read_text(encoding="utf-8")
    desk.stage.frames()
    assert drawn(desk, "v1") == Look(PALETTE[1], LineStyle.DOTTED)
    assert desk.window.left.rows.index(1, NAME).data(LINE_ROLE) == LineStyle.DOTTED
    choice = ask_for_look(desk, 1)
    assert [line.text() for line in choice.lines if line.isChecked()] == ["Dotted"]
    choice.lines[0].setFocus()
    desk.stage.press("Space", choice.lines[0])
    desk.stage.frames()
    assert drawn(desk, "v1") == Look(PALETTE[1], LineStyle.SOLID)


def test_a_line_is_chosen_in_the_editor_by_keys_and_drawn_after_saving(desk: Desk) -> None:
    running(desk)
    editor = desk.edit()
    desk.choose(2, 0)
    assert editor.form
    box = editor.form.bindings["line_style"].field.focus
    assert isinstance(box, QComboBox)
    box.setFocus()
    for _ in range(3):
        desk.stage.press("Down", box)
    assert drawn(desk, "v0") == Look(PALETTE[0], LineStyle.SOLID)
    desk.stage.press("Ctrl+S", editor)
    assert 'line_style = "dash_dot"' in desk.path.read_text(encoding="utf-8")
    desk.stage.frames()
    assert drawn(desk, "v0") == Look(PALETTE[0], LineStyle.DASH_DOT)
    assert [style.line_style for style in desk.window.pane.plot.styles][:2] == [
        *(LineStyle.DASH_DOT, LineStyle.SOLID)
    ]


def test_the_samples_of_lines_have_the_colours_of_the_theme(desk: Desk) -> None:
    editor = desk.edit()
    desk.choose(2, 0)
    assert editor.form
    box = editor.form.bindings["line_style"].field.focus
    assert isinstance(box, QComboBox)
    for theme, scheme in ((Theme.DARK, DARK), (Theme.LIGHT, LIGHT), (Theme.HIGH_CONTRAST, HIGH_CONTRAST)):
        desk.window.set_theme(theme)
        picture = box.itemIcon(0).pixmap(SAMPLE).toImage()
        assert picture.pixelColor(1, picture.height() // 2) == QColor(scheme.text)


@pytest.mark.long
def test_a_colour_is_taken_beside_unsaved_changes_in_the_editor(desk: Desk) -> None:
    running(desk)
    desk.edit()
    desk.type("name", "Lab 7")
    desk.stage.click(ask_for_look(desk, 2).colors[5])
    assert desk.loaded.bench.name == "Bench 1"
    assert desk.loaded.device[0].datastream[2].color == PALETTE[5]
    assert desk.editor.draft.is_changed
    assert desk.save().bench.name == "Lab 7"
    assert desk.loaded.device[0].datastream[2].color == PALETTE[5]


@pytest.mark.long
def test_a_colour_is_not_written_over_another_program_s_change(desk: Desk) -> None:
    running(desk)
    desk.edit()
    desk.path.write_text(FILE.replace("COM7", "COM8"), encoding="utf-8")
    desk.stage.click(ask_for_look(desk, 0).colors[0])
    assert desk.loaded.device[0].datastream[0].color == ""
    assert str(desk.path) in desk.window.notices.texts[0]


@pytest.mark.long
def test_any_colour_or_none_can_be_chosen_in_the_editor(desk: Desk) -> None:
    desk.edit()
    desk.choose(2, 0)
    desk.press("Choose…")
    choice = next(iter(desk.editor.findChildren(ColorChoice)))
    assert choice.lines == []  # the editor has a field of its own for the line
    desk.stage.click(choice.other)
    choice.picked("#123abc")
    assert desk.editor.outline.node.get("color") == "#123ABC"
    desk.press("Choose…")
    choice = [each for each in desk.editor.findChildren(ColorChoice) if each.isVisible()][-1]
    desk.stage.click(choice.automatic)
    assert desk.editor.outline.node.get("color") == ""


def test_the_form_offers_to_become_a_bench_file(desk: Desk) -> None:
    desk.window.connection.close_bench_file()
    desk.window.connection.connect_bench()
    play(desk.stage.bench.devices["board"], desk.stage.clock.now_s - 2, desk.stage.clock.now_s)
    desk.stage.frames()
    path = desk.path.with_name("mine")
    desk.stage.answers_with(path)
    desk.stage.choose_in_row(0, "Colour")
    box = desk.stage.dialog(QMessageBox)
    (save,) = [button for button in box.buttons() if button.text() == "Save as…"]
    save.click()
    assert path.with_name("mine.pinbridge").exists()
    desk.stage.click(desk.stage.dialog(ColorChoice).colors[4])
    text = path.with_name("mine.pinbridge").read_text(encoding="utf-8")
    assert PALETTE[4] in text
