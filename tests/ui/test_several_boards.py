"""Several boards in one window: all are in sight, and the plot can show curves of several at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.bench.status import BenchStatus, CloudState, CloudStatus, JournalCounts, LinkState, LinkStatus
from app.messages.message import verbatim
from tests.ui.fake_bench import FakeDevice, play
from tests.ui.plot.drawing import points, texts
from tests.ui.stage import CONTROL, LEFT, PATIENCE_MS, Stage
from ui.boards.chip_painter import tick_box
from ui.datastreams.model import COLOR_ROLE, NAME
from ui.plot import picture

GONE = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("COM7 went away: plug the board in again."))
GREENHOUSE = ["greenhouse: Sine", "greenhouse: Temperature", "greenhouse: Counter"]


@pytest.fixture
def badges(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers that were set at the program's icon."""
    numbers: list[int] = []
    monkeypatch.setattr(QApplication, "setBadgeNumber", lambda _, number: numbers.append(number))
    return numbers


@pytest.fixture(autouse=True)
def _cellar_sends(stage: Stage) -> None:
    """Let the second board send a number twice."""
    cellar(stage).say("v9=4.5", stage.clock.now_s - 1)
    cellar(stage).say("v9=6.5", stage.clock.now_s)
    stage.frames()


def cellar(stage: Stage) -> FakeDevice:
    return stage.bench.devices["cellar"]


def chip(stage: Stage, name: str) -> QPoint:
    rail = stage.window.rail
    return rail.visualRect(rail.rows.index(rail.rows.names.index(name))).center()


def click_chip(stage: Stage, name: str) -> None:
    QTest.mouseClick(stage.window.rail.viewport(), LEFT, pos=chip(stage, name))


def click_tick(stage: Stage, name: str) -> None:
    rail = stage.window.rail
    area = rail.visualRect(rail.rows.index(rail.rows.names.index(name)))
    QTest.mouseClick(rail.viewport(), LEFT, pos=tick_box(area, rail.font()).center())
    stage.frames()


def curves(stage: Stage) -> list[str]:
    """The labels of the curves in the plot, without those of texts."""
    found = [style for strip in stage.window.pane.plot.strips for style in strip.styles]
    return [style.label for style in found if not style.is_text]


def names(stage: Stage) -> list[str]:
    rows = stage.window.left.rows
    return [rows.index(n, NAME).data() for n in range(rows.rowCount())]


def test_a_click_on_a_chip_shows_that_board_in_all_panes(stage: Stage) -> None:
    stage.window.pane.plot.setFocus()
    click_chip(stage, "cellar")
    stage.frames()
    assert curves(stage) == ["v9"]
    assert stage.window.left.rows.rowCount() == 1
    assert [line.text for line in stage.window.console.model.rows] == ["v9=4.5", "v9=6.5"]
    assert "COM7" in stage.window.status_line.port.text()
    assert [label.text() for label in stage.window.bar.findChildren(QLabel) if label.text() == "Bench 1"]
    stage.window.device_actions.try_now()
    assert stage.bench.calls == [("try_now", "cellar")]
    stage.press("P")  # the plot has the focus, as before the click
    assert stage.window.pane.is_paused


def test_title_and_icon_count_the_boards_that_fail(stage: Stage, badges: list[int]) -> None:
    window, titles = stage.window, []

    def look() -> None:
        stage.frames()
        titles.append(window.windowTitle())

    look()
    assert [chip.fails for chip in window.rail.rows.chips] == [False, False]
    cellar(stage).link = GONE
    look()
    assert [chip.fails for chip in window.rail.rows.chips] == [False, True]
    assert window.rail.chosen == "greenhouse"
    look()
    stage.device.cloud = CloudStatus(CloudState.PAUSED, verbatim("Wrong token."))
    look()
    stage.device.cloud, cellar(stage).link = (
        CloudStatus(CloudState.WAITING, verbatim("It is tried again.")),
        GONE,
    )
    look()
    window.connection.disconnect_bench()
    look()
    assert titles == [
        "Bench 1 – Pinbridge",
        *["1 of 2 boards fails – Bench 1 – Pinbridge"] * 2,
        "2 of 2 boards fail – Bench 1 – Pinbridge",
        "1 of 2 boards fails – Bench 1 – Pinbridge",
        "Bench 1 – Pinbridge",
    ]
    assert badges == [1, 2, 1, 0]
    window.connection.connect_bench()
    cellar(stage).link = GONE
    stage.frames()
    window.close()
    assert badges == [1, 2, 1, 0, 1, 0]


def test_the_form_for_a_single_board_has_no_rail_and_a_short_title(stage: Stage) -> None:
    window = stage.window
    assert window.rail.isVisible()
    window.connection.close_bench_file()
    assert not window.rail.isVisible()
    assert window.windowTitle() == "Pinbridge"
    window.connection.connect_bench()
    (device,) = stage.bench.devices.values()
    device.link = GONE
    stage.frames()
    assert window.windowTitle() == "Board fails – Pinbridge"
    assert not window.rail.isVisible()


