"""The first page: shown while nothing is set up; a board appears by itself, and one click connects it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.bench.status import PortInfo
from app.config.bench_file import BenchConfig
from app.wire.readings import Grammar, Kind
from tests.ui.fake_bench import FakeClock
from tests.ui.gestures import proves
from tests.ui.stage import Stage
from tests.ui.test_around_the_window import PICO
from ui.help.first_sketch import PRINTED, SKETCH

UNO = PortInfo("COM5", "Arduino Uno (COM5)", "2341:0043", "85734323", "1-1")
BUILT_IN = PortInfo("/dev/ttyS0", "ttyS0", "", "", "")


@pytest.fixture
def first(
    qtbot: QtBot, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Stage]:
    """A window as it opens when nothing is set up, with no port at all."""
    stage = Stage(qtbot, config, clock, monkeypatch, tmp_path, ports=())
    yield stage
    stage.window.close()


def listed(stage: Stage) -> list[str]:
    boards = stage.window.first_page.boards
    return [boards.item(row).text() for row in range(boards.count())] if boards.isVisible() else []


def how(stage: Stage) -> str:
    return stage.window.first_page._board_how.text()


def test_it_is_shown_until_something_is_connected_or_opened(first: Stage) -> None:
    window = first.window
    assert window.first_page.isVisible()
    assert not window.panes.isVisible()
    first.ports = [UNO]
    window.refresh_ports()
    window.connection.connect_bench()
    assert window.panes.isVisible()
    window.connection.disconnect_bench()
    assert window.panes.isVisible()  # the curves can still be looked at
    window.connection.close_bench_file()
    assert window.first_page.isVisible()
    window.connection.open_bench(first.config, "bench.toml")
    assert window.panes.isVisible()


def test_a_board_that_is_plugged_in_appears_by_itself_and_is_chosen(first: Stage) -> None:
    assert (listed(first), first.window.bar.form.port) == ([], "")
    assert how(first).startswith("No board is plugged in yet")
    first.ports = [BUILT_IN]
    first.wait_until(lambda: listed(first) == ["Other ports", "/dev/ttyS0"])
    assert how(first).startswith("No board is plugged in yet")
    assert (first.window.first_page.boards.currentRow(), first.window.bar.form.port) == (-1, "")
    first.ports = [BUILT_IN, UNO]
    first.wait_until(lambda: listed(first) == ["Arduino Uno on COM5", "Other ports", "/dev/ttyS0"])
    assert how(first).startswith("Click your board")
    assert (first.window.first_page.boards.currentRow(), first.window.bar.form.port) == (0, UNO.port)
    assert first.window._ports_timer.interval() <= 500  # so a board is listed within a second


def test_the_board_that_is_chosen_in_the_form_is_the_current_one(first: Stage) -> None:
    first.settings.last_port = PICO.device
    first.ports = [UNO, BUILT_IN, PICO]
    first.window.refresh_ports()
    boards, form = first.window.first_page.boards, first.window.bar.form
    assert form.port == PICO.device
    assert boards.currentRow() == 1
    first.press("Up", boards)
    first.window.refresh_ports()
    assert boards.currentRow() == 0  # nothing was chosen in the form meanwhile
    for row, text in ((3, "/dev/ttyS0"), (0, "Arduino Uno on COM5"), (0, "Simulated board (no hardware)")):
        form.port_box.setCurrentIndex(form.port_box.findText(text))
        first.window.refresh_ports()
        assert boards.currentRow() == row


def test_the_board_under_the_arrow_keys_stays_when_others_come_and_go(first: Stage) -> None:
    boards = first.window.first_page.boards
    first.ports = [UNO, PICO]
    first.window.refresh_ports()
    first.press("Down", boards)
    assert boards.currentRow() == 1
    for ports, row in (([PICO], 0), ([UNO, PICO], 1), ([UNO], 0), ([], -1)):
        first.ports = ports
        first.window.refresh_ports()
        assert boards.currentRow() == row


@proves("ChoiceList.keyPressEvent", "Key_Return", "Key_Enter")
@pytest.mark.parametrize("key", ["Return", "Enter"])
def test_a_board_is_connected_by_keyboard_alone(first: Stage, key: str) -> None:
    first.ports = [UNO, BUILT_IN]
    first.window.connection.close_bench_file()
    assert first.window.focusWidget() is first.window.first_page.boards
    first.press("Down")  # jumps over the heading
    first.press(key)
    assert first.bench.config.device[0].port == BUILT_IN.device


def test_without_a_board_the_keyboard_begins_at_the_demo(first: Stage) -> None:
    assert first.window.focusWidget() is first.window.first_page.demo_button
    first.press("Space")
    assert first.window.connection.demo is not None


def test_a_heading_cannot_be_chosen(first: Stage) -> None:
    first.ports = [BUILT_IN]
    first.window.refresh_ports()
    boards = first.window.first_page.boards
    before = len(first.made)
    first.click(boards.viewport(), boards.visualItemRect(boards.item(0)).center())
    first.press("Return", boards)
    assert len(first.made) == before
    assert boards.item(0).flags() == Qt.ItemFlag.NoItemFlags


def test_a_board_whose_token_is_missing_is_not_connected_and_the_field_has_the_focus(first: Stage) -> None:
    first.ports = [UNO]
    first.window.refresh_ports()
    form = first.window.bar.form
    form.server_box.setCurrentText("https://fra1.blynk.cloud")
    first.press("Return", first.window.first_page.boards)
    assert not first.window.connection.connected
    assert "auth token" in first.window.notices.texts[0]
    assert first.window.focusWidget() is form.token_field
    assert first.window.first_page.isVisible()


def test_a_clicked_board_gets_the_baud_rate_of_the_form_or_the_one_that_it_had_before(first: Stage) -> None:
    first.settings.baud_rates = {UNO.port: 57600, PICO.port: 9600}
    first.ports = [UNO, PICO]
    first.window.refresh_ports()
    boards, form = first.window.first_page.boards, first.window.bar.form
    assert (form.port, form.baud_box.currentText()) == (UNO.port, "57600")
    form.baud_box.setCurrentText("115200")
    for row, rate in ((0, 115200), (1, 9600)):
        first.click(boards.viewport(), boards.visualItemRect(boards.item(row)).center())
        assert first.bench.config.device[0].baud_rate == rate
        first.window.connection.close_bench_file()


def test_a_board_that_the_form_does_not_list_yet_is_connected(first: Stage) -> None:
    form = first.window.bar.form
    form.port_box.setFocus()  # while the user types, the form's list stays as it is
    first.ports = [UNO]
    first.window.refresh_ports()
    assert form.port_box.findText("Arduino Uno on COM5") == -1
    boards = first.window.first_page.boards
    first.click(boards.viewport(), boards.visualItemRect(boards.item(0)).center())
    assert first.bench.config.device[0].port == UNO.port


def test_what_the_sketch_prints_is_accepted() -> None:
    verdict = Grammar().judge(PRINTED.encode())
    assert (verdict.kind, verdict.target, verdict.value) == (Kind.ACCEPTED, "v1", 412)
    assert 'Serial.print("v1=")' in SKETCH


def test_the_copied_sketch_is_confirmed_until_the_page_is_shown_again(first: Stage) -> None:
    button = first.window.first_page.copy_button
    first.click(button)
    assert button.text() == "Copied"
    first.window.connection.close_bench_file()
    assert button.text() == "Copy the sketch"
