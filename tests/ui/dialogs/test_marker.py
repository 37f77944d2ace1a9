"""Markers: they are set with a key, changed and removed, and keep the time at which the user asked."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.errors import InvalidValueError
from app.wire.timeline import MAX_NOTE, Marker
from tests.ui.gestures import proves
from tests.ui.stage import Stage
from ui.dialogs.marker import MarkerDialog, ask_to_change


def set_one(stage: Stage, note: str) -> Marker:
    stage.press("M")
    dialog = stage.dialog(MarkerDialog)
    stage.clock.now_s += 30  # the user takes some time
    QTest.keyClicks(dialog.field, note)
    stage.press("Return", dialog.field)
    return max(stage.bench.timelines.markers.values(), key=lambda marker: marker.number)


def test_a_key_sets_a_marker_at_the_time_of_the_key(stage: Stage) -> None:
    now_s = stage.clock.now_s
    marker = set_one(stage, " heater on ")
    assert (marker.device, marker.note) == ("greenhouse", "heater on")
    assert abs(marker.at_us / 1e6 - now_s) < 0.05


def test_the_plot_shows_it_with_a_line_and_a_flag(stage: Stage) -> None:
    set_one(stage, "heater on")
    stage.clock.now_s -= 28
    stage.window.pane.plot.touch()
    stage.frames()
    plot = stage.window.pane.plot
    ((x, _, mark),) = [each for each in plot.time_axis._marks if each[2].marker]
    assert mark.words == "heater on"
    assert [line.at_s for line in plot.strips[0].canvas.content.lines] == [mark.from_s]
    assert plot.time_axis.marks_at(plot.time_axis._left + x) == [mark]


@proves("TimeAxis.mouseDoubleClickEvent")
def test_a_double_click_on_the_flag_opens_it_and_it_can_be_removed(stage: Stage) -> None:
    set_one(stage, "heater on")
    stage.clock.now_s -= 28
    stage.window.pane.plot.touch()
    stage.frames()
    axis = stage.window.pane.plot.time_axis
    ((x, _, _),) = [each for each in axis._marks if each[2].marker]
    QTest.mouseDClick(axis, Qt.MouseButton.LeftButton, pos=QPoint(axis._left + x, 4))
    dialog = stage.dialog(MarkerDialog)
    assert dialog.field.text() == "heater on"
    stage.click(dialog.remove_button)
    assert stage.bench.timelines.markers == {}
    assert not dialog.isVisible()


def test_the_menu_lists_markers_and_opens_one(stage: Stage) -> None:
    menu = next(m for m in stage.window.findChildren(QMenu) if m.title().replace("&", "") == "Markers")
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["No markers yet"]
    set_one(stage, "heater on & off")
    menu.aboutToShow.emit()
    (action,) = menu.actions()
    assert action.text().endswith("heater on && off")
    action.trigger()
    dialog = stage.dialog(MarkerDialog)
    dialog.field.setText("heater off")
    stage.click(dialog.agree)
    assert [marker.note for marker in stage.bench.timelines.markers.values()] == ["heater off"]


def test_what_the_bench_refuses_is_said_in_place(stage: Stage) -> None:
    marker = set_one(stage, "heater on")

    def refuse(*_: object, **__: object) -> Marker:
        raise InvalidValueError("marker_note_too_long", limit=MAX_NOTE)

    stage.monkeypatch.setattr(stage.bench.timelines, "change_mark", refuse)
    ask_to_change(stage.bench.timelines, marker, stage.window)
    dialog = stage.dialog(MarkerDialog)
    stage.click(dialog.agree)
    assert dialog.isVisible()
    assert dialog.problem.text()
    assert dialog.field.maxLength() == MAX_NOTE


def test_without_a_plot_there_is_nothing_to_mark(stage: Stage) -> None:
    stage.window.pane.show_overview()
    stage.press("M")
    assert stage.window.findChildren(MarkerDialog) == []
    assert "nothing to mark" in stage.window.notices.label.text()