def test_before_and_after_a_connection_the_rail_has_only_names(stage: Stage) -> None:
    rail = stage.window.rail
    assert rail.rows.chips[0].rate is not None
    stage.window.connection.disconnect_bench()
    stage.frames()
    assert [(chip.name, chip.port, chip.rate) for chip in rail.rows.chips] == [
        *(("greenhouse", "", None), ("cellar", "", None))
    ]
    click_chip(stage, "cellar")
    assert curves(stage) == ["v9"]
    stage.window.connection.open_bench(stage.config, "bench.toml")
    click_chip(stage, "cellar")
    stage.window.connection.connect_bench()
    stage.window.device_actions.try_now()
    assert stage.bench.calls == [("try_now", "cellar")]


def test_one_snapshot_serves_all_chips_and_orphans_with_held_readings_are_the_last(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = stage.bench.status()
    orphan = msgspec.structs.replace(status.devices[1], name="attic", orphan=True, datastreams=())
    for held, names in ((3, ("greenhouse", "cellar", "attic")), (0, ("greenhouse", "cellar"))):
        left = msgspec.structs.replace(orphan, counts=JournalCounts(readings=3, pending=3, held=held))
        seen = msgspec.structs.replace(status, devices=(*status.devices, left))
        taken: list[BenchStatus] = []
        monkeypatch.setattr(stage.bench, "status", lambda seen=seen, taken=taken: taken.append(seen) or seen)
        stage.frames(10)
        assert stage.window.rail.rows.names == names
        assert len(taken) == 10


def test_a_tick_adds_the_curves_of_a_board_to_the_plot(stage: Stage) -> None:
    rail, pane = stage.window.rail, stage.window.pane
    assert curves(stage) == ["Sine", "Temperature", "Counter"]
    click_tick(stage, "cellar")
    assert rail.chosen == "greenhouse"
    assert curves(stage) == [*GREENHOUSE, "cellar: v9"]
    assert texts(pane.plot.strips[4]) == ["cellar: v9   6.5"]
    assert names(stage) == ["Sine", "Temperature", "Counter", "Wind", "cellar", "v9"]
    QTest.mouseClick(rail.viewport(), LEFT, CONTROL, chip(stage, "cellar"))
    stage.frames()
    assert curves(stage) == ["Sine", "Temperature", "Counter"]


def test_curves_of_several_boards_share_a_strip_cursors_and_the_pointer(stage: Stage) -> None:
    click_tick(stage, "cellar")
    stage.press("T")
    stage.press("X")
    QApplication.processEvents()
    stage.frames()
    strip, _ = stage.window.pane.plot.strips
    said = texts(strip)
    sine, temperature, counter = GREENHOUSE  # that with a unit has an axis of its own
    assert [text.split("   ")[0] for text in said] == [sine, counter, "cellar: v9", temperature]
    assert all("Δy" in text for text in said)
    strip.show_labels(stage.clock.now_s - 0.9)
    assert texts(strip)[2] == "cellar: v9   4.5"


def test_colours_are_all_different_and_those_of_the_table(stage: Stage) -> None:
    click_tick(stage, "cellar")
    pane, rows = stage.window.pane, stage.window.left.rows
    styles = [strip.styles[0] for strip in pane.plot.strips if strip.groups]
    assert len({style.color for style in styles}) == 4
    assert [rows.index(n, NAME).data(COLOR_ROLE) for n in range(3)] == [s.color for s in styles[:3]]
    stage.window.rail.keep(["greenhouse", "cellar"])
    click_chip(stage, "cellar")
    stage.frames()
    assert rows.index(0, NAME).data(COLOR_ROLE) == styles[3].color
    assert [s.styles[0].color for s in pane.plot.strips if s.groups] == [style.color for style in styles]


def test_in_a_narrow_window_the_lower_pane_has_the_whole_width(stage: Stage) -> None:
    window = stage.window
    lower, rail = window.lower_pane, window.rail
    widths = []
    for width, left in ((1280, True), (900, False), (820, False), (1280, True)):
        window.resize(width, 640)
        QApplication.processEvents()  # lays out the panes
        assert rail.isVisible()
        assert (lower.mapTo(window, QPoint()).x() > rail.geometry().right()) is left
        assert (lower.width() == window.panes.width()) is not left
        assert rail.is_narrow is not left
        stage.qtbot.waitUntil(lambda: rail.width() == rail.sizeHint().width(), timeout=PATIENCE_MS)
        widths.append(rail.width())
    assert widths[0] == widths[3] > widths[1] > widths[2]
    window.connection.close_bench_file()
    window.resize(900, 640)
    assert not rail.isVisible()


def test_looking_at_a_board_whose_curves_are_kept_does_not_touch_the_plot(stage: Stage) -> None:
    stage.window.rail.keep(["greenhouse", "cellar"])
    stage.frames()
    strips = list(stage.window.pane.plot.strips)
    for name in ("cellar", "greenhouse"):
        click_chip(stage, name)
        stage.frames()
        assert stage.window.pane.plot.strips == strips


def test_hidden_curves_and_ticks_survive_looking_elsewhere(stage: Stage) -> None:
    pane, rows = stage.window.pane, stage.window.left.rows
    check = {n: (lambda n=n: rows.index(n, NAME).data(10)) for n in range(3)}  # 10: the check state
    click_tick(stage, "cellar")
    stage.click_mark(1)
    stage.click_mark(5)
    stage.frames()
    assert curves(stage) == [GREENHOUSE[0], GREENHOUSE[2]]
    shown = [check[n]() for n in range(3)]
    assert shown[0] == shown[2] != shown[1]
    click_chip(stage, "cellar")
    stage.frames()
    assert curves(stage) == []
    assert check[0]() == shown[1]  # hidden in the table of this board too
    pane.toggle_curve(("cellar", "v9"))
    assert curves(stage) == ["v9"]
    click_chip(stage, "greenhouse")
    stage.frames()
    assert curves(stage) == [GREENHOUSE[0], GREENHOUSE[2], "cellar: v9"]
    assert [check[n]() for n in range(3)] == shown


def test_ticks_stay_after_the_end_and_until_another_bench_is_opened(stage: Stage) -> None:
    stage.window.connection.disconnect_bench()
    stage.frames()
    click_tick(stage, "cellar")
    assert curves(stage) == [*GREENHOUSE, "cellar: v9"]
    stage.window.connection.connect_bench()
    assert stage.window.rail.kept == {"cellar"}
    stage.window.connection.open_bench(stage.config, "other.toml")
    assert stage.window.rail.kept == frozenset()


def test_above_the_curves_of_others_a_board_without_any_says_why(stage: Stage) -> None:
    cellar(stage).streams.clear()
    cellar(stage).link = GONE
    stage.window.rail.keep(["greenhouse"])
    click_chip(stage, "cellar")
    stage.frames()
    pane = stage.window.pane
    assert curves(stage) == GREENHOUSE
    assert pane.shows_plot
    said = [label.text() for label in pane.findChildren(QLabel) if label.isVisible() and label.text()]
    assert "cellar: COM7 went away: plug the board in again." in said
    stage.window.rail.keep([])
    stage.frames()
    assert not pane.shows_plot
    assert pane.empty.words[1] == str(GONE.message)
    click_chip(stage, "greenhouse")
    stage.frames()
    said = [label.text() for label in pane.findChildren(QLabel) if label.isVisible() and label.text()]
    assert not [text for text in said if "COM7" in text]


def test_deleted_readings_leave_the_plot_and_the_curves_of_others_stay(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete(_device: str, _progress: object) -> int:
        stage.device.streams.clear()
        return 40

    monkeypatch.setattr(stage.bench, "delete_data", delete)
    click_tick(stage, "cellar")
    stage.window.device_actions.delete_data()
    (button,) = [button for button in stage.question().buttons() if button.text() == "Delete"]
    stage.click(button)
    stage.frames()
    assert curves(stage) == ["cellar: v9"]
    play(stage.device, stage.clock.now_s - 1, stage.clock.now_s)
    stage.frames()
    assert curves(stage) == [*GREENHOUSE, "cellar: v9"]
    assert len(points(stage.window.pane.plot.strips[0])) == 20


def test_the_saved_picture_has_the_curves_of_all_boards(stage: Stage, tmp_path: Path) -> None:
    click_tick(stage, "cellar")
    stage.press("T")
    stage.frames()
    strip, _ = stage.window.pane.plot.strips
    wanted = {QColor(style.color).name() for style in strip.styles}
    assert len(wanted) == 4
    assert picture.save(stage.window.pane.plot, tmp_path / "plot.png")
    made = QImage(str(tmp_path / "plot.png"))
    seen = {made.pixelColor(x, y).name() for x in range(made.width()) for y in range(made.height())}
    assert wanted <= seen


def test_another_language_keeps_ticks_colours_and_hidden_curves(
    stage: Stage, follow: Callable[[], object]
) -> None:
    click_tick(stage, "cellar")
    stage.window.pane.toggle_curve(("cellar", "v9"))
    before = [strip.styles[0] for strip in stage.window.pane.plot.strips]
    cellar(stage).link = GONE
    stage.frames()
    follow()
    assert stage.window.rail.kept == {"cellar"}
    assert [strip.styles[0] for strip in stage.window.pane.plot.strips] == before
    assert stage.window.windowTitle().startswith("1 of 2 boards fails")


def test_letters_find_a_board_only_while_the_rail_has_the_focus(stage: Stage) -> None:
    rail, pane = stage.window.rail, stage.window.pane
    cellar(stage).streams.clear()
    rail.setFocus()
    for key, name in (("C", "cellar"), ("Home", "greenhouse"), ("Down", "cellar"), ("Up", "greenhouse")):
        stage.press(key, rail)
        stage.frames()
        # The plot takes the focus when it appears, but not from the rail.
        assert (rail.chosen, rail.hasFocus(), pane.tools.clock_button.isChecked()) == (name, True, False)
    pane.plot.setFocus()
    stage.press("C", pane.plot)
    assert (rail.chosen, pane.tools.clock_button.isChecked()) == ("greenhouse", True)
