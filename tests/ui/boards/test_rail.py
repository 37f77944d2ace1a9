"""The rail: a chip for each device, chosen and ticked by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.bench.status import DeviceStatus, JournalCounts, LinkState, LinkStatus
from app.messages.message import verbatim
from app.wire.counts import LineCounts
from tests.ui.boards.conftest import NAMES
from tests.ui.gestures import proves
from tests.ui.stage import CONTROL, LEFT
from tests.ui.test_situation import DEVICE
from ui.boards.chip_painter import GAP_PX, chip_area, chip_px, tick_box
from ui.boards.rail import Rail

CHECK = Qt.ItemDataRole.CheckStateRole


def heard(rail: Rail) -> list[str]:
    """A list to which the name of each device is appended that becomes the chosen one."""
    chosen: list[str] = []
    rail.device_chosen.connect(chosen.append)
    return chosen


def place(rail: Rail, name: str) -> QRect:
    return rail.visualRect(rail.rows.index(rail.rows.names.index(name)))


def click(rail: Rail, at: QPoint, control: bool = False) -> None:
    keys = CONTROL if control else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(rail.viewport(), LEFT, keys, at)


def click_button(button: QToolButton) -> None:
    QTest.mouseClick(button, LEFT)


def devices(*names: str, **changes: object) -> list[DeviceStatus]:
    return [msgspec.structs.replace(DEVICE, name=name, **changes) for name in names]


def test_it_is_shown_only_while_there_are_several_devices(rail: Rail) -> None:
    assert rail.isVisible()
    assert rail.keep_action.isEnabled()
    for names in (["greenhouse"], []):
        rail.set_devices(names)
        assert not rail.isVisible()
        assert not rail.keep_action.isEnabled()
        rail.set_devices(NAMES)
        assert rail.isVisible()


def test_a_click_chooses_a_device_and_leaves_the_focus_where_it_is(rail: Rail) -> None:
    chosen = heard(rail)
    assert rail.chosen == "greenhouse"
    click(rail, place(rail, "pump").center())
    click(rail, place(rail, "pump").center())
    assert (rail.chosen, chosen) == ("pump", ["pump"])
    assert not rail.hasFocus()
    assert rail.focusPolicy() is Qt.FocusPolicy.TabFocus


@proves("Rail.mousePressEvent")
def test_a_click_on_the_tick_or_with_ctrl_keeps_the_curves_of_a_device(rail: Rail) -> None:
    chosen, told = heard(rail), []
    rail.kept_changed.connect(lambda: told.append(sorted(rail.kept)))
    click(rail, tick_box(place(rail, "pump"), rail.font()).center())
    click(rail, place(rail, "cellar").center(), control=True)
    click(rail, tick_box(place(rail, "pump"), rail.font()).center())
    QTest.mouseClick(rail.viewport(), Qt.MouseButton.RightButton, CONTROL, place(rail, "cellar").center())
    assert told == [["pump"], ["cellar", "pump"], ["cellar"]]
    assert [rail.rows.index(n).data(CHECK) is Qt.CheckState.Checked for n in range(4)] == [
        *(False, True, False, False)
    ]
    rail.choose("greenhouse")
    assert "pump" not in chosen
    assert not rail.keep_action.isChecked()
    rail.choose("cellar")
    assert rail.keep_action.isChecked()
    rail.keep_action.trigger()
    assert rail.kept == frozenset()
    assert not rail.keep_action.isChecked()


@proves("Rail.mouseMoveEvent")
def test_dragging_over_chips_chooses_none(rail: Rail) -> None:
    QTest.mousePress(rail.viewport(), LEFT, pos=place(rail, "cellar").center())
    QTest.mouseMove(rail.viewport(), place(rail, "pump").center())
    QTest.mouseRelease(rail.viewport(), LEFT, pos=place(rail, "pump").center())
    assert rail.chosen == "cellar"


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["Down"], "cellar"),
        (["Down", "Down", "Up"], "cellar"),
        (["End"], "Pond"),
        (["End", "Home"], "greenhouse"),
        (["End", "Down"], "Pond"),
        (["p"], "pump"),
        (["p", "o"], "Pond"),
        (["C"], "cellar"),
        (["x"], "greenhouse"),
    ],
)
def test_keys_choose_a_device(rail: Rail, keys: Sequence[str], chosen: str) -> None:
    for key in keys:
        QTest.keySequence(rail, key)
    assert rail.chosen == chosen


def test_a_name_with_a_space_can_be_typed(rail: Rail) -> None:
    rail.set_devices(["board 1", "board 2", "board 3"])
    QTest.keyClicks(rail, "board 3")
    assert (rail.chosen, rail.kept) == ("board 3", frozenset())


@proves("Rail.keyPressEvent")
def test_space_ticks_the_chosen_device(rail: Rail) -> None:
    QTest.keyClick(rail, Qt.Key.Key_Down)
    QTest.keyClick(rail, Qt.Key.Key_Space)
    assert rail.kept == {"cellar"}
    QTest.keyClick(rail, Qt.Key.Key_Space)
    assert rail.kept == frozenset()


def test_stepping_through_devices_starts_again_at_the_end(rail: Rail) -> None:
    chosen = heard(rail)
    rail.choose("Pond")
    for by in (1, 1, -1, -1):
        rail.step(by)
    assert chosen == ["Pond", "greenhouse", "cellar", "greenhouse", "Pond"]
    rail.choose("attic")
    assert rail.chosen == "Pond"
    rail.set_devices([])
    rail.step(1)
    assert rail.chosen == ""


def test_the_choice_and_the_ticks_stay_as_long_as_their_devices(rail: Rail) -> None:
    rail.choose("cellar")
    rail.keep(["pump", "greenhouse"])
    chosen = heard(rail)
    rail.set_devices(NAMES)
    rail.set_devices(["attic", "greenhouse", "cellar"])
    assert (rail.chosen, chosen, sorted(rail.kept)) == ("cellar", [], ["greenhouse"])
    rail.set_devices(["attic", "greenhouse", "basement"])  # the same device with another name, perhaps
    rail.set_devices(["attic", "greenhouse"])
    assert (rail.chosen, chosen) == ("greenhouse", ["basement", "greenhouse"])
    rail.set_devices([])
    rail.set_devices(NAMES)
    assert (rail.chosen, rail.kept) == ("greenhouse", frozenset())


def test_the_chosen_chip_stays_in_sight(rail: Rail) -> None:
    rail.set_devices([f"board {number}" for number in range(64)])
    for name in ("board 63", "board 0", "board 40"):
        rail.choose(name)
        assert rail.viewport().rect().contains(chip_area(place(rail, name)))
    rail.resize(rail.width(), 90)
    assert rail.viewport().rect().intersects(place(rail, "board 40"))


def test_every_device_has_its_own_rate_of_lines(rail: Rail) -> None:
    for tick in range(41):
        said = [
            msgspec.structs.replace(device, lines=LineCounts(accepted=tick * per_tick))
            for device, per_tick in zip(devices(*NAMES[:2], "orphan"), (1, 5, 9), strict=True)
        ]
        rail.show_devices(said, 100 + tick / 10)
    assert [str(chip.rate) for chip in rail.rows.chips[:2]] == ["10 lines/s", "50 lines/s"]
    rail.show_idle()
    assert [chip.rate for chip in rail.rows.chips] == [None] * 4
    rail.show_devices(devices("greenhouse"), 104.2)
    assert str(rail.rows.chips[0].rate) == "0 lines/s"


def test_only_what_has_changed_is_painted_and_numbers_once_a_second(rail: Rail) -> None:
    changed: list[str] = []
    rail.rows.dataChanged.connect(lambda index, _: changed.append(rail.rows.names[index.row()]))
    seen = []
    for tick in range(7):
        counts = JournalCounts(readings=tick + 1, pending=tick + 1)
        rail.show_devices([*devices("greenhouse", "pump"), *devices("cellar", counts=counts)], 100 + tick / 3)
        seen.append(changed.copy())
        changed.clear()
    assert sorted(seen[0]) == ["cellar", "greenhouse", "pump"]
    assert seen[1:] == [["cellar"] if tick in (3, 6) else [] for tick in range(1, 7)]
    gone = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("unplugged"))
    rail.show_devices(devices("pump", link=gone), 102.1)
    assert changed == ["pump"]
    assert rail.rows.chips[2].fails


@pytest.mark.parametrize("tick_s", [1.0, 0.95, -3600.0])
def test_numbers_are_renewed_with_every_status_that_comes_a_second_later(rail: Rail, tick_s: float) -> None:
    for tick in range(4):
        counts = JournalCounts(readings=tick + 1, pending=tick + 1)
        rail.show_devices(devices("cellar", counts=counts), 1000 + tick * tick_s)
        assert str(tick + 1) in str(rail.rows.chips[rail.rows.names.index("cellar")].readings)


def test_a_chip_says_everything_to_screen_readers_and_in_its_tip(rail: Rail) -> None:
    counts = JournalCounts(readings=9, pending=3, held=1)
    rail.show_devices(devices("greenhouse", counts=counts), 100.0)
    index = rail.rows.index(0)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    for words in ("greenhouse", "Port: Connected", "Cloud: 1 held", "0 lines/s", "2 waiting"):
        assert words in said
        assert words in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "Ctrl+click" in index.data(Qt.ItemDataRole.ToolTipRole)
    rail.set_devices(["<b>bold</b>", "plain"])
    assert "&lt;b&gt;" in rail.rows.index(0).data(Qt.ItemDataRole.ToolTipRole)
    interface = QAccessible.queryAccessibleInterface(rail)
    assert interface.text(QAccessible.Text.Name) == "Devices"
    assert "Space" in interface.text(QAccessible.Text.Description)
    assert rail.rows.flags(index) & Qt.ItemFlag.ItemIsUserCheckable
    assert rail.rows.data(index, Qt.ItemDataRole.FontRole) is None
    assert (rail.rows.rowCount(), rail.rows.rowCount(rail.rows.index(0))) == (2, 0)


def board_names(count: int) -> list[str]:
    return [f"board {number}" for number in range(count)]


def show_failing(rail: Rail, names: Sequence[str], failing: Collection[str]) -> None:
    gone = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("unplugged"))
    rail.set_devices(names)
    rail.show_devices(devices(*(name for name in names if name not in failing)), 100.0)
    rail.show_devices(devices(*failing, link=gone), 100.0)


def in_sight(rail: Rail) -> list[str]:
    """The names of the chips that are in sight, after a check that each of them is whole."""
    room = rail.viewport().rect()
    seen = [name for name in rail.rows.names if room.intersects(chip_area(place(rail, name)))]
    assert all(room.contains(chip_area(place(rail, name))) for name in seen)
    return seen


@pytest.mark.parametrize(("count", "lines"), [(2, 3), (9, 3), (10, 2), (13, 2), (14, 1), (22, 1)])
def test_chips_have_as_many_lines_as_fit(rail: Rail, count: int, lines: int) -> None:
    rail.resize(rail.width(), 10 * chip_px(rail.font(), 3) - GAP_PX - 1)
    show_failing(rail, board_names(count), [])
    rail.grab()
    assert in_sight(rail) == board_names(count)
    assert place(rail, "board 0").height() == chip_px(rail.font(), lines)
    click(rail, tick_box(place(rail, "board 1"), rail.font()).center())
    assert rail.kept == {"board 1"}


def test_failing_boards_out_of_sight_are_counted_and_a_click_shows_them(rail: Rail) -> None:
    names, button = board_names(60), rail.more_button
    show_failing(rail, names, ["board 2", "board 30", "board 59"])
    assert rail.rect().contains(button.geometry())
    assert not rail.viewport().geometry().intersects(button.geometry())
    assert (button.isVisible(), button.text()) == (True, "✗ 2 more fail ▾")
    assert "board 30" not in in_sight(rail)
    click_button(button)
    assert "board 30" in in_sight(rail)
    assert button.text() == "✗ 2 more fail ▾"
    click_button(button)
    assert in_sight(rail)[-1] == "board 59"
    assert button.text() == "✗ 2 more fail ▴"
    click_button(button)
    assert "board 2" in in_sight(rail)
    assert rail.chosen == "board 0"
    assert "2 failing boards are out of sight" in button.toolTip()
    rail.set_narrow(True)
    rail.resize(rail.sizeHint().width(), 600)
    assert button.text() == "✗ 2 ▾"


def test_without_failing_boards_out_of_sight_there_is_no_count(rail: Rail) -> None:
    names = board_names(60)
    show_failing(rail, names, ["board 2"])
    assert not rail.more_button.isVisible()
    show_failing(rail, names, ["board 2", "board 59"])
    assert rail.more_button.isVisible()
    rail.show_devices(devices("board 59"), 101.0)
    assert not rail.more_button.isVisible()
    show_failing(rail, board_names(3), ["board 1"])
    assert not rail.more_button.isVisible()
    assert rail.viewport().height() == rail.height()


@pytest.mark.parametrize("height", range(60, 400, 37))
def test_no_chip_is_ever_cut_off(rail: Rail, height: int) -> None:
    show_failing(rail, board_names(30), ["board 29"])
    rail.resize(rail.width(), height)
    for name in ("board 17", "board 29", "board 4"):
        rail.choose(name)
        assert name in in_sight(rail)
